//! Why bytes could not be read: the field, the reason and where.

use core::fmt;

/// What was wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The bytes end before the field does.
    Truncated,
    /// This many bytes are left after the last field.
    Trailing(usize),
    /// The field holds a value that is not legal there.
    Value(u64),
    /// Two fields that must agree do not: what this one holds, and what the other asks for.
    Mismatch {
        /// The value read.
        found: u64,
        /// The value the rest of the bytes asks for.
        expected: u64,
    },
    /// The text is not well-formed, and how.
    Text(&'static str),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the bytes end early"),
            Self::Trailing(count) => write!(f, "{count} bytes are left over"),
            Self::Value(value) => write!(f, "the value {value:#x} is not legal here"),
            Self::Mismatch { found, expected } => write!(f, "is {found}, but must be {expected}"),
            Self::Text(why) => f.write_str(why),
        }
    }
}

/// Bytes that could not be read: which field, why, and how far from the start it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The field's name in the specification.
    pub field: &'static str,
    /// What was wrong with it.
    pub reason: Reason,
    /// Bytes from the start of what was parsed to the start of the field.
    pub offset: usize,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {}: {}", self.field, self.offset, self.reason)
    }
}

impl core::error::Error for DecodeError {}

/// Where a parser stopped, told from the end: nom's error type, before the start is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The field's name, empty until [`field`](crate::wire::field) gives one.
    pub field: &'static str,
    /// What was wrong.
    pub reason: Reason,
    /// How many bytes were left where the field begins.
    pub left: usize,
}

impl Stop {
    /// The error, once the length of the whole is known.
    pub const fn within(self, whole: usize) -> DecodeError {
        DecodeError {
            field: self.field,
            reason: self.reason,
            offset: whole.saturating_sub(self.left),
        }
    }

    /// A failure of `field`, which begins where `input` does.
    pub const fn at(field: &'static str, input: &[u8], reason: Reason) -> nom::Err<Self> {
        nom::Err::Error(Self { field, reason, left: input.len() })
    }
}

impl nom::error::ParseError<&[u8]> for Stop {
    fn from_error_kind(input: &[u8], _: nom::error::ErrorKind) -> Self {
        // The parsers used here are nom's number and `take` families: they fail for want of bytes.
        Self { field: "", reason: Reason::Truncated, left: input.len() }
    }

    fn append(_: &[u8], _: nom::error::ErrorKind, other: Self) -> Self {
        other
    }
}
