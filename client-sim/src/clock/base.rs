//! Where a clock stands and how fast it runs, piece by piece.

use kms_proto::time::Moment;

use crate::clock::rate::Rate;
use crate::clock::spec::Effects;

/// One piece: from a moment on the clock shows this, runs at this rate, and is bent like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The moment from which it is in force.
    pub from: Moment,
    /// What the clock shows at that moment, before steps and effects: ns since the Unix epoch.
    pub shows: i128,
    /// How fast it runs from there.
    pub rate: Rate,
    /// What bends its readings from there.
    pub effects: Effects,
}

impl Segment {
    /// What the clock shows at a moment, before steps and effects.
    pub fn shows_at(&self, at: Moment) -> i128 {
        let elapsed = i128::from(at.0) - i128::from(self.from.0);
        self.shows.saturating_add(self.rate.counts(elapsed))
    }
}

/// The pieces in the order of time: `B(τ) = b_k + floor(r_k · (τ − τ_k))`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    first: Segment,
    /// INVARIANT: `from` never decreases.
    later: Vec<Segment>,
}

impl Base {
    /// A clock that is in one piece.
    pub const fn new(first: Segment) -> Self {
        Self { first, later: Vec::new() }
    }

    /// The piece in force at a moment: the last that begins at or before it.
    ///
    /// Before the first begins, the first: its line goes back as it goes on.
    pub fn segment_at(&self, at: Moment) -> &Segment {
        let begun = self.later.partition_point(|segment| segment.from <= at);
        begun.checked_sub(1).and_then(|last| self.later.get(last)).unwrap_or(&self.first)
    }

    /// Puts a piece after those there are; of several that begin at one moment the last holds.
    ///
    /// One that would begin before the last begins with it.
    pub fn push(&mut self, mut segment: Segment) {
        segment.from = segment.from.max(self.begun());
        self.later.push(segment);
    }

    /// The moment at which the last piece begins.
    fn begun(&self) -> Moment {
        self.later.last().unwrap_or(&self.first).from
    }
}
