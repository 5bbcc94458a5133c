//! Reaching a host that was found.

use crate::kms::catalogue::entry::{BLANK, Entry, Shown, Simulated, Surface, Wording};
use crate::kms::hresult::HResult;

/// Why the same failure has one code in the log and another in slmgr.
const FOLDS: &str = "slmgr has a text of its own for 0x800706BA. By default the simulator folds it \
     to 0xC004F074, as it does every failure to reach a host.";

pub(crate) const ENTRIES: &[Entry] = &[
    Entry {
        code: HResult::TIMEOUT,
        symbol: Some("ERROR_TIMEOUT"),
        message: Some("This operation returned because the timeout period expired."),
        wording: Wording::System,
        surfaces: &[Surface::Window, Surface::Event12288],
        shown: Shown::Folded,
        cause: "The host took the connection and never answered.",
        remedy: "Look at the host's Software Protection service, and at what stands between.",
        simulated: Simulated::EndToEnd,
        trigger: "a host that accepts and stays silent until the client's time is up",
        ..BLANK
    },
    Entry {
        code: HResult::RPC_SERVER_UNAVAILABLE,
        symbol: Some("RPC_S_SERVER_UNAVAILABLE"),
        message: Some("The RPC server is unavailable."),
        surfaces: &[Surface::Event12288, Surface::Slmgr],
        shown: Shown::Folded,
        cause: "No connection to the host: a firewall, a stale SRV record, or no host there.",
        remedy: "Open TCP port 1688 on the host, and correct the SRV record.",
        simulated: Simulated::EndToEnd,
        trigger: "the connection to the chosen host is refused or times out",
        notes: &[FOLDS],
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_139F),
        symbol: Some("ERROR_INVALID_STATE"),
        message: Some(
            "The group or resource is not in the correct state to perform the requested \
             operation.",
        ),
        wording: Wording::System,
        surfaces: &[Surface::Event8198],
        shown: Shown::Folded,
        cause: "The client's Software Protection service is stuck.",
        remedy: "Restart the service (`sppsvc`).",
        simulated: Simulated::Injected,
        trigger: "only when a host is told to refuse with this code",
        ..BLANK
    },
    Entry {
        code: HResult(0xC002_0017),
        symbol: Some("RPC_NT_SERVER_UNAVAILABLE"),
        message: Some("The RPC server is unavailable."),
        wording: Wording::System,
        surfaces: &[Surface::Event8198, Surface::Event12288],
        shown: Shown::Folded,
        cause: "The host could not be contacted: a firewall, forced tunnelling, DNS, or the wrong \
                host configured.",
        remedy: "Follow the route to the host's TCP port 1688; see `slmgr /dlv` for the host \
                 configured.",
        simulated: Simulated::Planned,
        trigger: "a machine here has one number for it, 0x800706BA",
        notes: &[FOLDS],
        ..BLANK
    },
];
