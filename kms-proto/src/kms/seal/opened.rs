//! What the host finds when it opens a request.

use crate::error::DecodeError;
use crate::kms::request::Request;
use crate::kms::seal::envelope::Envelope;
use crate::kms::version::Version;

/// What a message was, seen with a realm's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// No KMS request at all: its version or its length is none of the three.
    Malformed(DecodeError),
    /// A request that was not sealed with this realm's keys, or was altered on the way.
    Foreign {
        /// The version in its first four bytes.
        version: Version,
        /// Its fields, where they can be read without a key: version 4.
        readable: Option<Request>,
    },
    /// A request of this realm.
    Lab {
        /// Its fields.
        request: Request,
        /// What sealing the answer needs to know of it.
        envelope: Envelope,
    },
}
