//! What a clock is set to.

use core::fmt;
use core::str::FromStr;

use kms_proto::text::TextError;
use kms_proto::time::duration::Nanos;

use crate::clock::grammar;
use crate::clock::spec::Signed;
use crate::clock::wall_time::WallTime;

/// What a clock shall read: as text `true`, an offset from true time (`-4h`), an instant
/// (`2026-01-01T00:00:00Z`), or what a time source shows (`source:dc`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetTo {
    /// True time plus this.
    Offset(Nanos),
    /// This instant.
    Instant(WallTime),
    /// What the time source of this name shows at that moment. Whoever knows the source puts what
    /// it shows in its place; a clock by itself knows none.
    Source(Box<str>),
}

impl SetTo {
    /// True time.
    pub const TRUE: Self = Self::Offset(Nanos(0));
}

impl FromStr for SetTo {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "" => Err(TextError::new(
                1,
                "one of true, an offset such as -4h, an instant, source:NAME",
            )),
            "true" | "0" => Ok(Self::TRUE),
            _ if text.starts_with(['+', '-']) => grammar::offset(text).map(Self::Offset),
            _ => match text.strip_prefix(SOURCE) {
                Some(name) => named(name).map_err(|error| error.after(SOURCE.len())),
                None => text.parse().map(Self::Instant),
            },
        }
    }
}

impl fmt::Display for SetTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset(Nanos(0)) => f.write_str("true"),
            Self::Offset(offset) => Signed(*offset).fmt(f),
            Self::Instant(time) => time.fmt(f),
            Self::Source(name) => write!(f, "{SOURCE}{name}"),
        }
    }
}

/// What stands before the name of a source.
const SOURCE: &str = "source:";

/// A source by its name, which has no white space.
fn named(name: &str) -> Result<SetTo, TextError> {
    match name.chars().position(|c| c.is_whitespace() || c.is_control()) {
        Some(at) => Err(TextError::new(at.saturating_add(1), "a name has no white space")),
        None if name.is_empty() => Err(TextError::new(1, "the name of a time source")),
        None => Ok(SetTo::Source(name.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_back_and_wrong_ones_name_the_column() {
        for text in ["true", "-4h", "+1d100ns", "2026-01-01T00:00:00Z", "source:dc"] {
            assert_eq!(text.parse::<SetTo>().unwrap().to_string(), text);
        }
        assert_eq!("0".parse(), Ok(SetTo::TRUE));
        let wrong = [
            ("", 1),
            ("True", 1),
            ("-4H", 3),
            ("4h", 1),
            ("2026-01-01", 1),
            ("source:", 8),
            ("source:a b", 9),
        ];
        for (text, column) in wrong {
            assert_eq!(text.parse::<SetTo>().unwrap_err().column, column, "{text}");
        }
    }
}
