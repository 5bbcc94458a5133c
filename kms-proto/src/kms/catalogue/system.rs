//! Rights, arguments, data and the service itself.

use crate::kms::catalogue::entry::{BLANK, Entry, Shown, Simulated, Surface, Wording};
use crate::kms::hresult::HResult;

pub(crate) const ENTRIES: &[Entry] = &[
    Entry {
        code: HResult::ACCESS_DENIED,
        symbol: Some("E_ACCESSDENIED"),
        message: Some("Access denied. The requested action requires elevated privileges."),
        activation: "MAK, KMS client, KMS host",
        surfaces: &[Surface::Slmgr, Surface::HostSlmgr],
        cause: "User Account Control: the prompt is not elevated.",
        remedy: "Run the command from an elevated prompt.",
        simulated: Simulated::State,
        trigger: "an option that changes a setting, typed without administrator rights (`elevated = false`)",
        ..BLANK
    },
    Entry {
        code: HResult::INVALID_DATA,
        symbol: Some("ERROR_INVALID_DATA"),
        message: Some("The data is invalid."),
        wording: Wording::System,
        surfaces: &[Surface::Event12288, Surface::Event12290, Surface::Slmgr],
        shown: Shown::Folded,
        cause: "Documented: missing permissions on the registry key Enum\\Root. Here: a message that \
                is malformed or sealed for another realm, or an answer that fails a check.",
        remedy: "On Windows give the service read permission on the key. Here see that client and \
                 host have the same realm.",
        simulated: Simulated::EndToEnd,
        trigger: "a malformed or foreign request, one for more than 1000 clients, or an answer that fails a \
                  check",
        notes: &["As slmgr's answer to a wrong argument it shows itself."],
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_0057),
        symbol: Some("E_INVALIDARG"),
        message: Some("The parameter is incorrect."),
        wording: Wording::System,
        activation: "none of Microsoft's tables",
        surfaces: &[Surface::Slmgr],
        cause: "An argument out of its range.",
        remedy: "See the range in `slmgr /?`; intervals are 15 to 43200 minutes.",
        simulated: Simulated::State,
        trigger: "`slmgr /sai` or `/sri` outside 15 to 43200, a port that is none",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_D307),
        symbol: Some("SL_REMAPPING_SP_PUB_TS_MAX_REARM_REACHED"),
        message: Some(
            "The security processor reported that the maximum allowed number of re-arms has been \
             exceeded. You must re-install the OS before trying to re-arm again.",
        ),
        wording: Wording::Header,
        activation: "none of Microsoft's tables",
        surfaces: &[Surface::Slmgr],
        cause: "The grace period was reset as often as it can be.",
        remedy: "Activate instead; or install anew.",
        simulated: Simulated::State,
        trigger: "`slmgr /rearm` as often as it can be, and once more; `rearmed`",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F025),
        symbol: Some("SL_E_LUA_ACCESSDENIED"),
        message: Some(
            "The Software Licensing Service reported that the action requires administrator \
             privilege.",
        ),
        wording: Wording::Header,
        activation: "none of Microsoft's tables",
        surfaces: &[Surface::Slmgr],
        cause: "The command needs an elevated prompt.",
        remedy: "Run it from one.",
        simulated: Simulated::State,
        trigger: "an option that changes keys or licences, typed without administrator rights",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F075),
        symbol: Some("SL_E_SERVICE_STOPPING"),
        message: Some(
            "The Software Licensing Service reported that the operation cannot be completed \
             because the service is stopping.",
        ),
        wording: Wording::Header,
        activation: "none of Microsoft's tables",
        surfaces: &[Surface::Slmgr],
        cause: "The Software Protection service is shutting down.",
        remedy: "Start the service again and repeat the command.",
        simulated: Simulated::State,
        trigger: "a command while the service stops: `net stop sppsvc`, or `happens = \"service-stopping\"`",
        ..BLANK
    },
];
