//! A clock that was stopped, and how it goes on.

use kms_proto::time::Moment;

use crate::clock::Clock;
use crate::clock::base::{Line, Segment};
use crate::clock::rate::Rate;
use crate::clock::spec::Effects;

/// A clock that stands.
///
/// What would move it over time, its rate and its shapes, does not; a step or a set still does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standstill {
    /// Along what it would run.
    would: Line,
    /// When it goes on by itself.
    end: Option<End>,
}

/// When and how a clock goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) at: Moment,
    /// Shows what it would show had it never stood; else goes on from where it stands.
    pub(super) sync: bool,
}

impl Standstill {
    pub(super) const fn new(would: Line, end: Option<End>) -> Self {
        Self { would, end }
    }

    /// Stops what stands already: for good, or until the later of two ends.
    fn stop(&mut self, end: Option<End>) {
        self.end = match (self.end, end) {
            (Some(one), Some(other)) => Some(if other.at > one.at { other } else { one }),
            _ => None,
        };
    }

    /// Its end, if that has come by a moment.
    pub(super) fn over_by(self, at: Moment) -> Option<End> {
        self.end.filter(|end| end.at <= at)
    }
}

impl Clock {
    /// Stops the clock where it stands. Whether it ran.
    pub(super) fn stand(&mut self, at: Moment, end: Option<End>) -> bool {
        let segment = self.segment_at(at);
        if let Some(standstill) = &mut self.standstill {
            standstill.stop(end);
            return false;
        }
        self.standstill = Some(Standstill::new(segment.line, end));
        let shows = segment.line.shows_at(at);
        let line = Line { at, shows, rate: Rate::STILL };
        self.base.push(Segment { from: at, line, held: Some(at), ..segment });
        true
    }

    /// Lets the clock go on. Whether it stood.
    pub(super) fn resume(&mut self, end: End) -> bool {
        if self.standstill.is_none() {
            return false;
        }
        let segment = self.resumed(end);
        self.base.push(segment);
        self.standstill = None;
        self.paused = None;
        true
    }

    /// The piece that follows a standstill; the piece in force, if there is none.
    pub(super) fn resumed(&self, end: End) -> Segment {
        let segment = *self.base.segment_at(end.at);
        let Some(Standstill { would, .. }) = self.standstill else { return segment };
        let line = if end.sync {
            would
        } else {
            let stands = segment.line.shows_at(end.at);
            let held = self.shapes.sum_at(segment.held.unwrap_or(end.at));
            let shapes = self.shapes.sum_at(end.at);
            let shows = stands.saturating_add(held).saturating_sub(shapes);
            Line { at: end.at, shows, rate: would.rate }
        };
        Segment { from: end.at, line, held: None, ..segment }
    }

    /// Makes the clock run at another rate from where it is; one that stands, once it goes on.
    pub(super) fn run_at(&mut self, at: Moment, rate: Rate) {
        let turned = |line: Line| Line { at, shows: line.shows_at(at), rate };
        if let Some(standstill) = &mut self.standstill {
            standstill.would = turned(standstill.would);
        } else {
            let segment = self.segment_at(at);
            self.base.push(Segment { from: at, line: turned(segment.line), ..segment });
        }
    }

    /// Makes the clock show this (before effects), bends its readings anew, and lets it run on or
    /// stand as it does.
    pub(super) fn show(
        &mut self,
        at: Moment,
        unix_nanos: i128,
        bent: impl FnOnce(Effects) -> Effects,
    ) {
        let segment = self.segment_at(at);
        let moved = self.steps.sum_at(at).saturating_add(self.shapes.sum_at(at));
        let line = Line { at, shows: unix_nanos.saturating_sub(moved), rate: segment.line.rate };
        if let Some(standstill) = &mut self.standstill {
            standstill.would = Line { rate: standstill.would.rate, ..line };
        }
        let (held, effects) = (segment.held.map(|_| at), bent(segment.effects));
        self.base.push(Segment { from: at, line, held, effects });
    }
}
