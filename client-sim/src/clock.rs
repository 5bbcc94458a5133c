//! Clocks that are wrong on purpose: the model, and the strings that describe them.
//!
//! True time `τ` belongs to the world. A clock turns it into a reading, by these formulas in this
//! order (`docs/clocks.md`):
//!
//! ```text
//! B(τ) = b_k + floor(r_k · (τ − τ_k))        the last segment k with τ_k ≤ τ     (base)
//! D(τ) = B(τ) + Σ steps with τ_i ≤ τ         jumps                               (steps)
//!             + Σ s_j(τ)                      strobes, slews, waves, walks, leaps (shapes)
//! J(τ) = D(τ) + jitter(n)                    n counts this actor's readings
//! Z(τ) = J(τ) ± zone offset at J(τ)          local time and UTC mistaken         (zone, dst)
//! C(τ) = floor(Z(τ) / res) · res             the clock's resolution
//! F(τ) = C(τ) as a FILETIME, held in 0 to 2⁶³ − 1, or the raw value instead
//! ```
//!
//! All of it is right-continuous: what happens at `τ` is in force for a reading at `τ`. A reading
//! is taken once for each need and passed on; no code reads twice for one decision. Only the wall
//! clock is wrong: time-outs and delays run on true time. All of it is reckoned in whole numbers,
//! so a reading is the same on every machine.

pub mod applied;
mod apply;
pub mod base;
pub mod draw;
pub mod drawn;
pub mod dst;
pub mod event;
pub mod fields;
mod grammar;
pub mod jitter;
mod normal;
pub mod operation;
pub mod ppm;
pub mod preset;
pub mod rate;
pub mod reading;
pub mod set;
pub mod shape;
mod shapes;
pub mod snapshot;
pub mod spec;
mod standstill;
pub mod steps;
pub mod trigger;
pub mod wall_time;
pub mod zone;

use std::collections::BTreeMap;

use kms_proto::draw::Draw;
use kms_proto::time::{FileTime, Moment};

use crate::clock::base::{Base, Line, Segment};
use crate::clock::rate::Rate;
use crate::clock::reading::Reading;
use crate::clock::shape::smear::Smear;
use crate::clock::shape::{Form, Shape};
use crate::clock::shapes::Shapes;
use crate::clock::snapshot::Snapshot;
use crate::clock::spec::{Anchor, ClockSpec};
use crate::clock::standstill::Standstill;
use crate::clock::steps::Steps;
use crate::clock::wall_time::WallTime;

/// The clock of one actor.
///
/// Operations come in the order of true time; one that names an earlier moment than the last is
/// applied at the last one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    spec: ClockSpec,
    draw: Draw,
    actor: Box<str>,
    base: Base,
    steps: Steps,
    shapes: Shapes,
    standstill: Option<Standstill>,
    /// Until when the machine does nothing.
    paused: Option<Moment>,
    /// What the clock shows after the next start of its machine, if its battery is empty.
    battery: Option<WallTime>,
    snapshots: BTreeMap<Box<str>, Snapshot>,
    /// The latest time the clock has shown since it refuses to go back, and when that was read.
    highest: Option<(Moment, FileTime)>,
    last_operation: Moment,
    readings: u64,
}

impl Clock {
    /// The clock of `actor`, who starts at `start`.
    pub fn new(spec: ClockSpec, start: Moment, draw: Draw, actor: &str) -> Self {
        let (shows, rate) = match spec.anchor() {
            Anchor::Offset(offset, rate) => (i128::from(start.0) + i128::from(offset.0), rate),
            Anchor::Shows(time, rate) => (time.unix_nanos(), rate),
            Anchor::Still(time) => (time.unix_nanos(), Rate::STILL),
        };
        let line = Line { at: start, shows, rate };
        let standstill = match spec.anchor() {
            Anchor::Still(_) => Some(Standstill::new(Line { rate: Rate::TRUE, ..line }, None)),
            _ => None,
        };
        let mut shapes = Shapes::default();
        if let Some(smear) = spec.smear().and_then(|leap| Smear::noon_to_noon(leap, start)) {
            shapes.push(Shape::new(Form::Smear(smear), start));
        }
        let held = standstill.map(|_| start);
        let first = Segment { from: start, line, held, effects: spec.effects() };
        Self {
            spec,
            draw,
            actor: actor.into(),
            base: Base::new(first),
            steps: Steps::default(),
            shapes,
            standstill,
            paused: None,
            battery: None,
            snapshots: BTreeMap::new(),
            highest: None,
            last_operation: start,
            readings: 0,
        }
    }

    /// What was wrong with the clock at its actor's start.
    pub const fn spec(&self) -> &ClockSpec {
        &self.spec
    }

    /// How many readings were taken.
    pub const fn readings(&self) -> u64 {
        self.readings
    }

    /// Takes a reading.
    pub fn read(&mut self, at: Moment) -> Reading {
        self.shapes.remember(at);
        let reading = self.peek(at);
        self.readings = self.readings.saturating_add(1);
        if let Some((when, highest)) = &mut self.highest {
            *when = at.max(*when);
            *highest = reading.wall.max(*highest);
        }
        reading
    }

    /// What the next reading would be, were it taken at this moment; for those who only look.
    ///
    /// Looking changes no later reading.
    pub fn peek(&self, at: Moment) -> Reading {
        let segment = self.segment_at(at);
        let effects = segment.effects;
        let jitter = effects.jitter.drawn(self.draw, &self.actor, self.readings);
        let jittered = self.runs_at(&segment, at).saturating_add(jitter);
        let labelled = effects.mislabel.map_or(jittered, |mislabel| mislabel.applied(jittered));
        let missed = effects.missed.map_or(0, |missed| missed.value(jittered));
        let shown = effects.resolution.floor(labelled.saturating_add(missed));
        let least = self.highest.filter(|(since, _)| effects.forward_only && at >= *since);
        Reading::new(shown, least.map(|(_, least)| least), effects.raw, at)
    }

    /// Until when the clock's machine stands still, if it does at this moment.
    pub fn paused_until(&self, at: Moment) -> Option<Moment> {
        self.paused.filter(|end| *end > at)
    }

    /// The piece in force at a moment.
    fn segment_at(&self, at: Moment) -> Segment {
        match self.standstill.and_then(|standstill| standstill.over_by(at)) {
            Some(end) => self.resumed(end),
            None => *self.base.segment_at(at),
        }
    }

    /// `D(τ)`: what the clock shows before anything bends the reading, ns since the Unix epoch.
    fn runs_at(&self, segment: &Segment, at: Moment) -> i128 {
        let shapes = self.shapes.sum_at(segment.held.unwrap_or(at));
        segment.line.shows_at(at).saturating_add(self.steps.sum_at(at)).saturating_add(shapes)
    }
}
