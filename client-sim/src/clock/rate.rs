//! How fast a clock runs, exactly.

use core::fmt;
use core::str::FromStr;

use kms_proto::text::TextError;

/// Billionths in 1.
const ONE: u64 = 1_000_000_000;

/// Billionths in a millionth.
const PPM: u64 = 1_000;

/// Seconds a clock counts in a true second: a whole number of billionths, 0 to 10⁹ less one.
///
/// An exact rational, so an error never accumulates. 0 stands still; there is no negative rate:
/// going back is a step. As text `x2`, `x0.5`, or `+250ppm` for 1 + 250 / 10⁶, with at most nine
/// digits before the point and as many decimals as make a billionth: nine, and three in ppm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate {
    billionths: u64,
}

impl Rate {
    /// As true time runs.
    pub const TRUE: Self = Self { billionths: ONE };

    /// Stands still.
    pub const STILL: Self = Self { billionths: 0 };

    /// What the clock counts while `elapsed` nanoseconds pass, floored.
    pub fn counts(self, elapsed: i128) -> i128 {
        // Billionths are below 2⁶⁰ and what elapses between two moments is at most 2⁶⁴.
        elapsed.saturating_mul(self.billionths.into()).div_euclid(ONE.into())
    }

    /// Reads what follows the `x`.
    fn factor(text: &str) -> Result<Self, TextError> {
        if text.starts_with('-') {
            return Err(TextError::new(1, TOO_SLOW));
        }
        decimal(text, 9).map(|billionths| Self { billionths })
    }

    /// Reads a signed number of ppm, without the unit.
    fn ppm(text: &str) -> Result<Self, TextError> {
        let (sign, number) = text.split_at_checked(1).unwrap_or_default();
        let off = decimal(number, 3).map_err(|e| e.after(1))?;
        let billionths = if sign == "-" { ONE.checked_sub(off) } else { ONE.checked_add(off) };
        billionths.map(|billionths| Self { billionths }).ok_or_else(|| TextError::new(1, TOO_SLOW))
    }
}

const TOO_SLOW: &str = "a rate must be >= 0; use a step to go back";

impl FromStr for Rate {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match (text.strip_prefix('x'), text.strip_suffix("ppm")) {
            (Some(factor), _) => Self::factor(factor).map_err(|e| e.after(1)),
            (None, Some(number)) if number.starts_with(['+', '-']) => Self::ppm(number),
            _ => Err(TextError::new(1, "a rate is written x2, x0.5 or +250ppm")),
        }
    }
}

/// In ppm within 1 % of true, else as a factor.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let off = self.billionths.abs_diff(ONE);
        if off > ONE / 100 {
            f.write_str("x")?;
            return write_decimal(f, self.billionths, ONE, 9);
        }
        f.write_str(if self.billionths < ONE { "-" } else { "+" })?;
        write_decimal(f, off, PPM, 3)?;
        f.write_str("ppm")
    }
}

/// Writes `value` / `one`, `one` being 10 to the power of `decimals`, without needless zeros.
pub(super) fn write_decimal(
    f: &mut fmt::Formatter<'_>,
    value: u64,
    one: u64,
    decimals: usize,
) -> fmt::Result {
    write!(f, "{}", value / one)?;
    let fraction = value % one;
    if fraction == 0 {
        return Ok(());
    }
    write!(f, ".{}", format!("{fraction:0decimals$}").trim_end_matches('0'))
}

/// Reads a decimal number in units of its last possible decimal.
pub(super) fn decimal(text: &str, decimals: usize) -> Result<u64, TextError> {
    let (whole, rest) = digits(text);
    if whole.is_empty() {
        return Err(TextError::new(1, "expected a number"));
    }
    let point = whole.len() + 1;
    let (fraction, rest) = match rest.strip_prefix('.') {
        None => ("", rest),
        Some(tail) => match digits(tail) {
            ("", _) => return Err(TextError::new(point, "digits must follow the point")),
            found => found,
        },
    };
    if let Some(c) = rest.chars().next() {
        let column = text.len() - rest.len() + 1;
        return Err(TextError::new(column, format!("{c:?} is no part of a decimal number")));
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if whole.len() > 9 {
        return Err(TextError::new(1, "at most 9 digits before the point"));
    }
    if fraction.len() > decimals {
        let message = format!("at most {decimals} decimals here");
        return Err(TextError::new(point + 1 + decimals, message));
    }
    let padded = fraction.chars().chain(core::iter::repeat('0')).take(decimals);
    let value = whole.chars().chain(padded).filter_map(|c| c.to_digit(10));
    Ok(value.fold(0, |sum, digit| sum * 10 + u64::from(digit)))
}

/// The ASCII digits at the front of `text`, and what follows them.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_and_their_rates() {
        for (text, billionths, shown) in [
            ("x2", 2_000_000_000, "x2"),
            ("x0.5", 500_000_000, "x0.5"),
            ("x0", 0, "x0"),
            ("x00012.340000000000000", 12_340_000_000, "x12.34"),
            ("x1.00025", 1_000_250_000, "+250ppm"),
            ("+250ppm", 1_000_250_000, "+250ppm"),
            ("-0.001ppm", 999_999_999, "-0.001ppm"),
            ("-1000000ppm", 0, "x0"),
            ("x1", 1_000_000_000, "+0ppm"),
            ("x1.01", 1_010_000_000, "+10000ppm"),
            ("x999999999.999999999", 999_999_999_999_999_999, "x999999999.999999999"),
        ] {
            let rate: Rate = text.parse().unwrap();
            assert_eq!((rate.billionths, rate.to_string().as_str()), (billionths, shown), "{text}");
        }
    }

    #[test]
    fn wrong_texts_name_the_column() {
        for (text, column, part) in [
            ("x-1", 2, "a rate must be >= 0; use a step"),
            ("-1500000ppm", 1, "a rate must be >= 0; use a step"),
            ("x", 2, "expected a number"),
            ("+ppm", 2, "expected a number"),
            ("x1.", 3, "digits must follow the point"),
            ("x1e5", 3, "'e' is no part"),
            ("x1.5.5", 5, "'.' is no part"),
            ("x1000000000", 2, "at most 9 digits before the point"),
            ("x1.0000000001", 13, "at most 9 decimals"),
            ("+0.0001ppm", 7, "at most 3 decimals"),
            ("250ppm", 1, "written x2"),
        ] {
            let error = text.parse::<Rate>().unwrap_err();
            assert_eq!(error.column, column, "{text}: {error}");
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn counting_floors_and_is_exact() {
        let third: Rate = "x0.333333333".parse().unwrap();
        assert_eq!(third.counts(3_000_000_000), 999_999_999);
        assert_eq!(third.counts(-1), -1);
        assert_eq!("+250ppm".parse::<Rate>().unwrap().counts(3_600_000_000_000), 3_600_900_000_000);
        let fastest = Rate { billionths: 999_999_999_999_999_999 };
        assert_eq!(
            fastest.counts(1 << 64),
            (1_i128 << 64) * 999_999_999_999_999_999 / 1_000_000_000
        );
        assert_eq!(Rate::STILL.counts(i128::MIN), 0);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(billionths in 0..1_000_000_000_000_000_000_u64) {
            let rate = Rate { billionths };
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }

        #[test]
        fn near_one_too(billionths in 980_000_000..1_020_000_000_u64) {
            let rate = Rate { billionths };
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }
    }
}
