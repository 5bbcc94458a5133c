//! How long a run is planned to go on.

use client_sim::clock::trigger::Trigger;
use kms_proto::time::duration::Nanos;

use crate::scenario::Scenario;

/// How long a world goes on after the last thing that is planned, where no limit is set.
const AFTERWARDS: Nanos = Nanos::hours(24);

/// How long a world goes on.
pub fn length(scenario: &Scenario) -> Nanos {
    let planned = || Nanos(last_planned(scenario).0.saturating_add(AFTERWARDS.0));
    scenario.head.limit.sim.unwrap_or_else(planned)
}

/// When the last thing is planned: a step, something that happens to a clock, a look.
pub fn last_planned(scenario: &Scenario) -> Nanos {
    let steps = scenario.steps.iter().map(|step| {
        let times = i64::try_from(step.times.saturating_sub(1)).unwrap_or(i64::MAX);
        Nanos(step.at.0.saturating_add(step.every.0.saturating_mul(times)))
    });
    let events = scenario.clocks.iter().flat_map(|clock| &clock.events);
    let events = events.filter_map(|event| match event.event.trigger {
        Trigger::At(at) => Some(at),
        _ => None,
    });
    let looks = scenario.expects.iter().filter_map(|expect| expect.at);
    steps.chain(events).chain(looks).max().unwrap_or_default()
}
