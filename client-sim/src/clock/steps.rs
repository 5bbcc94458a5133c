//! The jumps a clock makes.

use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

/// Jumps in the order of time: `Σ steps with τ_i ≤ τ`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Each step's moment, and the sum of all steps up to it, in nanoseconds.
    ///
    /// INVARIANT: the moments never decrease.
    sums: Vec<(Moment, i128)>,
}

impl Steps {
    /// The sum of the steps made at or before a moment, in nanoseconds.
    pub fn sum_at(&self, at: Moment) -> i128 {
        let made = self.sums.partition_point(|(moment, _)| *moment <= at);
        made.checked_sub(1).and_then(|last| self.sums.get(last)).map_or(0, |(_, sum)| *sum)
    }

    /// Adds a step after those there are; one before the last is made with it.
    pub fn push(&mut self, at: Moment, by: Nanos) {
        let (last, sum) = self.sums.last().copied().unwrap_or((at, 0));
        self.sums.push((at.max(last), sum.saturating_add(by.0.into())));
    }
}
