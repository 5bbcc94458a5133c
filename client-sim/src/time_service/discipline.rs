//! Whether a sample is believed.

use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::time_service::settings::Settings;

/// `State Machine` of `w32tm /query /status /verbose`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// The clock was not set yet, or is known to be wrong.
    #[default]
    Unset,
    /// The clock was set lately; for this many samples more spikes are believed.
    Hold(u32),
    /// The clock is right.
    Sync,
    /// A sample was far off; what is off must stay so for a while.
    Spike {
        /// When the first such sample came.
        since: Moment,
        /// Whether the clock had been set before.
        set: bool,
    },
}

/// What is made of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The clock is off for so long that this is an event (50).
    pub persists: bool,
    /// What happens to the clock.
    pub course: Course,
}

/// What happens to the clock after a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It is corrected.
    Correct,
    /// Nothing yet: the sample is watched.
    Watch,
    /// Nothing: the correction is beyond the limit.
    TooBig,
}

/// Judges samples, one after another.
///
/// A sample within the limits sets a clock that was not set. One that is a spike, or beyond the
/// limits, is believed once it has persisted for `SpikeWatchPeriod`: then it is told (event 50),
/// and corrected or refused (event 34).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Discipline {
    state: State,
}

impl Discipline {
    /// Where it stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Since when a spike is watched.
    pub const fn watching(&self) -> Option<Moment> {
        match self.state {
            State::Spike { since, .. } => Some(since),
            _ => None,
        }
    }

    /// Judges a sample that came at `now`; one that was asked for by hand is believed at once.
    pub fn judge(
        &mut self,
        offset: Nanos,
        now: Moment,
        settings: &Settings,
        by_hand: bool,
    ) -> Verdict {
        let allowed = settings.limit_of(offset).allows(offset);
        let spike = offset.0.unsigned_abs() >= settings.spike().0.unsigned_abs();
        let believed = if allowed { Course::Correct } else { Course::TooBig };
        let harmless = match self.state {
            State::Unset | State::Hold(_) | State::Spike { set: false, .. } => true,
            State::Sync | State::Spike { set: true, .. } => !spike,
        };
        let (persists, course) = match self.state {
            _ if by_hand => (false, believed),
            _ if allowed && harmless => (false, Course::Correct),
            State::Spike { since, .. } if now.since(since) >= settings.watch() => (spike, believed),
            State::Spike { .. } => (false, Course::Watch),
            // Nothing to wait for, where no time is asked for.
            _ if settings.watch().0 == 0 => (spike, believed),
            State::Unset => (false, self.watch(now, false)),
            State::Hold(_) | State::Sync => (false, self.watch(now, true)),
        };
        self.state = match (course, self.state) {
            (Course::Watch, state) => state,
            (Course::TooBig, _) => State::Unset,
            (Course::Correct, State::Sync | State::Spike { set: true, .. }) if !spike => {
                State::Sync
            }
            (Course::Correct, State::Hold(left)) => Self::held(left.saturating_sub(1)),
            (Course::Correct, _) => Self::held(settings.hold_period),
        };
        Verdict { persists, course }
    }

    /// Its sources are new: what it knew is void.
    pub fn forget(&mut self) {
        self.state = State::Unset;
    }

    fn watch(&mut self, since: Moment, set: bool) -> Course {
        self.state = State::Spike { since, set };
        Course::Watch
    }

    const fn held(left: u32) -> State {
        if left == 0 { State::Sync } else { State::Hold(left) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time_service::settings::SyncType;

    const S: i64 = 1_000_000_000;

    fn run(sync: SyncType, samples: &[(i64, i64)]) -> Vec<(bool, Course)> {
        let settings = Settings { sync, hold_period: 1, ..Settings::default() };
        let mut discipline = Discipline::default();
        let judged = samples.iter().map(|(at, offset)| {
            let verdict = discipline.judge(Nanos(offset * S), Moment(at * S), &settings, false);
            (verdict.persists, verdict.course)
        });
        judged.collect()
    }

    #[test]
    fn a_clock_that_was_not_set_is_set_at_once_within_the_limits() {
        let year = 31_536_000;
        assert_eq!(run(SyncType::Nt5ds, &[(0, -20 * year)]), [(false, Course::Correct)]);
        assert_eq!(run(SyncType::Ntp, &[(0, 54_000)]), [(false, Course::Correct)]);
        let refused =
            run(SyncType::Ntp, &[(0, 54_001), (899, 54_001), (900, 54_001), (1000, 54_001)]);
        let watch = (false, Course::Watch);
        assert_eq!(refused, [watch, watch, (true, Course::TooBig), watch]);
    }

    #[test]
    fn a_clock_that_was_right_is_watched_first() {
        let samples = [(0, 0), (10, 4), (20, 5), (919, 5), (920, 5), (930, 0)];
        let (correct, watch) = ((false, Course::Correct), (false, Course::Watch));
        let expected = [correct, correct, watch, watch, (true, Course::Correct), correct];
        assert_eq!(run(SyncType::Nt5ds, &samples), expected);
        let passes =
            run(SyncType::Nt5ds, &[(0, 0), (10, 0), (20, 60), (30, 0), (40, 60), (940, 60)]);
        assert_eq!(passes, [correct, correct, watch, correct, watch, (true, Course::Correct)]);
    }

    #[test]
    fn by_hand_nothing_is_watched() {
        let settings = Settings { sync: SyncType::Ntp, ..Settings::default() };
        let mut discipline = Discipline::default();
        for (offset, course) in [(53_000, Course::Correct), (54_001, Course::TooBig)] {
            let verdict = discipline.judge(Nanos(offset * S), Moment(0), &settings, true);
            assert_eq!(verdict, Verdict { persists: false, course });
        }
        assert_eq!(discipline.state(), State::Unset);
    }
}
