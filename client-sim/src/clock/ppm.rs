//! Parts per million, exactly.

use core::fmt;
use core::str::FromStr;

use kms_proto::text::TextError;

use crate::clock::rate::{decimal, write_decimal};
use crate::clock::shape::scale::scaled;

/// A number of parts per million, 0 or more, on six decimals: 0 to 10⁹ less a millionth.
///
/// As text `500` or `0.25`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ppm {
    trillionths: u64,
}

/// Trillionths in a millionth.
const MILLIONTH: u64 = 1_000_000;

impl Ppm {
    /// None.
    pub const ZERO: Self = Self { trillionths: 0 };

    /// A million: as much again.
    pub const ONE: Self = Self { trillionths: MILLIONTH * 1_000_000 };

    /// Trillionths in 1.
    pub(super) const TRILLION: i128 = 1_000_000_000_000;

    /// The number in trillionths.
    pub const fn trillionths(self) -> u64 {
        self.trillionths
    }

    /// This part of a number, floored.
    pub fn of(self, number: i128) -> i128 {
        scaled(number, self.trillionths.into(), Self::TRILLION)
    }
}

impl FromStr for Ppm {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text.starts_with('-') {
            return Err(TextError::new(1, "this number of ppm has no sign"));
        }
        decimal(text, 6).map(|trillionths| Self { trillionths })
    }
}

impl fmt::Display for Ppm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.trillionths, MILLIONTH, 6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_their_numbers() {
        for (text, trillionths) in
            [("0", 0), ("500", 500_000_000), ("0.000001", 1), ("1000000", Ppm::ONE.trillionths)]
        {
            let ppm: Ppm = text.parse().unwrap();
            assert_eq!((ppm.trillionths(), ppm.to_string().as_str()), (trillionths, text));
        }
        for (text, column) in [("-5", 1), ("", 1), ("0.0000001", 9), ("1000000000", 1), ("5ppm", 2)]
        {
            assert_eq!(text.parse::<Ppm>().unwrap_err().column, column, "{text}");
        }
    }
}
