//! What a clock is set to.

use core::fmt;
use core::str::FromStr;

use kms_proto::text::TextError;
use kms_proto::time::duration::Nanos;

use crate::clock::grammar;
use crate::clock::spec::Signed;
use crate::clock::wall_time::WallTime;

/// What a clock shall read: as text `true`, an offset from true time (`-4h`), or an instant
/// (`2026-01-01T00:00:00Z`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetTo {
    /// True time plus this.
    Offset(Nanos),
    /// This instant.
    Instant(WallTime),
}

impl SetTo {
    /// True time.
    pub const TRUE: Self = Self::Offset(Nanos(0));
}

impl FromStr for SetTo {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "" => Err(TextError::new(1, "one of true, an offset such as -4h, an instant")),
            "true" | "0" => Ok(Self::TRUE),
            _ if text.starts_with(['+', '-']) => grammar::offset(text).map(Self::Offset),
            _ => text.parse().map(Self::Instant),
        }
    }
}

impl fmt::Display for SetTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset(Nanos(0)) => f.write_str("true"),
            Self::Offset(offset) => Signed(*offset).fmt(f),
            Self::Instant(time) => time.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_back_and_wrong_ones_name_the_column() {
        for text in ["true", "-4h", "+1d100ns", "2026-01-01T00:00:00Z"] {
            assert_eq!(text.parse::<SetTo>().unwrap().to_string(), text);
        }
        assert_eq!("0".parse(), Ok(SetTo::TRUE));
        for (text, column) in [("", 1), ("True", 1), ("-4H", 3), ("4h", 1), ("2026-01-01", 1)] {
            assert_eq!(text.parse::<SetTo>().unwrap_err().column, column, "{text}");
        }
    }
}
