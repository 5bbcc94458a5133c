//! A date and a time of day, written in RFC 3339 with its offset from UTC.

use core::fmt;
use core::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat};
use kms_proto::text::TextError;
use kms_proto::time::Moment;

/// Nanoseconds in a second.
const SECOND: i128 = 1_000_000_000;

/// An instant a clock may be set to: in the years 0000 to 9999, UTC, proleptic Gregorian.
///
/// As text `2026-01-01T00:00:00Z` or `2026-01-01T05:30:00.5+05:30`; the offset is compulsory, and
/// what is finer than a nanosecond is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime {
    /// INVARIANT: within the years 0000 to 9999.
    unix_nanos: i128,
}

impl WallTime {
    /// Nanoseconds since the Unix epoch.
    pub const fn unix_nanos(self) -> i128 {
        self.unix_nanos
    }

    /// The moment of true time at which a true clock shows it, held at the ends of what 64 bits of
    /// nanoseconds hold.
    pub fn moment(self) -> Moment {
        let held = self.unix_nanos.clamp(i64::MIN.into(), i64::MAX.into());
        Moment(i64::try_from(held).unwrap_or(i64::MAX))
    }
}

/// What a true clock shows; every moment lies in the years 1677 to 2262.
impl From<Moment> for WallTime {
    fn from(moment: Moment) -> Self {
        Self { unix_nanos: moment.0.into() }
    }
}

impl FromStr for WallTime {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let Some(fields) = Fields::read(text) else {
            let hint = "expected RFC 3339 with an offset, such as 2026-01-01T00:00:00Z";
            return Err(TextError::new(1, hint));
        };
        fields.judge()
    }
}

/// In UTC, the fraction in 0, 3, 6 or 9 digits.
impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = i64::try_from(self.unix_nanos.div_euclid(SECOND)).unwrap_or_default();
        let nanos = u32::try_from(self.unix_nanos.rem_euclid(SECOND)).unwrap_or_default();
        let time = DateTime::from_timestamp(seconds, nanos).unwrap_or_default();
        f.write_str(&time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// The numbers of a text that has the shape, before they are judged.
struct Fields {
    date: (u32, u32, u32),
    time: (u32, u32, u32),
    nanos: u32,
    /// Its sign, its two numbers, and the column at which it begins; none for `Z`.
    offset: Option<(i64, u32, u32, usize)>,
}

impl Fields {
    fn read(text: &str) -> Option<Self> {
        let (year, rest) = digits::<4>(text)?;
        let (month, rest) = digits::<2>(rest.strip_prefix('-')?)?;
        let (day, rest) = digits::<2>(rest.strip_prefix('-')?)?;
        let (hour, rest) = digits::<2>(rest.strip_prefix('T')?)?;
        let (minute, rest) = digits::<2>(rest.strip_prefix(':')?)?;
        let (second, rest) = digits::<2>(rest.strip_prefix(':')?)?;
        let (nanos, rest) = fraction(rest)?;
        let column = text.len().saturating_sub(rest.len()) + 1;
        let offset = match rest.strip_prefix('Z') {
            Some("") => None,
            Some(_) => return None,
            None => {
                let (sign, hours, minutes) = hours_and_minutes(rest)?;
                Some((sign, hours, minutes, column))
            }
        };
        Some(Self { date: (year, month, day), time: (hour, minute, second), nanos, offset })
    }

    fn judge(self) -> Result<WallTime, TextError> {
        let (year, month, day) = self.date;
        let year = i32::try_from(year).unwrap_or_default();
        let Some(date) = NaiveDate::from_ymd_opt(year, month, day) else {
            return Err(TextError::new(1, "no such date"));
        };
        let (hour, minute, second) = self.time;
        let Some(time) = NaiveTime::from_hms_nano_opt(hour, minute, second, self.nanos) else {
            return Err(TextError::new(12, "no such time of day (leap seconds are not counted)"));
        };
        let east = match self.offset {
            None => 0,
            Some((sign, hours, minutes, column)) => {
                if hours > 23 || minutes > 59 {
                    return Err(TextError::new(column, "an offset goes from -23:59 to +23:59"));
                }
                sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60)
            }
        };
        let local = date.and_time(time).and_utc();
        let seconds = local.timestamp() - east;
        if !(FIRST..=LAST).contains(&seconds) {
            return Err(TextError::new(1, "outside the years 0000 to 9999 in UTC"));
        }
        Ok(WallTime { unix_nanos: i128::from(seconds) * SECOND + i128::from(self.nanos) })
    }
}

/// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since the Unix epoch.
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;

/// A sign, two digits, a colon, two digits and nothing more: -1 or 1, and the two numbers.
pub(crate) fn hours_and_minutes(text: &str) -> Option<(i64, u32, u32)> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, rest) = digits::<2>(rest)?;
    let (minutes, rest) = digits::<2>(rest.strip_prefix(':')?)?;
    rest.is_empty().then_some((sign, hours, minutes))
}

/// Exactly `N` digits from the front, and what follows them.
fn digits<const N: usize>(text: &str) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(N)?;
    let all_digits = number.bytes().all(|b| b.is_ascii_digit());
    all_digits.then_some(())?;
    Some((number.parse().ok()?, rest))
}

/// A point and digits, if a point stands there: nanoseconds, and what follows.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(tail) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
    let (number, rest) = tail.split_at_checked(end)?;
    if number.is_empty() {
        return None;
    }
    let padded = number.chars().chain(core::iter::repeat('0')).take(9);
    let nanos = padded.filter_map(|c| c.to_digit(10)).fold(0, |sum, digit| sum * 10 + digit);
    Some((nanos, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_their_instants() {
        for (text, nanos, shown) in [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            ("1970-01-01T05:30:00+05:30", 0, "1970-01-01T00:00:00Z"),
            ("1970-01-01T23:59:00+23:59", 0, "1970-01-01T00:00:00Z"),
            ("1969-12-31T00:01:00-23:59", 0, "1970-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.9999999999Z", -1, "1969-12-31T23:59:59.999999999Z"),
            ("1970-01-01T00:00:00.5-00:00", 500_000_000, "1970-01-01T00:00:00.500Z"),
            ("0000-01-01T00:00:00Z", i128::from(FIRST) * SECOND, "0000-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", i128::from(LAST) * SECOND, "9999-12-31T23:59:59Z"),
        ] {
            let time: WallTime = text.parse().unwrap();
            assert_eq!((time.unix_nanos(), time.to_string().as_str()), (nanos, shown), "{text}");
            assert_eq!(shown.parse(), Ok(time));
        }
    }

    #[test]
    fn wrong_texts_name_the_column() {
        let shape = "expected RFC 3339 with an offset";
        for (text, column, part) in [
            ("2024-02-30T00:00:00Z", 1, "no such date"),
            ("2023-02-29T00:00:00Z", 1, "no such date"),
            ("2024-01-01", 1, shape),
            ("2024-01-01T00:00:00", 1, shape),
            ("2024-01-01t00:00:00z", 1, shape),
            ("2024-01-01T00:00:00.Z", 1, shape),
            ("2024-01-01T00:00:00Zx", 1, shape),
            ("+024-01-01T00:00:00Z", 1, shape),
            ("2024-01-01T24:00:00Z", 12, "no such time"),
            ("2016-12-31T23:59:60Z", 12, "no such time"),
            ("2024-01-01T00:00:00.25+24:00", 23, "an offset goes"),
            ("2024-01-01T00:00:00-00:60", 20, "an offset goes"),
            ("0000-01-01T00:00:00+00:01", 1, "outside the years"),
            ("9999-12-31T23:59:59-00:01", 1, "outside the years"),
        ] {
            let error = text.parse::<WallTime>().unwrap_err();
            assert_eq!(error.column, column, "{text}: {error}");
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }
}
