//! A time source: a clock others are set by, possibly wrong itself.

use client_sim::clock::Clock;
use kms_proto::draw::Draw;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::world::plan::SourcePlan;

/// A time source.
#[derive(Debug)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// Its clock.
    pub clock: Clock,
    /// How long an answer takes, there and back.
    pub round_trip: Nanos,
    /// Whether it says that it knows the time at all.
    pub synchronised: bool,
}

impl Source {
    /// The source `plan` describes, in a world that starts at `start`.
    pub fn new(plan: &SourcePlan, start: Moment, draw: Draw) -> Self {
        let clock = Clock::new(plan.clock, start, draw, &plan.id);
        Self {
            id: plan.id.clone(),
            clock,
            round_trip: plan.round_trip,
            synchronised: plan.synchronised,
        }
    }
}
