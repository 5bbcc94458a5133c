//! How a licence runs down by its machine's own clock.

use kms_proto::time::FileTime;

use crate::license::License;

/// Ticks of 100 ns in a minute.
const TICKS_PER_MINUTE: u64 = 600_000_000;

/// The reading of the machine's clock a licence was last counted at.
///
/// Minutes are counted down by the machine's wall clock, right or wrong: a clock that jumps ahead
/// by 180 days ends an activation, and one that is set back gives no minute back.
#[derive(Clone, Copy, Debug)]
pub struct Tally {
    counted: FileTime,
}

impl Tally {
    /// Begins to count when the machine's clock reads `wall`.
    pub const fn from(wall: FileTime) -> Self {
        Self { counted: wall }
    }

    /// Takes from `license` the whole minutes since the last count.
    pub fn count(&mut self, license: &mut License, wall: FileTime) {
        let Some(ticks) = wall.0.checked_sub(self.counted.0) else {
            // Set back: what has passed has passed, and counting goes on from here.
            self.counted = wall;
            return;
        };
        let minutes = ticks / TICKS_PER_MINUTE;
        self.counted = self.counted.later(minutes * TICKS_PER_MINUTE);
        *license = license.after(minutes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_gives_nothing_back_and_parts_of_minutes_are_kept() {
        let mut license = License::ACTIVATED;
        let mut tally = Tally::from(FileTime(1000 * TICKS_PER_MINUTE));
        tally.count(&mut license, FileTime(1001 * TICKS_PER_MINUTE + TICKS_PER_MINUTE / 2));
        assert_eq!(license.minutes, License::ACTIVATED.minutes - 1);
        tally.count(&mut license, FileTime(1002 * TICKS_PER_MINUTE));
        assert_eq!(license.minutes, License::ACTIVATED.minutes - 2);
        tally.count(&mut license, FileTime(10));
        tally.count(&mut license, FileTime(10 + TICKS_PER_MINUTE));
        assert_eq!(license.minutes, License::ACTIVATED.minutes - 3);
    }
}
