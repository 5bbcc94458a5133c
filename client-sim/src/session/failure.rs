//! What can go wrong between a client and its host below the KMS message.

use core::fmt;

use kms_proto::error::DecodeError;
use kms_proto::kms::check::{self, Check};
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::bind_ack::ContextResult;
use kms_proto::rpc::bind_nak::RejectReason;
use kms_proto::rpc::header::PacketType;
use kms_proto::rpc::reassembly::Refusal;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::syntax::SyntaxId;

/// Why a call or the whole association failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The answer carries this id, and no such call is open. Check `call_id`.
    CallId(u32),
    /// The host answered with a fault. Check `fault`.
    Fault {
        /// What went wrong at the host.
        status: FaultStatus,
        /// The host is sure that the call did not run.
        did_not_execute: bool,
    },
    /// The answer is in another context than the call. Check `context`.
    Context {
        /// The context of the answer.
        found: u16,
        /// The context of the call.
        expected: u16,
        /// What the answer returned; zero also where that could not be read.
        hresult: HResult,
    },
    /// The results are not well-formed. Check `stub`.
    Stub {
        /// What is wrong with them.
        error: DecodeError,
        /// What the answer returned; zero also where that could not be read.
        hresult: HResult,
    },
    /// A message came beside this refusal, or none beside success. Check `stub`.
    Incoherent(HResult),
    /// The host took no part of the bind.
    BindNak(RejectReason),
    /// The host took none of the contexts offered.
    Refused(Vec<(Ndr, ContextResult)>),
    /// The host answered this many of the elements offered.
    Results {
        /// Answers that came.
        found: usize,
        /// Elements offered.
        expected: usize,
    },
    /// The host took a context in a syntax that was not offered for it.
    Syntax {
        /// The syntax offered.
        offered: Ndr,
        /// The syntax of the answer.
        found: SyntaxId,
    },
    /// A PDU that has no place there.
    Unexpected(PacketType),
    /// A PDU with authentication, for which nobody asked.
    Authentication,
    /// Bytes that are no PDU of DCE/RPC 5, or a longer one than was agreed.
    Malformed(DecodeError),
    /// A fragment that fits no call, or a limit.
    Fragment(Refusal),
}

impl Failure {
    /// The named check that failed; none where the failure comes before the first check.
    pub const fn check(&self) -> Option<Check> {
        match self {
            Self::CallId(_) => Some(Check::CallId),
            Self::Fault { .. } => Some(Check::Fault),
            Self::Context { .. } => Some(Check::Context),
            Self::Stub { .. } | Self::Incoherent(_) => Some(Check::Stub),
            _ => None,
        }
    }

    /// The checks that failed, in their order: the named one, and `hresult` where the answer could
    /// be read that far and is a refusal as well. None where the failure comes before the first.
    pub fn checks(&self) -> Vec<check::Failure> {
        let named = self.check().map(|check| check::Failure::new(check, self.to_string()));
        let refused = match self {
            Self::Context { hresult, .. }
            | Self::Stub { hresult, .. }
            | Self::Incoherent(hresult) => *hresult,
            _ => HResult::OK,
        };
        let refused = (!refused.is_ok()).then(|| check::Failure::refused(refused));
        named.into_iter().chain(refused).collect()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CallId(found) => write!(f, "the answer is to call {found}, which is not open"),
            Self::Fault { status, did_not_execute } => {
                write!(f, "the host answered with the fault {status}")?;
                f.write_str(if *did_not_execute { "; the call did not run" } else { "" })
            }
            Self::Context { found, expected, .. } => {
                write!(f, "the answer is in context {found}, the call was in {expected}")
            }
            Self::Stub { error, .. } => write!(f, "the results are not well-formed: {error}"),
            Self::Incoherent(hresult) if hresult.is_ok() => {
                f.write_str("success came without a message")
            }
            Self::Incoherent(hresult) => write!(f, "a message came beside the refusal {hresult}"),
            Self::BindNak(reason) => write!(f, "the host refused the bind: {reason}"),
            Self::Refused(results) => {
                f.write_str("the host took none of the contexts offered")?;
                let joints = core::iter::once(": ").chain(core::iter::repeat(", "));
                for (joint, (ndr, result)) in joints.zip(results) {
                    write!(f, "{joint}{ndr} {}", Because(result))?;
                }
                Ok(())
            }
            Self::Results { found, expected } => {
                write!(f, "the host answered {found} of the {expected} contexts offered")
            }
            Self::Syntax { offered, found } => {
                write!(f, "the host took a context in {found}, but {offered} was offered")
            }
            Self::Unexpected(packet_type) => write!(f, "{packet_type} has no place here"),
            Self::Authentication => {
                f.write_str("the host sent authentication, for which nobody asked")
            }
            Self::Malformed(error) => write!(f, "the host sent no RPC: {error}"),
            Self::Fragment(refusal) => {
                write!(f, "the host broke the rules of fragments: {refusal}")
            }
        }
    }
}

impl core::error::Error for Failure {}

/// Why a context was not taken.
struct Because<'a>(&'a ContextResult);

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ContextResult { result, reason, .. } = *self.0;
        match (result, reason) {
            (ContextResult::PROVIDER_REJECTION, ContextResult::ABSTRACT_SYNTAX_NOT_SUPPORTED) => {
                f.write_str("(the interface is not served)")
            }
            (ContextResult::PROVIDER_REJECTION, ContextResult::TRANSFER_SYNTAXES_NOT_SUPPORTED) => {
                f.write_str("(the transfer syntax is not spoken)")
            }
            (ContextResult::PROVIDER_REJECTION, ContextResult::LOCAL_LIMIT_EXCEEDED) => {
                f.write_str("(the host has no room for it)")
            }
            _ => write!(f, "(result {result}, reason {reason})"),
        }
    }
}
