//! The names of the checks, and a failure of one.

use core::fmt;

use serde::Serialize;

use crate::kms::hresult::HResult;
use crate::rpc::status::FaultStatus;

/// The checks, in the order in which a client makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The answer is to this call.
    CallId,
    /// No RPC fault came for this call.
    Fault,
    /// The answer is in the context of the call.
    Context,
    /// The NDR stub: lengths agree, nothing is missing or left over, and there is a message exactly
    /// when the HRESULT is zero.
    Stub,
    /// The HRESULT is zero; else it is the host's refusal.
    Hresult,
    /// The message is no shorter than the shortest of its version, and its blocks are whole.
    Length,
    /// The version outside is the request's.
    Version,
    /// The response IV is the request's in version 5, and another in version 6.
    IvRule,
    /// The plaintext ends in PKCS#7 padding.
    Padding,
    /// The version inside is the one outside.
    InnerVersion,
    /// The extended PID has a legal size, and its last unit is its only NUL.
    Pid,
    /// Nothing is missing from the fields, and nothing is left over.
    Size,
    /// The version 4 MAC.
    Mac,
    /// The hash is that of the salt.
    Hash,
    /// The request's opened IV comes back in version 6.
    XoredIvs,
    /// The version 6 MAC.
    Hmac,
    /// The CMID is the request's.
    Cmid,
    /// The client time is the request's.
    ClientTime,
}

impl Check {
    /// All checks, in order.
    pub const ALL: [Self; 18] = [
        Self::CallId,
        Self::Fault,
        Self::Context,
        Self::Stub,
        Self::Hresult,
        Self::Length,
        Self::Version,
        Self::IvRule,
        Self::Padding,
        Self::InnerVersion,
        Self::Pid,
        Self::Size,
        Self::Mac,
        Self::Hash,
        Self::XoredIvs,
        Self::Hmac,
        Self::Cmid,
        Self::ClientTime,
    ];

    /// The name by which files, journals and reports know the check.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CallId => "call_id",
            Self::Fault => "fault",
            Self::Context => "context",
            Self::Stub => "stub",
            Self::Hresult => "hresult",
            Self::Length => "length",
            Self::Version => "version",
            Self::IvRule => "iv_rule",
            Self::Padding => "padding",
            Self::InnerVersion => "inner_version",
            Self::Pid => "pid",
            Self::Size => "size",
            Self::Mac => "mac",
            Self::Hash => "hash",
            Self::XoredIvs => "xored_ivs",
            Self::Hmac => "hmac",
            Self::Cmid => "cmid",
            Self::ClientTime => "client_time",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Check {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A check that failed, and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The check.
    pub check: Check,
    /// What was found, and what should have been.
    pub detail: String,
}

impl Failure {
    /// A failure of `check`.
    pub fn new(check: Check, detail: impl Into<String>) -> Self {
        Self { check, detail: detail.into() }
    }

    /// A failure of [`Check::Hresult`]: the host's refusal.
    pub fn refused(code: HResult) -> Self {
        Self::new(Check::Hresult, format!("the host refused with {code}"))
    }

    /// A failure of [`Check::Fault`].
    pub fn fault(status: FaultStatus) -> Self {
        Self::new(Check::Fault, format!("the host answered with the fault {status}"))
    }
}

/// `client_time: the answer echoes …, but … was sent`.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.detail)
    }
}

impl core::error::Error for Failure {}
