//! What is drawn from: lengths, offsets, integers, numbers.

use std::str::FromStr;

use kms_proto::text::TextError;
use kms_proto::time::NANOS_PER_TICK;
use kms_proto::time::duration::{Nanos, write_signed};

use crate::scenario::node::Value;
use crate::scenario::values;

/// Steps between the ends of a range of numbers: what a float can tell apart in 0 to 1.
const STEPS: u64 = 1 << 53;

/// A range, both ends inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Range {
    /// `1h..5h`, in ticks.
    Lengths(i64, i64),
    /// `-5h..+5h`, in ticks.
    Offsets(i64, i64),
    /// `3..9`.
    Integers(u64, u64),
    /// `0.1..0.5`.
    Numbers(f64, f64),
}

impl Range {
    /// The value of the range that `below` picks, given how many there are.
    pub(super) fn at(self, below: impl FnOnce(u64) -> u64) -> Value {
        let steps = |low: i64, high: i64, below: &mut dyn FnMut(u64) -> u64| {
            let step = below(high.abs_diff(low).saturating_add(1));
            low.saturating_add_unsigned(step).saturating_mul(NANOS_PER_TICK)
        };
        let mut below = Some(below);
        let mut once = |count: u64| below.take().map_or(0, |below| below(count));
        match self {
            Self::Lengths(low, high) => Value::Text(Nanos(steps(low, high, &mut once)).to_string()),
            Self::Offsets(low, high) => {
                Value::Text(Signed(steps(low, high, &mut once)).to_string())
            }
            Self::Integers(low, high) => {
                let step = once((high - low).saturating_add(1));
                Value::Integer(low.saturating_add(step).into())
            }
            Self::Numbers(low, high) => {
                let share = float(once(STEPS.saturating_add(1))) / float(STEPS);
                Value::Float((high - low).mul_add(share, low).clamp(low, high))
            }
        }
    }
}

impl FromStr for Range {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let hint = "a range to draw from is written 1h..5h, -5h..+5h, 3..9 or 0.1..0.5; a clock has \
                    boundary, too";
        let (low, high) = text.split_once("..").ok_or_else(|| TextError::new(1, hint))?;
        let column = low.chars().count().saturating_add(2);
        let backwards = || TextError::new(1, "a range goes from the smaller to the larger");
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if digits(low) && digits(high) {
            let many =
                |at: usize| TextError::new(at, "at most 64 bits, and not all of their values");
            let low: u64 = low.parse().map_err(|_| many(1))?;
            let high: u64 = high.parse().map_err(|_| many(column.saturating_add(1)))?;
            if high.checked_sub(low) == Some(u64::MAX) {
                return Err(many(1));
            }
            return if low <= high { Ok(Self::Integers(low, high)) } else { Err(backwards()) };
        }
        let decimal = |text: &str| {
            let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            text.parse::<f64>().ok().filter(|_| plain)
        };
        if let (Some(low), Some(high)) = (decimal(low), decimal(high)) {
            return if low <= high { Ok(Self::Numbers(low, high)) } else { Err(backwards()) };
        }
        let signed = low.starts_with(['+', '-']) || high.starts_with(['+', '-']);
        let read = if signed { values::offset } else { values::length };
        let low = read(low)?.0 / NANOS_PER_TICK;
        let high = read(high).map_err(|error| error.after(column))?.0 / NANOS_PER_TICK;
        match (low <= high, signed) {
            (false, _) => Err(backwards()),
            (true, true) => Ok(Self::Offsets(low, high)),
            (true, false) => Ok(Self::Lengths(low, high)),
        }
    }
}

/// A length with its sign, `0` without.
struct Signed(i64);

impl std::fmt::Display for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_signed(f, self.0.into())
    }
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "at most 2⁵³, exact")]
fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_a_range_can_be_drawn() {
        let ends = |text: &str| {
            let range: Range = text.parse().unwrap();
            [range.at(|_| 0), range.at(|count| count - 1)]
        };
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(ends("1h..5h"), [text("1h"), text("5h")]);
        assert_eq!(ends("-5h..+5h"), [text("-5h"), text("+5h")]);
        assert_eq!(ends("-5h..0"), [text("-5h"), text("0")]);
        assert_eq!(ends("0..5h"), [text("0"), text("5h")]);
        assert_eq!(ends("3..9"), [Value::Integer(3), Value::Integer(9)]);
        assert_eq!(ends("0.1..0.5"), [Value::Float(0.1), Value::Float(0.5)]);
        assert_eq!(ends("1..18446744073709551615")[1], Value::Integer(u64::MAX.into()));
    }

    #[test]
    fn wrong_ranges_name_the_column() {
        for (text, column) in [
            ("1h", 1),
            ("5h..1h", 1),
            ("9..3", 1),
            ("1h..5x", 6),
            ("1q..5h", 2),
            ("-5h..5h", 6),
            ("1ns..5h", 1),
            ("0.5..0.1", 1),
            ("0..18446744073709551615", 1),
        ] {
            assert_eq!(text.parse::<Range>().unwrap_err().column, column, "{text}");
        }
    }
}
