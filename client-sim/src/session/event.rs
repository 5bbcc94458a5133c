//! What a session tells its driver.

use core::fmt;

use kms_proto::kms::hresult::HResult;

use crate::session::failure::Failure;

/// A call of one association.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u32);

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The host took the bind: calls may be made.
    Ready,
    /// A call was answered. The checks `call_id`, `fault`, `context` and `stub` held; `hresult`
    /// and those after it are still to be made.
    Answer {
        /// The call.
        call_id: CallId,
        /// What the host's operation returned.
        hresult: HResult,
        /// The sealed KMS message; empty beside a refusal.
        message: Vec<u8>,
    },
    /// A call failed in RPC; the association lives, and other calls go on.
    Failed {
        /// The call.
        call_id: CallId,
        /// Why.
        failure: Failure,
    },
    /// The association is over, and every open call with it.
    Over(Failure),
}

/// Why a call cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// The host has not taken the bind yet.
    NotReady,
    /// The association is over.
    Over,
    /// As many calls are open as the limits allow.
    TooManyCalls,
    /// The message is longer than the limit of a call, which is this many bytes.
    TooLong(usize),
}

impl fmt::Display for NotNow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReady => f.write_str("the host has not taken the bind yet"),
            Self::Over => f.write_str("the association is over"),
            Self::TooManyCalls => f.write_str("as many calls are open as the limits allow"),
            Self::TooLong(limit) => write!(f, "the message is longer than {limit} bytes"),
        }
    }
}

impl core::error::Error for NotNow {}
