//! What goes wrong in RPC once a host was reached: the run-time's own errors (winerror.h), as
//! HRESULTs.

use crate::kms::catalogue::entry::{BLANK, Entry, Shown, Simulated, Surface, Wording};
use crate::kms::hresult::HResult;

/// A failure of RPC, which none of Microsoft's tables on activation lists.
const RPC: Entry = Entry {
    wording: Wording::System,
    activation: "none of Microsoft's tables",
    surfaces: &[Surface::Event12288],
    shown: Shown::Folded,
    simulated: Simulated::EndToEnd,
    ..BLANK
};

pub(crate) const ENTRIES: &[Entry] = &[
    Entry {
        code: HResult(0x8007_06B5),
        symbol: Some("RPC_S_UNKNOWN_IF"),
        message: Some("The interface is unknown."),
        cause: "Something listens there that speaks RPC but does not serve the KMS interface.",
        remedy: "Point the client at a KMS host, or start the Software Protection service on this \
                 one.",
        trigger: "the host refuses the interface in the bind, or faults with `nca_s_unk_if`",
        ..RPC
    },
    Entry {
        code: HResult(0x8007_06BB),
        symbol: Some("RPC_S_SERVER_TOO_BUSY"),
        message: Some("The RPC server is too busy to complete this operation."),
        cause: "The host has no room for another connection or call.",
        remedy: "Try again later; see what else keeps the host busy.",
        trigger: "the host refuses the bind for want of room, or faults with \
                  `nca_s_server_too_busy`",
        ..RPC
    },
    Entry {
        code: HResult(0x8007_06BE),
        symbol: Some("RPC_S_CALL_FAILED"),
        message: Some("The remote procedure call failed."),
        cause: "The connection was there, and ended before the answer.",
        remedy: "Look at the host's Software Protection service, and at what stands between: it \
                 may cut connections.",
        trigger: "the host closes or resets the connection instead of answering, or faults with a \
                  status Windows has no other number for",
        ..RPC
    },
    Entry {
        code: HResult(0x8007_06BF),
        symbol: Some("RPC_S_CALL_FAILED_DNE"),
        message: Some("The remote procedure call failed and did not execute."),
        cause: "The host did not take the bind, for a reason that has no number of its own.",
        remedy: "See that a KMS host listens there, and that nothing between takes part in the \
                 conversation.",
        trigger: "the host answers the bind with a `bind_nak` without a reason, or faults with \
                  this number",
        ..RPC
    },
    Entry {
        code: HResult(0x8007_06C0),
        symbol: Some("RPC_S_PROTOCOL_ERROR"),
        message: Some("A remote procedure call (RPC) protocol error occurred."),
        cause: "What came is no DCE/RPC, or none that belongs there: often another service on the \
                port.",
        remedy: "See what listens on the port: KMS has TCP 1688.",
        trigger: "the host answers with something that is no RPC, or faults with \
                  `nca_s_proto_error`",
        ..RPC
    },
    Entry {
        code: HResult(0x8007_06C2),
        symbol: Some("RPC_S_UNSUPPORTED_TRANS_SYN"),
        message: Some("The transfer syntax is not supported by the RPC server."),
        cause: "Client and host have no transfer syntax in common: one has NDR32 only, the other \
                NDR64 only.",
        remedy: "Let both take both. Windows offers both by itself.",
        trigger: "`kmslab serve --ndr 32` and `kmslab activate --ndr 64`, or the other way round",
        ..RPC
    },
    Entry {
        code: HResult(0x8007_06D1),
        symbol: Some("RPC_S_PROCNUM_OUT_OF_RANGE"),
        message: Some("The procedure number is out of range."),
        cause: "The host knows the interface, but not its one operation.",
        remedy: "See what listens on the port; a KMS host has the operation.",
        trigger: "the host faults with `nca_s_op_rng_error`",
        ..RPC
    },
    Entry {
        code: HResult(0x8007_06D3),
        symbol: Some("RPC_S_UNKNOWN_AUTHN_SERVICE"),
        message: Some("The authentication service is unknown."),
        cause: "The host refused the bind for its authentication. KMS uses none, so the host does \
                not speak KMS.",
        remedy: "See what listens on the port, and that nothing between adds authentication.",
        trigger: "the host answers the bind with a `bind_nak` of reason 8",
        ..RPC
    },
    Entry {
        code: HResult(0x8007_06E4),
        symbol: Some("RPC_S_CANNOT_SUPPORT"),
        message: Some("The requested operation is not supported."),
        cause: "The host serves RPC, but not in the way it was asked for.",
        remedy: "See what listens on the port; a KMS host answers.",
        trigger: "the host faults with this number",
        ..RPC
    },
    Entry {
        code: HResult(0x8007_06F7),
        symbol: Some("RPC_X_BAD_STUB_DATA"),
        message: Some("The stub received bad data."),
        cause: "The host could not read the parameters of the call.",
        remedy: "See that client and host agree on the transfer syntax, and that nothing between \
                 changes bytes.",
        trigger: "the host faults with this number, or with `nca_s_invalid_pres_context_id`",
        ..RPC
    },
];
