//! Lengths of time as people write them: `4h`, `1h30m`, `1.5h`, `100ns`.
//!
//! Units from large to small, each at most once, a fraction only in the last; `w d h m s ms us ns`,
//! a day being 86 400 s. No months, no years, no bare number but `0`.

use core::fmt;

use serde::Serialize;

use crate::text::TextError;

/// Nanoseconds in a tick, the wire's grain.
pub const NANOS_PER_TICK: i64 = 100;

/// A length of time in nanoseconds, signed; ± 292 years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nanos(pub i64);

impl Nanos {
    /// This many seconds, held at the ends.
    pub const fn seconds(count: i64) -> Self {
        Self(count.saturating_mul(1_000_000_000))
    }

    /// This length without what is finer than a tick, for moments lie on the wire's grain.
    #[must_use]
    pub const fn on_grain(self) -> Self {
        Self(self.0 - self.0 % NANOS_PER_TICK)
    }

    /// This many minutes, held at the ends.
    pub const fn minutes(count: i64) -> Self {
        Self::seconds(count.saturating_mul(60))
    }

    /// This many hours, held at the ends.
    pub const fn hours(count: i64) -> Self {
        Self::minutes(count.saturating_mul(60))
    }
}

/// The shortest text the grammar reads back as this length, with `-` before a negative one.
impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        write_length(f, u128::from(self.0.unsigned_abs()))
    }
}

