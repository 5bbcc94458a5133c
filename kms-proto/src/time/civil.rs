//! Ticks since 1601 as a civil date, UTC, proleptic Gregorian, without leap seconds.

/// Ticks of 100 ns in a second.
pub const TICKS_PER_SECOND: u64 = 10_000_000;

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// 1601 to 60056, the last year of a 64-bit FILETIME.
    pub year: u32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
    /// Ticks of 100 ns within the second, 0 to 9 999 999.
    pub tick: u32,
}

impl Civil {
    /// The civil date and time `ticks` of 100 ns after 1601-01-01 00:00:00.
    pub fn from_ticks(ticks: u64) -> Self {
        let seconds = ticks / TICKS_PER_SECOND;
        let (days, of_day) = (seconds / 86_400, seconds % 86_400);
        let (year, month, day) = date(days);
        Self {
            year: small(year),
            month: small(month),
            day: small(day),
            hour: small(of_day / 3600),
            minute: small(of_day / 60 % 60),
            second: small(of_day % 60),
            tick: small(ticks % TICKS_PER_SECOND),
        }
    }
}

/// Year, month and day, `days` after 1601-01-01.
///
/// Counts in years that begin on 1 March, so that the leap day is the last of its year; 1600-03-01
/// begins a cycle of 400 years, 146 097 days.
fn date(days: u64) -> (u64, u64, u64) {
    let from_march_1600 = days + 306;
    let (cycle, in_cycle) = (from_march_1600 / 146_097, from_march_1600 % 146_097);
    let year = (in_cycle - in_cycle / 1460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
    let in_year = in_cycle - (365 * year + year / 4 - year / 100);
    let march_month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (1600 + 400 * cycle + year + u64::from(month <= 2), month, day)
}

/// Every part of a date fits 32 bits.
fn small(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, TimeDelta, TimeZone, Timelike, Utc};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_chrono_over_the_whole_range(ticks: u64) {
            let c = Civil::from_ticks(ticks);
            let epoch = Utc.with_ymd_and_hms(1601, 1, 1, 0, 0, 0).unwrap();
            let seconds = TimeDelta::seconds(i64::try_from(ticks / TICKS_PER_SECOND).unwrap());
            let t = epoch + seconds;
            prop_assert_eq!(
                (i64::from(c.year), c.month, c.day, c.hour, c.minute, c.second),
                (i64::from(t.year()), t.month(), t.day(), t.hour(), t.minute(), t.second())
            );
        }
    }

    /// The ends of months, years, centuries and of the cycle of 400 years are all among them.
    #[test]
    fn every_day_of_a_cycle_is_the_calendars() {
        let mut day = chrono::NaiveDate::from_ymd_opt(1601, 1, 1).unwrap();
        for number in 0..146_097 + 366 {
            let found = Civil::from_ticks(number * 86_400 * TICKS_PER_SECOND);
            let expected = (i64::from(day.year()), day.month(), day.day());
            assert_eq!((i64::from(found.year), found.month, found.day), expected, "{number}");
            day = day.succ_opt().unwrap();
        }
    }

    #[test]
    fn the_first_and_the_last_reading() {
        let first = Civil::from_ticks(0);
        assert_eq!((first.year, first.month, first.day, first.tick), (1601, 1, 1, 0));
        let last = Civil::from_ticks(u64::MAX);
        assert_eq!((last.year, last.month, last.day), (60_056, 5, 28));
    }
}
