//! Whether a clock is slewed or stepped, and what slews are still under way.

use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::clock::shape::slew::{Pace, Slew};
use crate::time_service::settings::Settings;

/// The length of a tick of the clock: 15.625 ms.
pub const CLOCK_TICK: Nanos = Nanos(15_625_000);

/// How a clock is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// At once.
    Step(Nanos),
    /// Little by little.
    Slew(Slew),
}

/// The slews the service has begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slews {
    list: Vec<(Moment, Slew)>,
}

impl Slews {
    /// What is yet to come of them at a moment; those that are over are forgotten.
    fn left(&mut self, now: Moment) -> Nanos {
        let left = |(since, slew): &(Moment, Slew)| {
            let passed = i128::from(now.since(*since).0.max(0));
            let (by, over) = (i128::from(slew.by().0), over(slew));
            i64::try_from(by - by * passed.min(over) / over.max(1)).unwrap_or(0)
        };
        self.list.retain(|slew| left(slew) != 0);
        Nanos(self.list.iter().fold(0, |sum: i64, slew| sum.saturating_add(left(slew))))
    }

    /// Somebody else set the clock, which ended them.
    pub fn forget(&mut self) {
        self.list.clear();
    }

    /// How a clock that is `offset` behind is corrected; `None` if nothing is left to do.
    ///
    /// Slewed where that is no more than `MaxAllowedPhaseOffset`, and where the clock would run at
    /// no less than half its speed and no more than half as fast again (the formula of Windows
    /// Server 2012 R2 and earlier).
    pub fn correct(
        &mut self,
        offset: Nanos,
        now: Moment,
        settings: &Settings,
    ) -> Option<Correction> {
        let by = Nanos(offset.0.saturating_sub(self.left(now).0));
        if by.0 == 0 {
            return None;
        }
        let size = u128::from(by.0.unsigned_abs());
        let ticks =
            u128::from(settings.phase_correct_rate.max(1)) * u128::from(settings.update_interval());
        let half = u128::from(CLOCK_TICK.0.unsigned_abs() / 2);
        let allowed = u128::from(settings.max_allowed_phase_offset()) * 1_000_000_000;
        let length = i64::try_from(ticks * u128::from(CLOCK_TICK.0.unsigned_abs()));
        if size <= allowed
            && size <= half * ticks
            && let Ok(length) = length
            && let Ok(slew) = Slew::new(by, Pace::Over(Nanos(length)))
        {
            self.list.push((now, slew));
            return Some(Correction::Slew(slew));
        }
        Some(Correction::Step(by))
    }
}

fn over(slew: &Slew) -> i128 {
    match slew.pace() {
        Pace::Over(length) => length.0.into(),
        Pace::AtMost(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time_service::settings::{Role, SyncType};

    const S: i64 = 1_000_000_000;

    fn slewed(settings: &Settings, nanos: i64) -> bool {
        let correction = Slews::default().correct(Nanos(nanos), Moment(0), settings);
        matches!(correction, Some(Correction::Slew(_)))
    }

    #[test]
    fn small_corrections_are_slewed_and_large_ones_stepped() {
        let member = Settings::default();
        // Microsoft's own example: three minutes are set back slowly, four at once.
        assert!(slewed(&member, 180 * S) && slewed(&member, -180 * S) && !slewed(&member, 240 * S));
        // Half of 30 000 ticks.
        assert!(slewed(&member, 234_375_000_000) && !slewed(&member, 234_375_000_001));
        let alone = Settings { sync: SyncType::Ntp, ..Settings::default() };
        assert!(slewed(&alone, S) && slewed(&alone, -S) && !slewed(&alone, S + 100));
        let role = Role::DomainController { first: true };
        let controller = Settings { role, ..Settings::default() };
        assert!(slewed(&controller, 700_000_000) && !slewed(&controller, S));
    }

    #[test]
    fn what_is_under_way_is_not_corrected_twice() {
        let settings = Settings::default();
        let mut slews = Slews::default();
        let length = 30_000 * CLOCK_TICK.0;
        assert!(slews.correct(Nanos(100 * S), Moment(0), &settings).is_some());
        assert_eq!(slews.correct(Nanos(50 * S), Moment(length / 2), &settings), None);
        let more = slews.correct(Nanos(51 * S), Moment(length / 2), &settings);
        assert!(matches!(more, Some(Correction::Slew(slew)) if slew.by() == Nanos(S)));
        assert_eq!(slews.left(Moment(2 * length)), Nanos(0));
        assert!(slews.list.is_empty());
        slews.forget();
        assert_eq!(slews.correct(Nanos(0), Moment(0), &settings), None);
    }
}
