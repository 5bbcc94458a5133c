//! A leap second spread over hours, as the time servers of Google and Amazon do it.

use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::clock::shape::leap::Leap;
use crate::clock::shape::scale::scaled;
use crate::clock::shape::trig;

/// A leap second spread evenly around a moment, so that no second is repeated or skipped.
///
/// Before it the clock is right; at its centre half the second is made, after it all of it. From a
/// clock that leaps at the centre it is never more than half a second off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Smear {
    leap: Leap,
    begins: Moment,
    length: Nanos,
    curve: Curve,
}

/// How the second is spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Curve {
    /// Evenly: 11.6 ppm for 24 h.
    #[default]
    Linear,
    /// Slowly at both ends, as half a wave.
    Cosine,
}

impl Smear {
    /// Spreads a leap second over `length`, of which half comes before `centre`.
    ///
    /// None unless the length is above 0.
    pub fn new(leap: Leap, centre: Moment, length: Nanos, curve: Curve) -> Option<Self> {
        let begins = centre.plus(Nanos(-(length.0 / 2)));
        (length.0 > 0).then_some(Self { leap, begins, length, curve })
    }

    /// From the first noon (UTC) at or after a moment to the next, evenly, as Google does it.
    pub fn noon_to_noon(leap: Leap, start: Moment) -> Option<Self> {
        let (half, day) = (Nanos::hours(12), Nanos::hours(24));
        let since_noon = start.0.saturating_sub(half.0).rem_euclid(day.0);
        let noon = start.plus(Nanos((day.0 - since_noon) % day.0));
        Self::new(leap, noon.plus(half), day, Curve::Linear)
    }

    /// What it adds at a moment.
    pub(super) fn value_at(&self, at: Moment) -> i128 {
        let length = i128::from(self.length.0);
        let elapsed = (i128::from(at.0) - i128::from(self.begins.0)).clamp(0, length);
        let all = self.leap.moves();
        let made = match self.curve {
            Curve::Linear => scaled(all.abs(), elapsed, length),
            Curve::Cosine => {
                let half_turn = trig::turn(elapsed, self.length.0.unsigned_abs().saturating_mul(2));
                scaled(all.abs(), trig::ONE - trig::cosine(half_turn), 2 * trig::ONE)
            }
        };
        made * all.signum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noon_is_the_first_at_or_after_the_start() {
        let hour = Nanos::hours(1).0;
        for (start, begins) in [(0, 12), (12, 12), (13, 36), (-13, -12), (-12, -12)] {
            let smear = Smear::noon_to_noon(Leap::Repeated, Moment(start * hour)).unwrap();
            assert_eq!(smear.begins, Moment(begins * hour), "{start}");
        }
    }

    #[test]
    fn half_is_made_at_the_centre_and_all_at_the_end() {
        let hour = Nanos::hours(1).0;
        let centre = Moment(100 * hour);
        for curve in [Curve::Linear, Curve::Cosine] {
            let smear = Smear::new(Leap::Repeated, centre, Nanos::hours(24), curve).unwrap();
            for (hours, value) in
                [(0, 0), (88, 0), (100, -500_000_000), (112, -1_000_000_000), (999, -1_000_000_000)]
            {
                assert_eq!(smear.value_at(Moment(hours * hour)), value, "{curve:?} {hours}");
            }
            let quarter = smear.value_at(Moment(94 * hour));
            let expected = if curve == Curve::Linear { -250_000_000 } else { -146_446_609 };
            assert_eq!(quarter, expected);
        }
        let skipped = Smear::new(Leap::Skipped, centre, Nanos(0), Curve::Linear);
        assert_eq!(skipped, None);
    }
}
