//! A clock that is put right, or wrong, little by little.

use kms_proto::time::duration::Nanos;

use crate::clock::ppm::Ppm;
use crate::clock::shape::scale::scaled;

/// A correction that is absorbed at a bounded rate, to the nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slew {
    by: Nanos,
    pace: Pace,
}

/// How fast a correction is absorbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At the most this fast.
    AtMost(Ppm),
    /// Evenly over this length.
    Over(Nanos),
}

/// Why there is no such correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlewError {
    /// A pace of nothing absorbs nothing.
    Still,
    /// The clock would run back: faster than a second a second, backwards.
    Backwards,
}

impl Slew {
    /// A correction by `by`.
    ///
    /// # Errors
    ///
    /// When the pace is 0, or so fast that the clock would run back.
    pub fn new(by: Nanos, pace: Pace) -> Result<Self, SlewError> {
        let (still, backwards) = match pace {
            Pace::AtMost(most) => (most == Ppm::ZERO, by.0 < 0 && most > Ppm::ONE),
            Pace::Over(length) => (length.0 <= 0, by.0 < 0 && by.0.saturating_neg() > length.0),
        };
        match (still, backwards) {
            (true, _) => Err(SlewError::Still),
            (_, true) => Err(SlewError::Backwards),
            _ => Ok(Self { by, pace }),
        }
    }

    /// How much is absorbed.
    pub const fn by(&self) -> Nanos {
        self.by
    }

    /// How fast.
    pub const fn pace(&self) -> Pace {
        self.pace
    }

    /// What it adds after `elapsed` nanoseconds: never more than all of it.
    pub(super) fn value(&self, elapsed: i128) -> i128 {
        let all = i128::from(self.by.0.unsigned_abs());
        let absorbed = match self.pace {
            Pace::AtMost(most) => most.of(elapsed),
            Pace::Over(length) => scaled(all, elapsed, length.0.into()),
        };
        absorbed.min(all) * i128::from(self.by.0.signum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_absorbed_to_the_nanosecond() {
        let at_most: Pace = Pace::AtMost("500".parse().unwrap());
        let slew = Slew::new(Nanos(-1_000), at_most).unwrap();
        for (elapsed, value) in [
            (0, 0),
            (1_999, 0),
            (2_000, -1),
            (1_999_999, -999),
            (2_000_000, -1_000),
            (1 << 70, -1_000),
        ] {
            assert_eq!(slew.value(elapsed), value, "{elapsed}");
        }
        let slew = Slew::new(Nanos(10), Pace::Over(Nanos(30))).unwrap();
        for (elapsed, value) in [(0, 0), (2, 0), (3, 1), (29, 9), (30, 10), (31, 10)] {
            assert_eq!(slew.value(elapsed), value, "{elapsed}");
        }
        assert_eq!(Slew::new(Nanos(0), at_most).unwrap().value(1_000_000), 0);
    }

    #[test]
    fn what_would_stand_still_or_run_back_is_none() {
        let ppm = |text: &str| Pace::AtMost(text.parse().unwrap());
        for (by, pace, error) in [
            (1, ppm("0"), SlewError::Still),
            (1, Pace::Over(Nanos(0)), SlewError::Still),
            (-1, ppm("1000000.000001"), SlewError::Backwards),
            (-31, Pace::Over(Nanos(30)), SlewError::Backwards),
        ] {
            assert_eq!(Slew::new(Nanos(by), pace), Err(error));
        }
        assert!(Slew::new(Nanos(-30), Pace::Over(Nanos(30))).is_ok());
        assert!(Slew::new(Nanos(31), ppm("2000000")).is_ok());
    }
}
