//! A part of the runs, so that several computers can share them.

use std::fmt;
use std::str::FromStr;

use kms_proto::draw::Draw;
use kms_proto::text::TextError;

/// One of so many parts that together are the whole, and share nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1.
    part: u64,
    /// Of how many.
    of: u64,
    how: How,
}

/// How runs are given to parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// In turn: as even as can be, but a run more moves those behind it.
    Turn,
    /// By a hash of the run's label: a run stays where it is, whatever others there are.
    Hash,
}

impl Shard {
    /// Whether the run at a place (from 0) with this label is in this part.
    pub fn has(self, place: usize, label: &str) -> bool {
        let number = match self.how {
            How::Turn => u64::try_from(place).unwrap_or(u64::MAX),
            How::Hash => Draw::new(0).below(u64::MAX, "shard", "hash", (0, 0), label),
        };
        number % self.of + 1 == self.part
    }
}

impl FromStr for Shard {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let hint = "a part is written 2/5, or hash:2/5";
        let (how, parts, before) = match text.strip_prefix("hash:") {
            Some(rest) => (How::Hash, rest, 5),
            None => (How::Turn, text, 0),
        };
        let (part, of) = parts.split_once('/').ok_or_else(|| TextError::new(before + 1, hint))?;
        let column = before + part.chars().count() + 2;
        let part: u64 = part.parse().map_err(|_| TextError::new(before + 1, hint))?;
        let of: u64 = of.parse().map_err(|_| TextError::new(column, hint))?;
        if (1..=of).contains(&part) {
            Ok(Self { part, of, how })
        } else {
            Err(TextError::new(before + 1, "parts count from 1 to their number"))
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.how {
            How::Turn => "",
            How::Hash => "hash:",
        };
        write!(f, "{how}{}/{}", self.part, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_in_exactly_one_part() {
        for how in ["", "hash:"] {
            let parts: Vec<Shard> =
                (1..=3).map(|n| format!("{how}{n}/3").parse().unwrap()).collect();
            for place in 0..100 {
                let label = format!("run-{place}");
                assert_eq!(parts.iter().filter(|part| part.has(place, &label)).count(), 1);
            }
        }
    }

    #[test]
    fn wrong_ones_name_the_column() {
        for (text, column) in [("2", 1), ("x/2", 1), ("1/x", 3), ("3/2", 1), ("hash:0/2", 6)] {
            assert_eq!(text.parse::<Shard>().unwrap_err().column, column, "{text}");
        }
        assert_eq!("hash:2/5".parse::<Shard>().unwrap().to_string(), "hash:2/5");
    }
}
