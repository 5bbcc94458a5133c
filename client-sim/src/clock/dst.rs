//! A change to or from daylight saving that a machine missed.

use crate::clock::zone::Zone;

/// Days in which a zone that has daylight saving changes, whatever the year.
const HORIZON: i128 = 400;

/// Nanoseconds in a second and in a day.
const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// A change of a zone's offset, which a clock does not follow.
///
/// From the instant of the change on the clock shows what it would have shown under the offset
/// before: an hour ahead when the end of daylight saving was missed, an hour behind when its begin
/// was. Later changes are made, so the error stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissedChange {
    /// The instant of the change, ns since the Unix epoch.
    at: i128,
    /// Offset before minus offset after, in nanoseconds.
    by: i128,
}

impl MissedChange {
    /// The first change of a zone after an instant (ns since the Unix epoch), within 400 days.
    pub fn next(zone: Zone, after: i128) -> Option<Self> {
        let before = zone.offset_at(after);
        let day = (1..=HORIZON)
            .map(|day| after.saturating_add(day * DAY))
            .find(|instant| zone.offset_at(*instant) != before)?;
        // Offsets change on whole seconds; the change lies in this day.
        let (mut low, mut high) = ((day - DAY).div_euclid(SECOND), day.div_euclid(SECOND));
        while high - low > 1 {
            let middle = (low + high).div_euclid(2);
            if zone.offset_at(middle * SECOND) == before { low = middle } else { high = middle }
        }
        let at = high * SECOND;
        Some(Self { at, by: before - zone.offset_at(at) })
    }

    /// Whether a clock at this instant has missed it.
    pub const fn is_over(self, unix_nanos: i128) -> bool {
        unix_nanos >= self.at
    }

    /// What it puts on a clock that shows this, in nanoseconds.
    pub const fn value(self, unix_nanos: i128) -> i128 {
        if self.is_over(unix_nanos) { self.by } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_change_is_found_to_the_second() {
        // 2026-01-01, 2026-07-01; the changes of Berlin are at 01:00 UTC, of New York at 02:00.
        for (zone, after, at, by) in [
            ("Europe/Berlin", 1_767_225_600, 1_774_746_000, -3_600),
            ("Europe/Berlin", 1_782_864_000, 1_792_890_000, 3_600),
            ("America/New_York", 1_767_225_600, 1_772_953_200, -3_600),
            ("Australia/Lord_Howe", 1_767_225_600, 1_775_314_800, 1_800),
        ] {
            let zone = zone.parse().unwrap();
            let found = MissedChange::next(zone, after * SECOND).unwrap();
            assert_eq!(found, MissedChange { at: at * SECOND, by: by * SECOND });
            assert_eq!(found.value(at * SECOND - 1), 0);
            assert_eq!(found.value(at * SECOND), by * SECOND);
        }
    }

    #[test]
    fn a_zone_without_daylight_saving_has_no_change_to_miss() {
        for zone in ["UTC", "Asia/Kolkata", "+01:00"] {
            let zone = zone.parse().unwrap();
            for after in [0, i128::MAX, i128::MIN, 1_767_225_600 * SECOND] {
                if after != 0 || zone_is_fixed(zone) {
                    assert_eq!(MissedChange::next(zone, after), None);
                }
            }
        }
    }

    fn zone_is_fixed(zone: Zone) -> bool {
        matches!(zone, Zone::Fixed(_))
    }
}
