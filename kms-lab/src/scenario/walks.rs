//! Walks of clocks that nobody could read in reasonable time.
//!
//! A walk is reckoned step by step, from where it was read last: a reading may have all of its steps
//! to go through at once, and a limit of real time is looked at between readings only.

use client_sim::clock::operation::Operation;
use client_sim::clock::trigger::Trigger;
use kms_proto::time::duration::Nanos;
use kms_sim::fault::kind::Kind;

use crate::scenario::Scenario;
use crate::scenario::length::length;
use crate::scenario::reading::Reading;
use crate::scenario::source::At;

/// The most steps of a walk over the planned length of a run: some two seconds of reckoning.
pub const MOST_STEPS: u64 = 1_000_000;

/// Takes note of every walk that has more steps than can be reckoned.
pub fn walks(reading: &Reading, scenario: &Scenario) {
    let length = length(scenario);
    for event in scenario.clocks.iter().flat_map(|clock| &clock.events) {
        let Operation::Walk { grid, .. } = event.event.operation else { continue };
        let (rest, times) = match event.event.trigger {
            Trigger::At(at) => (Nanos(length.0.saturating_sub(at.0)), 1),
            // Each begins another walk, which goes on to the end.
            Trigger::Every(every) => (length, length.0 / every.0.max(1)),
            _ => (length, 1),
        };
        let steps = i128::from(rest.0 / grid.0.max(1)).saturating_mul(times.max(1).into());
        few_enough(reading, event.written, (steps, length));
    }
    for fault in &scenario.faults {
        let Kind::Clock(operation) = &fault.rule.kind else { continue };
        if let Ok(Operation::Walk { grid, .. }) = Operation::from_map(operation.clone()) {
            few_enough(reading, fault.written, ((length.0 / grid.0.max(1)).into(), length));
        }
    }
}

fn few_enough(reading: &Reading, at: At, (steps, length): (i128, Nanos)) {
    if steps > MOST_STEPS.into() {
        let message = format!(
            "this walk has {steps} steps in the {length} the run is planned for, and {MOST_STEPS} \
             at most can be reckoned"
        );
        reading.wrong(at, message, "a longer grid, or a shorter limit.sim");
    }
}
