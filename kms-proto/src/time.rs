//! Moments, lengths, skews and windows: different things, with total arithmetic.
//!
//! Three grains meet here. True time is an integer of nanoseconds since the Unix epoch and belongs
//! to the world ([`Moment`]). What a clock reads is a FILETIME, ticks of 100 ns since 1601
//! ([`FileTime`]). A skew is client minus host, signed, in ticks ([`Skew`]).

pub mod civil;
pub mod duration;
pub mod window;

use core::fmt;

use serde::Serialize;

use crate::time::civil::Civil;
use crate::time::duration::Nanos;

/// Ticks of 100 ns in a second.
pub const TICKS_PER_SECOND: u64 = 10_000_000;

/// Nanoseconds in a tick, the wire's grain.
pub const NANOS_PER_TICK: i64 = 100;

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
        Civil::from_filetime(self)
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

/// True time: nanoseconds since the Unix epoch. Never runs back, and belongs to the world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// What a true clock reads at this moment.
    pub fn filetime(self) -> FileTime {
        FileTime::from_unix_nanos(self.0.into())
    }

    /// The moment a true clock reads `time`, held at the ends of what 64 bits of nanoseconds hold.
    pub fn from_filetime(time: FileTime) -> Self {
        let nanos = time.unix_nanos().clamp(i64::MIN.into(), i64::MAX.into());
        Self(i64::try_from(nanos).unwrap_or(i64::MAX))
    }

    /// This moment plus a length, held at the ends.
    #[must_use]
    pub const fn plus(self, length: Nanos) -> Self {
        Self(self.0.saturating_add(length.0))
    }

    /// The length from `earlier` to this moment, held at the ends.
    pub const fn since(self, earlier: Self) -> Nanos {
        Nanos(self.0.saturating_sub(earlier.0))
    }
}

/// Client time minus host time, signed, in ticks of 100 ns: that direction everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skew {
    /// The difference; wide enough for any two `u64` readings.
    pub ticks: i128,
}

impl Skew {
    /// The skew in nanoseconds.
    pub fn nanos(self) -> i128 {
        self.ticks * i128::from(NANOS_PER_TICK)
    }
}

/// With its sign: `+4h59m59.999988s`, `-4h100ns`, `0`.
impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        duration::write_signed(f, self.nanos())
    }
}

impl Serialize for Skew {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(Skew { ticks: 0 }.to_string(), "0");
        assert_eq!(Skew { ticks: -(4 * 3600 * 10_000_000 + 1) }.to_string(), "-4h100ns");
    }
}
