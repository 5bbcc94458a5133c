//! Product keys, editions and what is installed.

use crate::kms::catalogue::entry::{BLANK, Entry, Simulated, Surface, Wording};
use crate::kms::hresult::HResult;

pub(crate) const ENTRIES: &[Entry] = &[
    Entry {
        code: HResult(0x8007_0490),
        message: Some(
            "The product key you entered didn't work. Check the product key and try again, or \
             enter a different one.",
        ),
        activation: "MAK",
        surfaces: &[Surface::Window],
        cause: "An invalid MAK; on Windows Server 2019 also a known fault of the activation window.",
        remedy: "Enter the right key, by `slmgr /ipk`.",
        trigger: "MAK activation is out of scope",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F014),
        symbol: Some("SL_E_PKEY_NOT_INSTALLED"),
        message: Some(
            "The Software Protection Service reported that the product key is not available.",
        ),
        activation: "MAK, KMS client",
        surfaces: &[Surface::Slmgr],
        cause: "No product key is installed.",
        remedy: "Install the edition's KMS client setup key.",
        simulated: Simulated::State,
        trigger: "a machine without its key: `key = false`, or `slmgr /upk`",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F015),
        symbol: Some("SL_E_PRODUCT_SKU_NOT_INSTALLED"),
        message: Some("The Software Licensing Service reported that the license is not installed."),
        wording: Wording::Header,
        activation: "none of Microsoft's tables",
        surfaces: &[Surface::Slmgr],
        cause: "The licence files of the edition are not installed.",
        remedy: "Install them again: `slmgr /rilc`.",
        simulated: Simulated::Injected,
        trigger: "only when a host is told to refuse with this code",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F02C),
        symbol: Some("SL_E_CIDIID_INVALID_DATA"),
        message: Some(
            "The Software Protection Service reported that the format for the offline activation \
             data is incorrect.",
        ),
        activation: "MAK, KMS client",
        surfaces: &[Surface::Slmgr],
        cause: "What was typed in telephone activation is no valid confirmation id.",
        remedy: "Read the confirmation id (CID) again and type it anew.",
        simulated: Simulated::Injected,
        trigger: "only when a host is told to refuse with this code",
        notes: &["One edition of Microsoft's table (2025) calls the CID \"caller ID\": a slip."],
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F035),
        symbol: Some("SL_E_VL_NOT_WINDOWS_SLP"),
        message: Some(
            "The Software Protection Service reported that the computer could not be activated \
             with a Volume license product key.",
        ),
        activation: "KMS client, KMS host",
        surfaces: &[Surface::Slmgr, Surface::Event12289],
        cause: "Volume editions are upgrades, and the firmware bears no mark of an operating system \
                that qualifies.",
        remedy: "Use a MAK or a retail key, or a computer that came with a qualifying system.",
        simulated: Simulated::State,
        trigger: "a machine whose firmware bears no mark: `firmware_mark = false`",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F050),
        symbol: Some("SL_E_INVALID_PRODUCT_KEY"),
        message: Some("The Software Protection Service reported that the product key is invalid."),
        activation: "MAK, KMS, KMS client",
        surfaces: &[Surface::Slmgr],
        cause: "A slip in the key, a key of a beta, or dashes that a text processor made long.",
        remedy: "Type the key of this edition, with hyphens.",
        simulated: Simulated::State,
        trigger: "`slmgr /ipk` with anything but a lab key",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F051),
        symbol: Some("SL_E_BLOCKED_PRODUCT_KEY"),
        message: Some("The Software Protection Service reported that the product key is blocked."),
        activation: "MAK, KMS",
        surfaces: &[Surface::Slmgr],
        cause: "Microsoft's activation server blocked the key.",
        remedy: "Obtain another key.",
        trigger: "Microsoft's activation servers are out of scope",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F066),
        symbol: Some("SL_E_DEPENDENT_PROPERTY_NOT_SET"),
        message: Some(
            "The Software Licensing Service reported that the genuine information property can \
             not be set before dependent property been set.",
        ),
        wording: Wording::Header,
        activation: "none of Microsoft's tables",
        surfaces: &[Surface::Slmgr],
        cause: "slmgr's own text for it is that the product SKU is not found.",
        remedy: "Give the activation id that `slmgr /dlv all` lists.",
        simulated: Simulated::Injected,
        trigger: "only when a host is told to refuse with this code",
        notes: &["The header's symbol speaks of a dependent property, slmgr's text of a SKU."],
        ..BLANK
    },
];
