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
