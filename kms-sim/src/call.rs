//! Which call a message belongs to, and when it came.

use kms_proto::time::FileTime;

/// What a service is told beside the message itself.
///
/// The two ordinals key every draw made for the answer, so that equal messages get different
/// salts and a replay gets the same ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The connection's ordinal on this host, from 1.
    pub connection: u64,
    /// The message's ordinal on its connection, from 1.
    pub message: u64,
    /// What the host's clock reads.
    pub now: FileTime,
}
