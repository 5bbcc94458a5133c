//! What a clock reads, as the wire carries it.

use core::fmt;

use serde::Serialize;

use crate::time::civil::{Civil, TICKS_PER_SECOND};
use crate::time::duration::NANOS_PER_TICK;
use crate::time::skew::Skew;

/// Ticks from 1601-01-01 to 1970-01-01, both 00:00:00 UTC.
const UNIX_EPOCH_TICKS: i128 = 116_444_736_000_000_000;

/// What a clock reads: ticks of 100 ns since 1601-01-01 00:00:00 UTC, as the wire carries it.
///
/// Any `u64` is legal on the wire; a clock model gives at most 2⁶³ − 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FileTime(pub u64);

impl FileTime {
    /// The latest reading a clock gives: 2⁶³ − 1.
    pub const MAX_READING: Self = Self(0x7fff_ffff_ffff_ffff);

    /// The FILETIME of an instant, floored to a tick and held between 0 and 2⁶³ − 1.
    pub fn from_unix_nanos(nanos: i128) -> Self {
        let ticks = nanos.div_euclid(i128::from(NANOS_PER_TICK)) + UNIX_EPOCH_TICKS;
        let held = ticks.clamp(0, i128::from(Self::MAX_READING.0));
        Self(u64::try_from(held).unwrap_or(0))
    }

    /// Nanoseconds since the Unix epoch.
    pub fn unix_nanos(self) -> i128 {
        (i128::from(self.0) - UNIX_EPOCH_TICKS) * i128::from(NANOS_PER_TICK)
    }

    /// How far this reading is from `host`'s: this minus that.
    pub fn skew_from(self, host: Self) -> Skew {
        Skew { ticks: i128::from(self.0) - i128::from(host.0) }
    }

    /// This reading cut to its whole second.
    #[must_use]
    pub const fn whole_second(self) -> Self {
        Self(self.0 - self.0 % TICKS_PER_SECOND)
    }

    /// This reading `ticks` later, held at the end.
    #[must_use]
    pub const fn later(self, ticks: u64) -> Self {
        Self(self.0.saturating_add(ticks))
    }

    /// The civil date and time, UTC, proleptic Gregorian.
    pub fn civil(self) -> Civil {
        Civil::from_ticks(self.0)
    }
}

/// RFC 3339 with seven decimals, the wire's grain: `2026-01-01T00:10:00.0000120Z`.
impl fmt::Display for FileTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.civil();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:07}Z",
            c.year, c.month, c.day, c.hour, c.minute, c.second, c.tick
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_second_is_the_last_that_began() {
        for (ticks, whole) in [
            (0, 0),
            (9_999_999, 0),
            (10_000_000, 10_000_000),
            (25_000_001, 20_000_000),
            (u64::MAX, 18_446_744_073_700_000_000),
        ] {
            assert_eq!(FileTime(ticks).whole_second(), FileTime(whole), "{ticks}");
        }
    }

    #[test]
    fn filetime_and_unix_time_agree_at_the_epochs_and_hold_at_the_ends() {
        assert_eq!(FileTime::from_unix_nanos(0).0, 116_444_736_000_000_000);
        assert_eq!(FileTime(116_444_736_000_000_000).unix_nanos(), 0);
        assert_eq!(FileTime::from_unix_nanos(-1).0, 116_444_735_999_999_999);
        assert_eq!(FileTime::from_unix_nanos(i128::from(i64::MIN) * 10_000).0, 0);
        assert_eq!(FileTime::from_unix_nanos(i128::MAX >> 8), FileTime::MAX_READING);
    }

    #[test]
    fn a_skew_is_client_minus_host_for_any_two_readings() {
        assert_eq!(FileTime(u64::MAX).skew_from(FileTime(0)).ticks, i128::from(u64::MAX));
        assert_eq!(FileTime(0).skew_from(FileTime(u64::MAX)).ticks, -i128::from(u64::MAX));
    }

    #[test]
    fn texts() {
        assert_eq!(FileTime(0).to_string(), "1601-01-01T00:00:00.0000000Z");
        assert_eq!(FileTime(134_116_998_000_000_120).to_string(), "2026-01-01T00:10:00.0000120Z");
    }
}
