//! What licence state a machine is in, and why.

use crate::kms::catalogue::entry::{BLANK, Entry, Simulated, Surface, Wording};
use crate::kms::hresult::HResult;

/// What header and documents say differently of the non-genuine grace period.
const TWO_NUMBERS: &str =
    "Microsoft's tables and slmgr have 0xC004F065, the header the informational 0x4004F065.";

pub(crate) const ENTRIES: &[Entry] = &[
    Entry {
        code: HResult(0x4004_F00C),
        symbol: Some("SL_I_OOB_GRACE_PERIOD"),
        message: Some(
            "The Software Licensing Service reported that the application is running within the \
             valid grace period.",
        ),
        wording: Wording::Header,
        activation: "every kind",
        surfaces: &[Surface::LicenseStatusReason, Surface::Ospp],
        cause: "The product is installed and not yet activated, in its initial grace period.",
        remedy: "Activate before the period ends; `slmgr /dlv` shows what is left.",
        simulated: Simulated::State,
        trigger: "the status reason in licence state 2",
        ..BLANK
    },
    Entry {
        code: HResult(0x4004_F00D),
        symbol: Some("SL_I_OOT_GRACE_PERIOD"),
        message: Some(
            "The Software Licensing Service reported that the application is running within the \
             valid out of tolerance grace period.",
        ),
        wording: Wording::Header,
        activation: "every kind",
        surfaces: &[Surface::LicenseStatusReason],
        cause: "The activation ran out, or the hardware changed too much.",
        remedy: "Activate again: `slmgr /ato`.",
        simulated: Simulated::State,
        trigger: "the status reason in licence state 3",
        ..BLANK
    },
    Entry {
        code: HResult(0x4004_F065),
        symbol: Some("SL_I_NONGENUINE_GRACE_PERIOD"),
        message: Some(
            "The Software Licensing Service reported that the application is running within the \
             valid non-genuine grace period.",
        ),
        wording: Wording::Header,
        activation: "MAK, KMS client",
        surfaces: &[Surface::LicenseStatusReason],
        cause: "Windows Activation Technologies found the system not genuine.",
        remedy: "Install a genuine key.",
        simulated: Simulated::State,
        trigger: "the status reason in licence state 4",
        notes: &[TWO_NUMBERS],
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F009),
        symbol: Some("SL_E_GRACE_TIME_EXPIRED"),
        message: Some("The Software Protection Service reported that the grace period expired."),
        activation: "MAK",
        surfaces: &[Surface::LicenseStatusReason, Surface::Slmgr],
        cause: "The grace period ended before the product was activated; the machine is in \
                notification mode.",
        remedy: "Find why activation failed all that time (event 12288), set it right, and run \
                 `slmgr /ato`.",
        simulated: Simulated::State,
        trigger: "the status reason in licence state 5",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F00F),
        symbol: Some("SL_E_OUT_OF_TOLERANCE"),
        message: Some(
            "The Software Licensing Server reported that the hardware ID binding is beyond level \
             of tolerance.",
        ),
        activation: "MAK, KMS client, KMS host",
        surfaces: &[Surface::LicenseStatusReason, Surface::Slmgr],
        cause: "Hardware or its drivers changed.",
        remedy: "For KMS: restart, or run `slmgr /ato`. For MAK: activate again.",
        simulated: Simulated::State,
        trigger: "`happens = \"hardware-changed\"`: the status reason in licence state 3",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F064),
        symbol: Some("SL_E_NONGENUINE_GRACE_TIME_EXPIRED"),
        message: Some(
            "The Software Protection Service reported that the non-genuine grace period expired.",
        ),
        activation: "MAK",
        surfaces: &[Surface::LicenseStatusReason],
        cause: "Windows Activation Technologies found the system not genuine, and its grace period \
                is over.",
        remedy: "Contact Microsoft's activation centre.",
        simulated: Simulated::Injected,
        trigger: "only when a host is told to refuse with this code",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F065),
        symbol: Some("SL_I_NONGENUINE_GRACE_PERIOD"),
        message: Some(
            "The Software Protection Service reported that the application is running within the \
             valid non-genuine period.",
        ),
        activation: "MAK, KMS client",
        surfaces: &[Surface::LicenseStatusReason, Surface::Slmgr],
        cause: "Windows Activation Technologies found the system not genuine.",
        remedy: "Install a genuine key.",
        simulated: Simulated::Injected,
        trigger: "only when a host is told to refuse with this code",
        notes: &[TWO_NUMBERS],
        ..BLANK
    },
];
