//! A clock that is read in real time, and that a fault may turn before its reading is used.

use client_sim::clock::Clock;
use client_sim::clock::applied::Applied;
use client_sim::clock::operation::Operation;
use client_sim::clock::reading::Reading;
use kms_proto::time::Moment;

/// A clock, what it last gave, and how it was before.
#[derive(Clone, Debug)]
pub struct LiveClock {
    clock: Clock,
    last: Option<Reading>,
    /// When the last reading was taken, and the clock that gave it; kept where it may be turned.
    before: Option<(Moment, Clock)>,
    turnable: bool,
}

impl LiveClock {
    /// A clock nobody has read. One that is `turnable` remembers how it was.
    pub const fn new(clock: Clock, turnable: bool) -> Self {
        Self { clock, last: None, before: None, turnable }
    }

    /// Takes a reading.
    pub fn read(&mut self, at: Moment) -> Reading {
        if self.turnable {
            self.before = Some((at, self.clock.clone()));
        }
        let reading = self.clock.read(at);
        self.last = Some(reading);
        reading
    }

    /// Takes the last reading back, turns the clock at that moment, and takes the reading anew;
    /// `None` where there is none to take back.
    pub fn turn(&mut self, operation: &Operation) -> Option<Applied> {
        let (at, clock) = self.before.take()?;
        self.clock = clock;
        let applied = self.clock.apply(at, operation);
        self.read(at);
        Some(applied)
    }

    /// Turns the clock; no reading was taken before that could be taken back.
    pub fn apply(&mut self, at: Moment, operation: &Operation) -> Applied {
        self.before = None;
        self.clock.apply(at, operation)
    }

    /// What it last gave; `None` before the first reading.
    pub const fn last(&self) -> Option<Reading> {
        self.last
    }

    /// The clock as it is now.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Puts another clock in its place.
    pub fn replace(&mut self, clock: Clock) {
        self.clock = clock;
        self.before = None;
    }
}
