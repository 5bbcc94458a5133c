//! The one door to the real clock.
#![expect(clippy::disallowed_methods, reason = "this file is the door the ban leaves open")]

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

/// What this computer's clock says, as true time.
///
/// Held at the ends of what 64 bits of nanoseconds hold: 1677 to 2262.
pub fn true_now() -> Moment {
    let now = SystemTime::now();
    let nanos = match now.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, i64::saturating_neg)
        }
    };
    // On the grain of the wire, like every moment of the world.
    Moment(nanos - nanos.rem_euclid(100))
}

/// Time that only ever runs forward, from a start.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long ago it was started.
    pub fn elapsed(self) -> Nanos {
        Nanos(i64::try_from(self.0.elapsed().as_nanos()).unwrap_or(i64::MAX))
    }
}
