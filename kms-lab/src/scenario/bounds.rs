//! How many: `3`, `25..200`, `>= 1`.

use std::fmt;
use std::str::FromStr;

use kms_proto::text::TextError;
use serde::Serialize;

/// A range of counts, both ends inside.
///
/// INVARIANT: `bounds.to_string().parse() == Ok(bounds)`, and `least <= most`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    least: u64,
    most: u64,
}

impl Bounds {
    /// 1 or more.
    pub const SOME: Self = Self { least: 1, most: u64::MAX };

    /// Exactly this many.
    pub const fn exactly(count: u64) -> Self {
        Self { least: count, most: count }
    }

    /// From `least` to `most`; `None` where that is nothing.
    pub const fn new(least: u64, most: u64) -> Option<Self> {
        if least <= most { Some(Self { least, most }) } else { None }
    }

    /// The fewest.
    pub const fn least(self) -> u64 {
        self.least
    }

    /// The most.
    pub const fn most(self) -> u64 {
        self.most
    }

    /// Whether a count lies inside.
    pub const fn holds(self, count: u64) -> bool {
        self.least <= count && count <= self.most
    }
}

impl FromStr for Bounds {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let hint = "a count is written 3, 25..200, >= 1, <= 9, > 0 or < 10";
        let wrong = |column: usize| TextError::new(column, hint);
        let number = |part: &str| -> Option<u64> {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|_| digits)
        };
        if let Some((left, right)) = text.split_once("..") {
            let least = number(left).ok_or_else(|| wrong(1))?;
            let column = left.chars().count().saturating_add(3);
            let most = number(right).ok_or_else(|| wrong(column))?;
            return Self::new(least, most)
                .ok_or_else(|| TextError::new(1, "a range goes from the smaller to the larger"));
        }
        let operator: String = text.chars().take_while(|c| "<>=".contains(*c)).collect();
        let rest = text.strip_prefix(operator.as_str()).unwrap_or(text).trim_start_matches(' ');
        let column = text.chars().count().saturating_sub(rest.chars().count()).saturating_add(1);
        let count = number(rest).ok_or_else(|| wrong(column))?;
        let nothing = || TextError::new(1, "no count is like that");
        match operator.as_str() {
            "" | "=" | "==" => Ok(Self::exactly(count)),
            ">=" => Ok(Self { least: count, most: u64::MAX }),
            "<=" => Ok(Self { least: 0, most: count }),
            ">" => count.checked_add(1).and_then(|l| Self::new(l, u64::MAX)).ok_or_else(nothing),
            "<" => count.checked_sub(1).and_then(|m| Self::new(0, m)).ok_or_else(nothing),
            _ => Err(wrong(1)),
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (least, most) if least == most => write!(f, "{least}"),
            (least, u64::MAX) => write!(f, ">= {least}"),
            (0, most) => write!(f, "<= {most}"),
            (least, most) => write!(f, "{least}..{most}"),
        }
    }
}

impl Serialize for Bounds {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_and_their_ends() {
        for (text, least, most) in [
            ("3", 3, 3),
            ("= 3", 3, 3),
            ("25..200", 25, 200),
            (">= 1", 1, u64::MAX),
            (">0", 1, u64::MAX),
            ("<= 9", 0, 9),
            ("< 10", 0, 9),
        ] {
            assert_eq!(text.parse(), Ok(Bounds { least, most }), "{text}");
        }
        for (text, column) in
            [("", 1), ("a", 1), ("3..", 4), ("9..3", 1), ("< 0", 1), (">= x", 4), ("=> 1", 1)]
        {
            assert_eq!(text.parse::<Bounds>().unwrap_err().column, column, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(a: u64, b: u64) {
            let bounds = Bounds::new(a.min(b), a.max(b)).unwrap();
            prop_assert_eq!(bounds.to_string().parse(), Ok(bounds));
        }
    }
}
