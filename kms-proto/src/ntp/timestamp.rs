//! A moment on the wire: seconds since 1900 in 64 bits, half of them fraction.

use core::fmt;

use crate::time::{FileTime, TICKS_PER_SECOND};

/// Seconds from 1601-01-01 to 1900-01-01.
const SECONDS_TO_1900: i128 = 9_435_484_800;

/// Units of 2⁻³² s in a second.
const UNITS: i128 = 1 << 32;

/// Units of 2⁻³² s in an era of 2³² s, about 136 years.
const ERA: i128 = 1 << 64;

/// A moment modulo 2³² seconds, in units of 2⁻³² s since 1900-01-01 00:00:00 UTC (RFC 5905 §6).
///
/// Zero means "not known"; no clock reading becomes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Not known.
    pub const UNKNOWN: Self = Self(0);

    /// What a clock that reads `time` writes, to the nearest unit.
    ///
    /// The one reading in an era that would be zero becomes one unit, a quarter of a nanosecond,
    /// more; it is read back as it was.
    pub fn of(time: FileTime) -> Self {
        let units = units_since_1900(time).rem_euclid(ERA);
        Self(u64::try_from(units).unwrap_or(0).max(1))
    }

    /// The reading nearest to `about` that is written so, to the nearest tick.
    ///
    /// Right whenever the two are less than 68 years apart; held between 0 and 2⁶⁴ − 1 ticks.
    pub fn near(self, about: FileTime) -> FileTime {
        let about = units_since_1900(about);
        let own = i128::from(self.0);
        let ahead = (own - about).rem_euclid(ERA);
        let units = if ahead < ERA / 2 { about + ahead } else { about + ahead - ERA };
        let since_1601 = units + SECONDS_TO_1900 * UNITS;
        let ticks = rounded(since_1601 * i128::from(TICKS_PER_SECOND), UNITS);
        FileTime(u64::try_from(ticks.max(0)).unwrap_or(u64::MAX))
    }

    /// How far this moment is after `earlier`, in units of 2⁻³² s, taken as less than 68 years.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.wrapping_sub(earlier.0).cast_signed()
    }
}

/// Seconds and fraction as they stand on the wire: `eb12a3c4.80000000`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}.{:08x}", self.0 >> 32, self.0 & 0xffff_ffff)
    }
}

fn units_since_1900(time: FileTime) -> i128 {
    let units = rounded(i128::from(time.0) * UNITS, TICKS_PER_SECOND.into());
    units - SECONDS_TO_1900 * UNITS
}

/// A quotient rounded to the nearest whole number, halves upwards.
pub(super) fn rounded(number: i128, by: i128) -> i128 {
    (number + by / 2).div_euclid(by)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 1900-01-01, 1970-01-01, and the first moments of era 1 and era 2.
    const KNOWN: [(u64, u64); 4] = [
        (94_354_848_000_000_000, 1),
        (116_444_736_000_000_000, 2_208_988_800 << 32),
        (137_304_520_960_000_000, 1),
        (180_254_193_920_000_000, 1),
    ];

    #[test]
    fn epochs_and_eras() {
        for (ticks, units) in KNOWN {
            let time = FileTime(ticks);
            assert_eq!(Timestamp::of(time).0, units, "{time}");
            assert_eq!(Timestamp(units).near(time), time);
        }
        assert_eq!(FileTime(KNOWN[2].0).to_string(), "2036-02-07T06:28:16.0000000Z");
    }

    #[test]
    fn ends_of_what_a_filetime_holds() {
        for time in [FileTime(0), FileTime(1), FileTime(u64::MAX), FileTime::MAX_READING] {
            assert_eq!(Timestamp::of(time).near(time), time);
        }
    }

    /// 2³¹ s in ticks.
    const HALF: u64 = 21_474_836_480_000_000;

    proptest! {
        #[test]
        fn a_reading_is_read_back_in_every_era(ticks: u64, ahead: bool, apart in 0..HALF) {
            let time = FileTime(ticks);
            let about = if ahead { ticks.saturating_add(apart) } else { ticks.saturating_sub(apart) };
            prop_assert_eq!(Timestamp::of(time).near(FileTime(about)), time);
        }

        #[test]
        fn differences_are_those_of_the_readings(
            ticks in 2 * HALF..u64::MAX - 2 * HALF,
            apart in 0..HALF,
        ) {
            let (a, b) = (Timestamp::of(FileTime(ticks)), Timestamp::of(FileTime(ticks + apart)));
            let units = rounded(i128::from(apart) * UNITS, TICKS_PER_SECOND.into());
            prop_assert!((i128::from(b.since(a)) - units).abs() <= 2);
            prop_assert!((i128::from(a.since(b)) + units).abs() <= 2);
        }

        #[test]
        fn any_units_near_any_reading_have_a_reading(units: u64, about: u64) {
            let _ = Timestamp(units).near(FileTime(about));
            let _ = Timestamp(units).since(Timestamp(about));
        }
    }
}
