//! Why there is no reply: at which stage, and what to look at.

use std::fmt;
use std::io;

use crate::activation::Answer;
use crate::activation::trouble::Trouble;
use crate::kms_host::KmsHost;
use crate::session::event::NotNow;
use crate::session::failure::Failure;

/// How far an attempt came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Looking for the host's addresses.
    Resolve,
    /// Connecting to one of them.
    Connect,
    /// Agreeing on the interface.
    Bind,
    /// Waiting for the answer to a call.
    Call,
}

/// What ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The name has no address.
    NoAddress,
    /// Nothing came in time.
    TimedOut,
    /// The host closed the connection.
    Closed,
    /// The system says no, and how: a refused connection among others.
    System(io::ErrorKind),
    /// The session failed.
    Rpc(Failure),
    /// The session takes no call.
    NotNow(NotNow),
}

/// A transport error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetError {
    /// The host as it was named.
    pub host: KmsHost,
    /// How far the attempt came.
    pub stage: Stage,
    /// What ended it.
    pub cause: Cause,
}

/// What happened, and where it helps, what to look at.
impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &self.host;
        match (self.stage, &self.cause) {
            (Stage::Resolve, Cause::TimedOut) => write!(f, "no address of {host} came in time"),
            (Stage::Resolve, _) | (_, Cause::NoAddress) => {
                write!(f, "{host} has no address: is the name right, and does DNS know it?")
            }
            (Stage::Connect, Cause::TimedOut) => {
                write!(f, "{host} took no connection in time: is a firewall in the way?")
            }
            (Stage::Bind, Cause::TimedOut) => {
                write!(f, "{host} did not answer the bind in time: is it a KMS host?")
            }
            (Stage::Call, Cause::TimedOut) => write!(f, "{host} did not answer in time"),
            (Stage::Call, Cause::Closed) => {
                write!(f, "{host} closed the connection without an answer")
            }
            (_, Cause::Closed) => {
                write!(f, "{host} closed the connection instead of binding: is it a KMS host?")
            }
            (Stage::Connect, Cause::System(io::ErrorKind::ConnectionRefused)) => {
                write!(f, "{host} refused the connection: does a host listen on that port?")
            }
            (Stage::Connect, Cause::System(kind)) => write!(f, "no connection to {host}: {kind}"),
            (_, Cause::System(kind)) => write!(f, "the connection to {host} broke: {kind}"),
            (_, Cause::Rpc(failure)) => write!(f, "{host}: {failure}"),
            (_, Cause::NotNow(why)) => write!(f, "{host} cannot be called: {why}"),
        }
    }
}

impl std::error::Error for NetError {}

/// What the machine makes of it.
impl From<&NetError> for Answer {
    fn from(error: &NetError) -> Self {
        match (error.stage, &error.cause) {
            (_, Cause::Rpc(failure)) => Self::from(failure),
            (Stage::Resolve | Stage::Connect, _) => Self::Trouble(Trouble::Connect),
            (_, Cause::TimedOut) => Self::Trouble(Trouble::Timeout),
            (_, Cause::NotNow(NotNow::TooLong(_) | NotNow::TooManyCalls)) => {
                Self::Trouble(Trouble::Protocol)
            }
            _ => Self::Trouble(Trouble::Closed),
        }
    }
}