impl Serialize for Nanos {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The units, from large to small, with their nanoseconds.
const UNITS: [(&str, u64); 8] = [
    ("w", 604_800_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Reads a length without a sign.
///
/// # Errors
///
/// With the column (from 1) when `text` is not in the grammar, or is more than 292 years.
pub fn parse(text: &str) -> Result<Nanos, TextError> {
    if text == "0" {
        return Ok(Nanos(0));
    }
    if text.is_empty() {
        return Err(TextError::new(1, "a length of time is missing"));
    }
    let mut rest = text;
    let mut column = 1;
    let mut total: u128 = 0;
    let mut next_unit = 0;
    let mut fraction_at = None;
    while !rest.is_empty() {
        let start = column;
        if let Some(at) = fraction_at {
            return Err(TextError::new(at, "only the last component may have a fraction"));
        }
        let (whole, after) = digits(rest);
        if whole.is_empty() {
            return Err(TextError::new(column, format!("expected a number, found {rest:?}")));
        }
        column += whole.len();
        let (fraction, after) = match after.strip_prefix('.') {
            Some(tail) => digits(tail),
            None => ("", after),
        };
        if rest.len() - after.len() > whole.len() {
            if fraction.is_empty() {
                return Err(TextError::new(column, "digits must follow the point"));
            }
            column += 1 + fraction.len();
            fraction_at = Some(start);
        }
        let letters = after.chars().take_while(|c| c.is_alphabetic() || *c == 'µ').count();
        let unit: String = after.chars().take(letters).collect();
        if unit.is_empty() {
            return Err(TextError::new(column, "a number needs a unit (w d h m s ms us ns)"));
        }
        let Some(index) = UNITS.iter().position(|(name, _)| *name == unit) else {
            let message = format!("unknown unit '{unit}' (one of w d h m s ms us ns)");
            return Err(TextError::new(column, message));
        };
        if index < next_unit {
            return Err(TextError::new(start, "units from large to small, once each"));
        }
        next_unit = index + 1;
        column += letters;
        rest = after.get(unit.len()..).unwrap_or_default();
        let scale = UNITS.get(index).map_or(1, |(_, nanos)| u128::from(*nanos));
        total = component(whole, fraction, scale)
            .and_then(|part| total.checked_add(part))
            .filter(|total| *total <= i64::MAX.unsigned_abs().into())
            .ok_or_else(|| TextError::new(start, "more than 292 years"))?;
    }
    i64::try_from(total).map(Nanos).map_err(|_| TextError::new(1, "more than 292 years"))
}

/// `whole.fraction` times `scale`; what is finer than a nanosecond is dropped.
fn component(whole: &str, fraction: &str, scale: u128) -> Option<u128> {
    let whole = whole.parse::<u128>().ok()?.checked_mul(scale)?;
    let (mut part, mut divisor) = (0_u128, 1_u128);
    for digit in fraction.chars().take(18).filter_map(|c| c.to_digit(10)) {
        part = part * 10 + u128::from(digit);
        divisor *= 10;
    }
    whole.checked_add(part * scale / divisor)
}

/// The ASCII digits at the front of `text`, and what follows them.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// Writes nanoseconds with their sign, `0` without one.
///
/// # Errors
///
/// When the formatter fails.
pub fn write_signed(f: &mut fmt::Formatter<'_>, nanos: i128) -> fmt::Result {
    match nanos {
        0 => return f.write_str("0"),
        1.. => f.write_str("+")?,
        _ => f.write_str("-")?,
    }
    write_length(f, nanos.unsigned_abs())
}

/// Writes days, hours, minutes, and what is left in the largest unit that fits, with its fraction.
fn write_length(f: &mut fmt::Formatter<'_>, nanos: u128) -> fmt::Result {
    if nanos == 0 {
        return f.write_str("0");
    }
    let mut rest = nanos;
    for (unit, size) in UNITS.iter().skip(1).take(3) {
        let count = rest / u128::from(*size);
        rest %= u128::from(*size);
        if count > 0 {
            write!(f, "{count}{unit}")?;
        }
    }
    let (seconds, fraction) = (rest / 1_000_000_000, rest % 1_000_000_000);
    match (seconds, fraction) {
        (0, 0) => Ok(()),
        (0, _) => {
            let fits = |size: u64| u128::from(size) <= fraction;
            let (unit, size) =
                UNITS.iter().skip(5).find(|(_, size)| fits(*size)).copied().unwrap_or(("ns", 1));
            let (whole, part) = (fraction / u128::from(size), fraction % u128::from(size));
            if part == 0 {
                return write!(f, "{whole}{unit}");
            }
            let width = if unit == "ms" { 6 } else { 3 };
            let decimals = format!("{part:0width$}");
            write!(f, "{whole}.{}{unit}", decimals.trim_end_matches('0'))
        }
        (_, 0) => write!(f, "{seconds}s"),
        _ => {
            let decimals = format!("{fraction:09}");
            write!(f, "{seconds}.{}s", decimals.trim_end_matches('0'))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fractions_have_their_zeros_and_a_unit_is_refused_at_its_own_column() {
        for text in ["1s", "59s", "1m30s", "1.5s", "250ms"] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        for nanos in [1, 1_001, 1_010, 1_000_001, 1_010_000, 999_000_001] {
            assert_eq!(parse(&Nanos(nanos).to_string()), Ok(Nanos(nanos)));
        }
        for (text, column) in [("1x", 2), ("1.25x", 5), ("1h1.25x", 7)] {
            assert_eq!(parse(text).unwrap_err().column, column, "{text}");
        }
    }

    #[test]
    fn texts_and_their_lengths() {
        for (text, nanos) in [
            ("0", 0),
            ("4h", 14_400_000_000_000),
            ("1.5h", 5_400_000_000_000),
            ("1w", 604_800_000_000_000),
            ("4h1m", 14_460_000_000_000),
            ("4h100ns", 14_400_000_000_100),
            ("1s1.5ms", 1_001_500_000),
        ] {
            assert_eq!(parse(text), Ok(Nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn wrong_texts_name_the_column() {
        for (text, column, part) in [
            ("4H", 2, "unknown unit 'H'"),
            ("1,5h", 2, "a number needs a unit"),
            ("1h1h", 3, "units from large to small, once each"),
            ("1m1h", 3, "units from large to small, once each"),
            ("1.5h30m", 1, "only the last component may have a fraction"),
            ("90", 3, "a number needs a unit"),
            ("1y", 2, "unknown unit 'y'"),
            ("1M", 2, "unknown unit 'M'"),
            ("300000d", 1, "more than 292 years"),
            ("", 1, "missing"),
            ("h", 1, "expected a number"),
            ("1.h", 2, "digits must follow the point"),
            ("99999999999999999999999999999999999999999d", 1, "more than 292 years"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.column, column, "{text}: {error}");
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(nanos in 0..=i64::MAX) {
            prop_assert_eq!(parse(&Nanos(nanos).to_string()), Ok(Nanos(nanos)));
        }

        #[test]
        fn any_text_is_read_or_refused_within_its_columns(text in ".{0,40}") {
            if let Err(error) = parse(&text) {
                prop_assert!(error.column >= 1 && error.column <= text.chars().count() + 1);
            }
        }
    }
}
