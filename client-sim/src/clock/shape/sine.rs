//! A clock that is carried to and fro, evenly.

use kms_proto::time::duration::Nanos;

use crate::clock::shape::scale::scaled;
use crate::clock::shape::trig;

/// A wave: `amplitude · sin(2π · (elapsed + phase) / period)`, cut to the nanosecond.
///
/// In whole numbers, so it is the same on every machine; the opposite amplitude gives the opposite
/// wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sine {
    amplitude: Nanos,
    period: Nanos,
    phase: Nanos,
}

impl Sine {
    /// A wave that begins `phase` into its period. None unless the period is above 0.
    pub fn new(amplitude: Nanos, period: Nanos, phase: Nanos) -> Option<Self> {
        (period.0 > 0).then_some(Self { amplitude, period, phase })
    }

    /// How far it carries the clock; a negative one begins backwards.
    pub const fn amplitude(&self) -> Nanos {
        self.amplitude
    }

    /// How long a whole wave takes.
    pub const fn period(&self) -> Nanos {
        self.period
    }

    /// How far into the wave it begins.
    pub const fn phase(&self) -> Nanos {
        self.phase
    }

    /// What it adds after `elapsed` nanoseconds.
    pub(super) fn value(&self, elapsed: i128) -> i128 {
        let turn = trig::turn(elapsed + i128::from(self.phase.0), self.period.0.unsigned_abs());
        let height = trig::sine(turn);
        let size = scaled(self.amplitude.0.unsigned_abs().into(), height.abs(), trig::ONE);
        size * height.signum() * i128::from(self.amplitude.0.signum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reaches_its_amplitude_at_the_quarters_exactly() {
        let hour = Nanos::hours(1).0;
        let wave = Sine::new(Nanos(hour), Nanos(4 * hour), Nanos(0)).unwrap();
        let late = Sine::new(Nanos(-hour), Nanos(4 * hour), Nanos(hour)).unwrap();
        for (hours, value) in [(0, 0), (1, 1), (2, 0), (3, -1), (4, 0), (5, 1)] {
            let elapsed = i128::from(hours * hour);
            assert_eq!(wave.value(elapsed), i128::from(value * hour), "{hours}");
            assert_eq!(late.value(elapsed - i128::from(hour)), i128::from(-value * hour));
        }
        // A twelfth of the way round it is half way up.
        assert_eq!(wave.value(i128::from(hour) / 3), i128::from(hour) / 2 - 1);
        let flat = Sine::new(Nanos(0), Nanos(hour), Nanos(0)).unwrap();
        assert_eq!(flat.value(i128::from(hour) / 3), 0);
        assert_eq!(Sine::new(Nanos(1), Nanos(0), Nanos(0)), None);
    }
}
