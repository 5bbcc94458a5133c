//! The three forms of a sealed message, told by the version in its first four bytes.

use crate::error::{DecodeError, Reason};
use crate::kms::request;
use crate::kms::seal::padding;
use crate::kms::version::Version;
use crate::wire::{Order, Wire, located};

/// How a message is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Base and MAC, in the clear.
    V4,
    /// Version, IV and ciphertext; the answer carries a hash.
    V5,
    /// As version 5; the answer carries a hash and a MAC.
    V6,
}

/// Bytes of a MAC.
pub const MAC: usize = 16;

/// Bytes before the ciphertext: version and IV.
pub const HEAD: usize = 20;

impl Form {
    /// The form of `version`; `None` when it is not exactly 4.0, 5.0 or 6.0.
    pub const fn of(version: Version) -> Option<Self> {
        match (version.major, version.minor) {
            (4, 0) => Some(Self::V4),
            (5, 0) => Some(Self::V5),
            (6, 0) => Some(Self::V6),
            _ => None,
        }
    }

    /// The form in which a message of *any* version is written: that of its major number; 4 where
    /// there is none.
    pub const fn nearest(version: Version) -> Self {
        match version.major {
            5 => Self::V5,
            6 => Self::V6,
            _ => Self::V4,
        }
    }

    /// Bytes of a sealed request: 252, 260, 260.
    pub const fn request_length(self) -> usize {
        match self {
            Self::V4 => request::SIZE + MAC,
            Self::V5 | Self::V6 => HEAD + request::SIZE + padding::needed(request::SIZE),
        }
    }
}

/// The version and form of a request, from its first four bytes and its length alone.
///
/// # Errors
///
/// When the version is none of the three, or the length is not that of its form.
pub fn of_request(message: &[u8]) -> Result<(Version, Form), DecodeError> {
    let (_, version) =
        Version::parse(message, Order::Little).map_err(|error| located(&error, message.len()))?;
    let Some(form) = Form::of(version) else {
        let wrong = |field, value: u16, offset| DecodeError {
            field,
            reason: Reason::Value(value.into()),
            offset,
        };
        return Err(match version.minor {
            0 => wrong("version_major", version.major, 2),
            minor => wrong("version_minor", minor, 0),
        });
    };
    let (found, expected) = (message.len(), form.request_length());
    if found == expected {
        return Ok((version, form));
    }
    let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    let reason = Reason::Mismatch { found: count(found), expected: count(expected) };
    Err(DecodeError { field: "message_length", reason, offset: 0 })
}
