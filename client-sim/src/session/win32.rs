//! Which error number Windows has for a failure in RPC (MS-ERREF §2.2, winerror.h).

use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::bind_ack::ContextResult;
use kms_proto::rpc::bind_nak::RejectReason;
use kms_proto::rpc::status::FaultStatus;

use crate::session::failure::Failure;

/// `RPC_S_UNKNOWN_IF`.
const UNKNOWN_INTERFACE: u32 = 1717;
/// `RPC_S_SERVER_TOO_BUSY`.
const TOO_BUSY: u32 = 1723;
/// `RPC_S_CALL_FAILED`.
const CALL_FAILED: u32 = 1726;
/// `RPC_S_CALL_FAILED_DNE`.
const CALL_FAILED_DID_NOT_EXECUTE: u32 = 1727;
/// `RPC_S_PROTOCOL_ERROR`.
const PROTOCOL: u32 = 1728;
/// `RPC_S_UNSUPPORTED_TRANS_SYN`.
const UNSUPPORTED_SYNTAX: u32 = 1730;
/// `RPC_S_PROCNUM_OUT_OF_RANGE`.
const OPNUM_RANGE: u32 = 1745;
/// `RPC_X_BAD_STUB_DATA`.
const BAD_STUB: u32 = 1783;

impl Failure {
    /// The failure as an HRESULT of the facility Win32: `0x800706BB` for a host too busy.
    pub fn hresult(&self) -> HResult {
        from_win32(match self {
            Self::Fault { status, did_not_execute } => fault(*status, *did_not_execute),
            Self::Stub(_) | Self::Incoherent(_) => BAD_STUB,
            Self::BindNak(
                RejectReason::LOCAL_LIMIT_EXCEEDED | RejectReason::TEMPORARY_CONGESTION,
            ) => TOO_BUSY,
            Self::Refused(results) => {
                let speaks = |(_, result): &(_, ContextResult)| {
                    result.reason != ContextResult::TRANSFER_SYNTAXES_NOT_SUPPORTED
                };
                if results.iter().any(speaks) { UNKNOWN_INTERFACE } else { UNSUPPORTED_SYNTAX }
            }
            _ => PROTOCOL,
        })
    }
}

/// The error a fault becomes at the caller; statuses below 2¹⁶ are such errors themselves.
fn fault(status: FaultStatus, did_not_execute: bool) -> u32 {
    match status {
        FaultStatus::OP_RANGE => OPNUM_RANGE,
        FaultStatus::UNKNOWN_INTERFACE => UNKNOWN_INTERFACE,
        FaultStatus::PROTOCOL => PROTOCOL,
        FaultStatus::TOO_BUSY => TOO_BUSY,
        FaultStatus(error) if (1..0x1_0000).contains(&error) => error,
        _ if did_not_execute => CALL_FAILED_DID_NOT_EXECUTE,
        _ => CALL_FAILED,
    }
}

/// `HRESULT_FROM_WIN32` of an error below 2¹⁶.
const fn from_win32(error: u32) -> HResult {
    HResult(0x8007_0000 | (error & 0xffff))
}

#[cfg(test)]
mod tests {
    use kms_proto::rpc::stub::Ndr;

    use super::*;

    #[test]
    fn failures_have_the_numbers_windows_has_for_them() {
        let fault = |status| Failure::Fault { status, did_not_execute: true };
        let refused = |reason| Failure::Refused(vec![(Ndr::Ndr32, ContextResult::refused(reason))]);
        for (failure, hresult) in [
            (fault(FaultStatus::BAD_STUB), 0x8007_06F7),
            (fault(FaultStatus::OP_RANGE), 0x8007_06D1),
            (fault(FaultStatus::TOO_BUSY), 0x8007_06BB),
            (fault(FaultStatus::CONTEXT), 0x8007_06BF),
            (refused(1), 0x8007_06B5),
            (refused(2), 0x8007_06C2),
            (Failure::BindNak(RejectReason::LOCAL_LIMIT_EXCEEDED), 0x8007_06BB),
            (Failure::BindNak(RejectReason::NOT_SPECIFIED), 0x8007_06C0),
            (Failure::Incoherent(HResult::OK), 0x8007_06F7),
            (Failure::CallId(9), 0x8007_06C0),
        ] {
            assert_eq!(failure.hresult(), HResult(hresult), "{failure}");
        }
    }
}
