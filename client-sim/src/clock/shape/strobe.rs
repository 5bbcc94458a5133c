//! A clock that is thrown to and fro.

use kms_proto::time::duration::Nanos;

/// A square wave, as Jepsen's `strobe-time` makes it: displaced, restored, displaced, restored.
///
/// It begins displaced, and ends restored, whether or not its length is a whole number of periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strobe {
    delta: Nanos,
    period: Nanos,
    length: Nanos,
}

impl Strobe {
    /// Displaces by `delta` for a `period` and restores for a `period`, until `length` is over.
    ///
    /// None unless the period is above 0.
    pub fn new(delta: Nanos, period: Nanos, length: Nanos) -> Option<Self> {
        (period.0 > 0).then_some(Self { delta, period, length })
    }

    /// How far it displaces.
    pub const fn delta(&self) -> Nanos {
        self.delta
    }

    /// For how long it displaces, and restores.
    pub const fn period(&self) -> Nanos {
        self.period
    }

    /// How long it goes on.
    pub const fn length(&self) -> Nanos {
        self.length
    }

    /// What it adds after `elapsed` nanoseconds.
    pub(super) fn value(&self, elapsed: i128) -> i128 {
        let over = elapsed >= i128::from(self.length.0);
        let displaced = elapsed / i128::from(self.period.0) % 2 == 0;
        if displaced && !over { self.delta.0.into() } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_displaced_and_ends_restored() {
        let strobe = Strobe::new(Nanos(-5), Nanos(10), Nanos(45)).unwrap();
        for (elapsed, value) in
            [(0, -5), (9, -5), (10, 0), (19, 0), (20, -5), (40, -5), (44, -5), (45, 0), (60, 0)]
        {
            assert_eq!(strobe.value(elapsed), value, "{elapsed}");
        }
        assert_eq!(Strobe::new(Nanos(1), Nanos(0), Nanos(1)), None);
    }
}
