//! True time, which belongs to the world.

use serde::Serialize;

use crate::time::duration::Nanos;
use crate::time::filetime::FileTime;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_come_back_to_the_tick() {
        for (nanos, ticks) in [
            (0, 116_444_736_000_000_000),
            (100, 116_444_736_000_000_001),
            (-100, 116_444_735_999_999_999),
            (1_767_225_600_000_000_000, 134_116_992_000_000_000),
        ] {
            assert_eq!(Moment(nanos).filetime(), FileTime(ticks), "{nanos}");
            assert_eq!(Moment::from_filetime(FileTime(ticks)), Moment(nanos), "{ticks}");
        }
        assert_eq!(Moment::from_filetime(FileTime(0)), Moment(i64::MIN));
        assert_eq!(Moment::from_filetime(FileTime(u64::MAX)), Moment(i64::MAX));
    }
}
