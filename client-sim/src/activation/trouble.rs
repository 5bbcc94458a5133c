//! Why there was no answer, and the code Windows has for it.
//!
//! The codes are the RPC run-time's Win32 errors (winerror.h) as HRESULTs.

use core::fmt;

use kms_proto::dns::failure::DnsFailure;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::status::FaultStatus;
use serde::{Serialize, Serializer};

/// What kept an answer away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// DNS names no host.
    Dns(DnsFailure),
    /// No connection: refused, unreachable, no such name.
    Connect,
    /// Nothing came in time.
    Timeout,
    /// The connection was closed before the answer.
    Closed,
    /// What came is no PDU, or none that belongs here.
    Protocol,
    /// The host knows no such interface: result 2, reason 1 of a `bind_ack` (C706 §12.6.3.1).
    AbstractSyntax,
    /// The host takes none of the transfer syntaxes: result 2, reason 2.
    TransferSyntax,
    /// A `bind_nak` with this reject reason (C706 §12.6.4.5).
    BindNak(u16),
    /// A fault with this status (C706 appendix E, MS-RPCE 2.2.2.9).
    Fault(u32),
}

impl Trouble {
    /// The code event 12288 carries.
    pub const fn hresult(self) -> HResult {
        match self {
            Self::Dns(failure) => failure.code(),
            Self::Connect => HResult::RPC_SERVER_UNAVAILABLE,
            Self::Timeout => HResult::TIMEOUT,
            Self::Closed => CALL_FAILED,
            Self::Protocol => PROTOCOL_ERROR,
            Self::AbstractSyntax => UNKNOWN_IF,
            Self::TransferSyntax => UNSUPPORTED_TRANS_SYN,
            Self::BindNak(reason) => match reason {
                // Temporary congestion, local limit exceeded.
                1 | 2 => SERVER_TOO_BUSY,
                // Protocol version not supported.
                4 => PROTOCOL_ERROR,
                // Authentication type not recognised.
                8 => UNKNOWN_AUTHN_SERVICE,
                _ => CALL_FAILED_DNE,
            },
            Self::Fault(status) => FaultStatus(status).hresult(),
        }
    }
}

/// `RPC_S_UNKNOWN_IF`.
const UNKNOWN_IF: HResult = HResult::from_win32(1717);
/// `RPC_S_SERVER_TOO_BUSY`.
const SERVER_TOO_BUSY: HResult = HResult::from_win32(1723);
/// `RPC_S_CALL_FAILED`.
const CALL_FAILED: HResult = HResult::from_win32(1726);
/// `RPC_S_CALL_FAILED_DNE`.
const CALL_FAILED_DNE: HResult = HResult::from_win32(1727);
/// `RPC_S_PROTOCOL_ERROR`.
const PROTOCOL_ERROR: HResult = HResult::from_win32(1728);
/// `RPC_S_UNSUPPORTED_TRANS_SYN`.
const UNSUPPORTED_TRANS_SYN: HResult = HResult::from_win32(1730);
/// `RPC_S_UNKNOWN_AUTHN_SERVICE`.
const UNKNOWN_AUTHN_SERVICE: HResult = HResult::from_win32(1747);
/// What happened, as a fragment of a sentence.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(failure) => failure.fmt(f),
            Self::Connect => f.write_str("no connection to the host"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Closed => f.write_str("the host closed the connection without an answer"),
            Self::Protocol => f.write_str("the host answered with something that is no answer"),
            Self::AbstractSyntax => f.write_str("the host does not serve the KMS interface"),
            Self::TransferSyntax => f.write_str("the host takes none of the transfer syntaxes"),
            Self::BindNak(reason) => write!(f, "the host refused to bind, reason {reason}"),
            Self::Fault(status) => write!(f, "the host answered with RPC fault 0x{status:08x}"),
        }
    }
}

impl core::error::Error for Trouble {}

impl Serialize for Trouble {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use kms_proto::kms::catalogue::find;

    use super::*;

    #[test]
    fn the_catalogue_knows_every_code_a_machine_can_come_to() {
        let faults = FaultStatus::named().map(|status| Trouble::Fault(status.0));
        let naks = (0..=u16::MAX).map(Trouble::BindNak);
        let dns = [
            DnsFailure::NoRecords,
            DnsFailure::NoAnswer,
            DnsFailure::NoServers,
            DnsFailure::InvalidName,
            DnsFailure::BadPacket,
        ];
        let dns = dns.into_iter().chain((1..=u16::MAX).map(DnsFailure::Rcode)).map(Trouble::Dns);
        let others = [
            Trouble::Connect,
            Trouble::Timeout,
            Trouble::Closed,
            Trouble::Protocol,
            Trouble::AbstractSyntax,
            Trouble::TransferSyntax,
            Trouble::Fault(0xdead_beef),
        ];
        for trouble in others.into_iter().chain(naks).chain(faults).chain(dns) {
            assert!(find(trouble.hresult()).is_some(), "{trouble}: {}", trouble.hresult());
        }
    }
}
