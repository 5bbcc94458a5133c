//! All shapes a clock has had.

use kms_proto::time::Moment;

use crate::clock::shape::Shape;

/// Shapes, whose values add up: `Σ s_j(τ)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shapes {
    list: Vec<Shape>,
}

impl Shapes {
    /// What they add at a moment, in nanoseconds.
    pub(super) fn sum_at(&self, at: Moment) -> i128 {
        self.list.iter().fold(0, |sum: i128, shape| sum.saturating_add(shape.value_at(at)))
    }

    /// Adds a shape.
    pub(super) fn push(&mut self, shape: Shape) {
        self.list.push(shape);
    }

    /// Ends them all: from this moment on each adds what it adds at it.
    pub(super) fn end_all(&mut self, at: Moment) {
        self.list.iter_mut().for_each(|shape| shape.end(at));
    }

    /// Ends the corrections under way.
    pub(super) fn end_corrections(&mut self, at: Moment) {
        self.list.iter_mut().filter(|shape| shape.is_correction()).for_each(|shape| shape.end(at));
    }

    /// Remembers what it takes long to find, up to a moment; changes no value.
    pub(super) fn remember(&mut self, at: Moment) {
        self.list.iter_mut().for_each(|shape| shape.remember(at));
    }

    /// How many random walks there have been: the ordinal of the next, whatever else there was.
    pub(super) fn walks(&self) -> u64 {
        let walks = self.list.iter().filter(|shape| shape.is_walk()).count();
        u64::try_from(walks).unwrap_or(u64::MAX)
    }
}
