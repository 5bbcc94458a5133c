//! Codes at the edge: from Microsoft's activation servers, genuine validation and other ways to
//! activate. They are here so that who meets one is told that it is none of KMS.

use crate::kms::catalogue::entry::{BLANK, Entry, Simulated, Surface, Wording};
use crate::kms::hresult::HResult;

/// A refusal by Microsoft's activation server.
const SERVER: Entry = Entry {
    activation: "MAK",
    surfaces: &[Surface::Slmgr, Surface::Window],
    remedy: "Contact Microsoft's activation centre, or use another key.",
    trigger: "Microsoft's activation servers are out of scope",
    ..BLANK
};

/// Another way to activate than KMS.
const ELSEWHERE: Entry = Entry {
    activation: "none of Microsoft's tables",
    surfaces: &[Surface::Slmgr],
    trigger: "no part of KMS, and out of scope",
    ..BLANK
};

pub(crate) const ENTRIES: &[Entry] = &[
    Entry {
        code: HResult(0x8004_FE21),
        message: Some("This computer is not running genuine Windows."),
        activation: "MAK, KMS client",
        surfaces: &[Surface::Window],
        cause: "Language packs on an edition licensed for one language, or altered system files.",
        remedy: "Remove what should not be there, or install anew.",
        trigger: "genuine validation is out of scope",
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_2EE2),
        wording: Wording::Nowhere,
        activation: "MAK",
        surfaces: &[Surface::Window],
        cause: "Microsoft's activation server could not be reached in time over the Internet.",
        remedy: "Check the way to the Internet, or activate by telephone.",
        trigger: "Microsoft's activation servers are out of scope",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_B100),
        message: Some("The activation server determined that the computer could not be activated."),
        cause: "Microsoft's activation server refused the computer.",
        ..SERVER
    },
    Entry {
        code: HResult(0xC004_C001),
        message: Some("The activation server determined the specified product key is invalid."),
        cause: "Microsoft's activation server does not know the key.",
        ..SERVER
    },
    Entry {
        code: HResult(0xC004_C003),
        message: Some("The activation server determined the specified product key is blocked."),
        cause: "Microsoft's activation server blocked the key.",
        ..SERVER
    },
    Entry {
        code: HResult(0xC004_C008),
        message: Some(
            "The activation server determined that the specified product key could not be used.",
        ),
        activation: "KMS host",
        surfaces: &[Surface::HostSlmgr],
        cause: "The KMS host key is over its limit: it activates up to six hosts, each up to ten \
                times.",
        remedy: "Ask Microsoft's activation centre for more activations.",
        simulated: Simulated::Injected,
        trigger: "only when a host is told to refuse with this code",
        ..SERVER
    },
    Entry {
        code: HResult(0xC004_C017),
        symbol: Some("SL_E_CHPA_PRODUCT_KEY_BLOCKED_IPLOCATION"),
        message: Some(
            "The activation server determined the specified product key has been blocked for this \
             geographic location.",
        ),
        wording: Wording::Header,
        cause: "The key is blocked where the computer is.",
        ..SERVER
    },
    Entry {
        code: HResult(0xC004_C020),
        message: Some(
            "The activation server reported that the Multiple Activation Key has exceeded its \
             limit.",
        ),
        cause: "The MAK was used as often as it may be.",
        ..SERVER
    },
    Entry {
        code: HResult(0xC004_C021),
        message: Some(
            "The activation server reported that the Multiple Activation Key extension limit has \
             been exceeded.",
        ),
        cause: "The MAK's extension was used as often as it may be.",
        ..SERVER
    },
    Entry {
        code: HResult(0xC004_E002),
        symbol: Some("SL_E_TOKEN_STORE_INVALID_STATE"),
        message: Some(
            "The Software Licensing Service reported that the license store contains inconsistent \
             data.",
        ),
        wording: Wording::Header,
        cause: "The licensing store on disk.",
        remedy: "See Microsoft's pages on rebuilding the store of tokens.",
        ..ELSEWHERE
    },
    Entry {
        code: HResult(0xC004_E015),
        symbol: Some("SL_E_EUL_CONSUMPTION_FAILED"),
        message: Some("The Software Licensing Service reported that license consumption failed."),
        wording: Wording::Header,
        cause: "The end-user licence could not be acquired.",
        remedy: "See Microsoft's pages on activation of virtual machines.",
        ..ELSEWHERE
    },
    Entry {
        code: HResult(0xC004_FD01),
        symbol: Some("SL_E_IA_INVALID_VIRTUALIZATION_PLATFORM"),
        message: Some(
            "Windows isn't running on a supported Microsoft Hyper-V virtualization platform.",
        ),
        wording: Wording::Header,
        cause: "Automatic virtual machine activation (AVMA), not KMS.",
        remedy: "See Microsoft's pages on AVMA.",
        ..ELSEWHERE
    },
    Entry {
        code: HResult(0xC004_FD02),
        symbol: Some("SL_E_IA_PARENT_PARTITION_NOT_ACTIVATED"),
        message: Some(
            "Windows isn't activated on the host machine. Please contact your system \
             administrator.",
        ),
        wording: Wording::Header,
        cause: "Automatic virtual machine activation (AVMA), not KMS.",
        remedy: "See Microsoft's pages on AVMA.",
        ..ELSEWHERE
    },
];
