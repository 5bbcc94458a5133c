//! The seeds of a command line.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use kms_proto::text::TextError;

/// Seeds from one to another, both included: `1..50`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seeds {
    first: u64,
    last: u64,
}

/// The most seeds of one command.
const MOST: u64 = 10_000_000;

impl Seeds {
    /// All of them.
    pub const fn range(self) -> RangeInclusive<u64> {
        self.first..=self.last
    }
}

impl FromStr for Seeds {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let hint = "seeds are written A..B, both included: 1..50";
        let (first, last) = text.split_once("..").ok_or_else(|| TextError::new(1, hint))?;
        let column = first.chars().count() + 3;
        let first: u64 = first.parse().map_err(|_| TextError::new(1, hint))?;
        let last: u64 = last.parse().map_err(|_| TextError::new(column, hint))?;
        if last < first {
            return Err(TextError::new(column, "the last seed comes before the first"));
        }
        if last - first >= MOST {
            return Err(TextError::new(1, format!("more than {MOST} seeds")));
        }
        Ok(Self { first, last })
    }
}

impl fmt::Display for Seeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_back_and_wrong_ones_name_the_column() {
        let seeds: Seeds = "3..5".parse().unwrap();
        assert_eq!(seeds.range().collect::<Vec<_>>(), [3, 4, 5]);
        assert_eq!(seeds.to_string(), "3..5");
        for (text, column) in [("5", 1), ("x..5", 1), ("3..", 4), ("5..3", 4), ("0..10000000", 1)] {
            assert_eq!(text.parse::<Seeds>().unwrap_err().column, column, "{text}");
        }
    }
}
