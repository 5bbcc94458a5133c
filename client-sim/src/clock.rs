//! Clocks that are wrong on purpose: the model, and the strings that describe them.
//!
//! True time `τ` belongs to the world. A clock turns it into a reading, by these formulas in this
//! order (`docs/clocks.md`):
//!
//! ```text
//! B(τ) = b_k + floor(r_k · (τ − τ_k))        the last segment k with τ_k ≤ τ     (base)
//! D(τ) = B(τ) + Σ steps with τ_i ≤ τ         jumps                               (steps)
//! J(τ) = D(τ) + jitter(n)                    n counts this actor's readings
//! Z(τ) = J(τ) ± zone offset at J(τ)          local time and UTC mistaken         (zone)
//! C(τ) = floor(Z(τ) / res) · res             the clock's resolution
//! F(τ) = C(τ) as a FILETIME, held in 0 to 2⁶³ − 1, or the raw value instead
//! ```
//!
//! All of it is right-continuous: what happens at `τ` is in force for a reading at `τ`. A reading
//! is taken once for each need and passed on; no code reads twice for one decision. Only the wall
//! clock is wrong: time-outs and delays run on true time.

pub mod base;
mod grammar;
mod nearest;
pub mod preset;
pub mod rate;
pub mod reading;
pub mod set;
pub mod spec;
pub mod steps;
pub mod wall_time;
pub mod zone;

use kms_proto::draw::Draw;
use kms_proto::time::duration::Nanos;
use kms_proto::time::{Moment, NANOS_PER_TICK};

use crate::clock::base::{Base, Segment};
use crate::clock::rate::Rate;
use crate::clock::reading::Reading;
use crate::clock::set::SetTo;
use crate::clock::spec::{Anchor, ClockSpec, Effects, Jitter};
use crate::clock::steps::Steps;

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
        let first = Segment { from: start, shows, rate, effects: spec.effects() };
        Self {
            spec,
            draw,
            actor: actor.into(),
            base: Base::new(first),
            steps: Steps::default(),
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
        let reading = self.peek(at);
        self.readings = self.readings.saturating_add(1);
        reading
    }

    /// What the next reading would be, were it taken at this moment; for those who only look.
    ///
    /// Looking changes no later reading.
    pub fn peek(&self, at: Moment) -> Reading {
        let effects = self.base.segment_at(at).effects;
        let jittered = self.runs_at(at).saturating_add(self.jitter(effects.jitter));
        let labelled = effects.mislabel.map_or(jittered, |mislabel| mislabel.applied(jittered));
        Reading::new(effects.resolution.floor(labelled), effects.raw, at)
    }

    /// Sets the clock: from `at` on it reads `to`, and runs on at the rate it had.
    ///
    /// Whoever sets a clock sets what it reads, so a mistaken zone and a raw value on the wire end
    /// here. Its rate, resolution and jitter are the machine's and stay.
    pub fn set(&mut self, at: Moment, to: SetTo) {
        let at = self.operate(at);
        let Segment { rate, effects, .. } = *self.base.segment_at(at);
        let reads = match to {
            SetTo::Offset(offset) => i128::from(at.0) + i128::from(offset.0),
            SetTo::Instant(time) => time.unix_nanos(),
        };
        let shows = reads.saturating_sub(self.steps.sum_at(at));
        let effects = Effects { mislabel: None, raw: None, ..effects };
        self.base.push(Segment { from: at, shows, rate, effects });
    }

    /// Makes the clock jump by a signed length, once.
    pub fn step(&mut self, at: Moment, by: Nanos) {
        let at = self.operate(at);
        self.steps.push(at, by);
    }

    /// The moment at which an operation takes place.
    fn operate(&mut self, at: Moment) -> Moment {
        self.last_operation = self.last_operation.max(at);
        self.last_operation
    }

    /// `D(τ)`: what the clock shows before anything bends the reading, ns since the Unix epoch.
    fn runs_at(&self, at: Moment) -> i128 {
        self.base.segment_at(at).shows_at(at).saturating_add(self.steps.sum_at(at))
    }

    /// How far the next reading is off, in nanoseconds: whole ticks, if the size is.
    fn jitter(&self, jitter: Jitter) -> i128 {
        let Nanos(size) = jitter.size();
        let grain = if size % NANOS_PER_TICK == 0 { NANOS_PER_TICK } else { 1 };
        let most = (size / grain).unsigned_abs();
        if most == 0 {
            return 0;
        }
        let ordinals = (0, self.readings);
        let drawn = self.draw.below(most * 2 + 1, &self.actor, "clock", ordinals, "jitter");
        (i128::from(drawn) - i128::from(most)) * i128::from(grain)
    }
}
