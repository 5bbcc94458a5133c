//! Where a clock stands and how fast it runs, piece by piece.

use kms_proto::time::Moment;

use crate::clock::rate::Rate;
use crate::clock::spec::Effects;

/// A clock that runs evenly: `b + floor(r · (τ − τ₀))`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The moment at which it shows what it shows.
    pub at: Moment,
    /// What it shows at that moment, before shapes, steps and effects: ns since the Unix epoch.
    pub shows: i128,
    /// How fast it runs.
    pub rate: Rate,
}

impl Line {
    /// What it shows at a moment.
    pub fn shows_at(&self, at: Moment) -> i128 {
        let elapsed = i128::from(at.0) - i128::from(self.at.0);
        self.shows.saturating_add(self.rate.counts(elapsed))
    }
}

/// One piece: from a moment on the clock runs along this line, and is bent like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The moment from which it is in force.
    pub from: Moment,
    /// Along what it runs.
    pub line: Line,
    /// The clock is held: shapes count as they did at this moment.
    pub held: Option<Moment>,
    /// What bends its readings.
    pub effects: Effects,
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
        let last = self.later.last().unwrap_or(&self.first);
        segment.from = segment.from.max(last.from);
        self.later.push(segment);
    }
}
