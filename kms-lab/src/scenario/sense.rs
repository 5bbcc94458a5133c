//! What reads well and can never be: a scenario that arranges it proves nothing.

use client_sim::clock::operation::Operation;
use client_sim::clock::spec::ClockSpec;
use client_sim::clock::trigger::Trigger;
use kms_proto::time::duration::Nanos;

use crate::happening::Happening;
use crate::scale::scaled;
use crate::scenario::Scenario;
use crate::scenario::clock::{ClockPlan, EventPlan};
use crate::scenario::fault::FaultPlan;
use crate::scenario::head::{Mode, WALL_OF_SOCKETS};
use crate::scenario::machine::MachinePlan;
use crate::scenario::node::Node;
use crate::scenario::node::decode::hint;
use crate::scenario::reading::Reading;
use crate::scenario::require_hit::Hit;
use crate::scenario::step::{Deed, StepPlan};
use crate::scenario::walks::walks;

/// What faults hear the journal tell of, besides the ids of faults.
const HEARD: [&str; 3] = ["conn-open", "conn-close", "exchange"];

/// The most things that are done from outside in a run.
pub const MOST: u64 = 1_000_000;

/// Takes note of everything that can never be.
pub fn sense(reading: &Reading, scenario: &Scenario) {
    for clock in &scenario.clocks {
        for event in &clock.events {
            has_results(reading, scenario, clock, event);
            match &event.event.operation {
                Operation::Rollback { name, .. } => {
                    saved(reading, scenario, clock, event, name);
                }
                Operation::Battery(_) => bounced(reading, scenario, clock, event),
                _ => {}
            }
        }
    }
    for fault in &scenario.faults {
        heard(reading, scenario, fault);
    }
    few_enough(reading, scenario);
    walks(reading, scenario);
    if let Some(sim) = scenario.head.limit.sim {
        in_time(reading, scenario, sim, "limit.sim");
    }
    if scenario.head.mode != Mode::Virtual {
        let wall = scenario.head.limit.wall.unwrap_or(WALL_OF_SOCKETS);
        in_time(reading, scenario, scaled(wall, scenario.head.speed()), "limit.wall");
        on_loopback(reading, scenario);
    }
    for required in &scenario.require_hits {
        if let Hit::Clock(id) = &required.what
            && !can_be_wrong(scenario, id)
        {
            let message = format!("the clock of {id} is never wrong");
            let help = "give it a clock, such as clock = \"+5h\", or [[clock]] events";
            reading.wrong(required.written, message, help);
        }
    }
}

/// Whether two ids name some actor both: one and the same, or a group and one of it.
fn meet(scenario: &Scenario, a: &str, b: &str) -> bool {
    let of =
        |machine: &MachinePlan, id: &str| machine.id == id || machine.group.as_deref() == Some(id);
    a == b || scenario.machines.iter().any(|machine| of(machine, a) && of(machine, b))
}

/// The events of all clocks that an actor shares with `id`.
fn events_of<'s>(scenario: &'s Scenario, id: &str) -> impl Iterator<Item = &'s EventPlan> {
    let clocks = scenario.clocks.iter().filter(move |clock| meet(scenario, &clock.actor, id));
    clocks.flat_map(|clock| &clock.events)
}

/// An actor returns only to what was saved of it before.
fn saved(reading: &Reading, scenario: &Scenario, clock: &ClockPlan, event: &EventPlan, name: &str) {
    let snapshots = events_of(scenario, &clock.actor).filter_map(|saved| {
        let Operation::Snapshot { name } = &saved.event.operation else { return None };
        Some((&**name, saved.event.trigger))
    });
    let snapshots: Vec<(&str, Trigger)> = snapshots.collect();
    let names: Vec<&str> = snapshots.iter().map(|(name, _)| *name).collect();
    // What faults save is theirs to know.
    if scenario.faults.iter().any(|fault| kind(fault) == Some("snapshot")) {
        return;
    }
    if !names.contains(&name) {
        let message = format!("nothing of {} is saved as {name:?}", clock.actor);
        let help = if names.is_empty() {
            format!("op = \"snapshot\", name = {name:?} before it")
        } else {
            hint(name, &names)
        };
        return reading.wrong(event.written, message, help);
    }
    let Trigger::At(back) = event.event.trigger else { return };
    let of_this = || snapshots.iter().filter(|(saved, _)| *saved == name);
    let later = |trigger: &Trigger| matches!(trigger, Trigger::At(at) if *at > back);
    if of_this().all(|(_, trigger)| later(trigger)) {
        let message = format!("at {back} nothing is saved as {name:?} yet");
        reading.wrong(event.written, message, "save it first");
    }
}

/// Only exchanges with KMS hosts have results.
fn has_results(reading: &Reading, scenario: &Scenario, clock: &ClockPlan, event: &EventPlan) {
    let id = clock.actor.as_str();
    let is_source = scenario.time_sources.iter().any(|source| source.id == id);
    let is_dns = scenario.dns.as_ref().is_some_and(|dns| dns.id == id);
    if matches!(event.event.trigger, Trigger::OnResult { .. }) && (is_source || is_dns) {
        let message = format!("{id} asks no host and is none: nothing it does has a result");
        reading.wrong(event.written, message, "on = { exchange = 1 }, right before it answers");
    }
}

/// What a fault does, by its name.
fn kind(fault: &FaultPlan) -> Option<&str> {
    fault.node.table()?.get("do")?.table()?.text("kind")
}

/// A battery is missed only by a clock whose computer starts anew.
fn bounced(reading: &Reading, scenario: &Scenario, clock: &ClockPlan, event: &EventPlan) {
    let id = clock.actor.as_str();
    let bounces = |fault: &FaultPlan| {
        kind(fault) == Some("bounce") && fault.host.as_ref().is_none_or(|host| host == id)
    };
    let restarts = |step: &StepPlan| {
        step.deed == Deed::Happens(Happening::Restarted)
            && step.to.iter().any(|other| meet(scenario, other, id))
    };
    let (starts, help) = if scenario.hosts.iter().any(|host| host.id == id) {
        let help = "a [[fault]] with stage = \"proc\", do = { kind = \"bounce\", down = \"1s\" }";
        (scenario.faults.iter().any(bounces), help.to_owned())
    } else if scenario.time_sources.iter().any(|source| source.id == id) {
        (false, "op = \"set\" for a time source".to_owned())
    } else {
        let help = format!("a [[step]] with happens = \"restarted\", on = {id:?}");
        (scenario.steps.iter().any(restarts), help)
    };
    if !starts {
        let message = format!("a battery is missed at the next start, and {id} never starts anew");
        reading.wrong(event.written, message, help);
    }
}

/// What a fault waits for must be something the journal tells.
fn heard(reading: &Reading, scenario: &Scenario, fault: &FaultPlan) {
    let Some(when) = fault.node.table().and_then(|table| table.get("when")) else { return };
    for key in ["after", "until"] {
        let word = when.table().and_then(|when| when.get(key)?.table()?.get("journal"));
        let Some((node, word)) = word.and_then(|node| Some((node, Node::text(node)?))) else {
            continue;
        };
        let ids = scenario.faults.iter().map(|fault| fault.id.as_str());
        let known: Vec<&str> = HEARD.into_iter().chain(ids).collect();
        if !known.contains(&word) {
            let message = format!("no fault ever hears {word:?}");
            reading.wrong(node.at, message, hint(word, &known));
        }
    }
}

/// Everything that is done from outside is planned before the run: it must not fill the memory.
fn few_enough(reading: &Reading, scenario: &Scenario) {
    let mut all: u64 = 0;
    for step in &scenario.steps {
        let before = all;
        // Without time between them, all are told at once.
        let each = if step.spread.0 == 0 { 1 } else { to(scenario, step) };
        let deeds = u64::try_from(each).unwrap_or(u64::MAX).saturating_mul(step.times);
        all = all.saturating_add(deeds);
        if before <= MOST && all > MOST {
            let message =
                format!("{all} things are done from outside, and a run has {MOST} at most");
            let help = "fewer times, or machines that try again by themselves: retry, renew";
            reading.wrong(step.written, message, help);
        }
    }
}

/// Everything is done before a limit ends the run.
fn in_time(reading: &Reading, scenario: &Scenario, end: Nanos, limit: &str) {
    let late = |at, what: &str, done: Nanos| {
        if done > end {
            let message = format!("this {what} comes at {done}, and {limit} ends the run at {end}");
            reading.wrong(at, message, format!("a longer {limit}, or an earlier {what}"));
        }
    };
    for step in &scenario.steps {
        late(step.written, "step", last(scenario, step));
    }
    for event in scenario.clocks.iter().flat_map(|clock| &clock.events) {
        if let Trigger::At(at) | Trigger::Every(at) = event.event.trigger {
            late(event.written, "event", at);
        }
    }
    for expect in &scenario.expects {
        if let Some(at) = expect.at {
            late(expect.written, "look", at);
        }
    }
}

/// When a step is done for the last time.
pub fn last(scenario: &Scenario, step: &StepPlan) -> Nanos {
    let between = |count: usize, length: Nanos| {
        let times = i64::try_from(count.saturating_sub(1)).unwrap_or(i64::MAX);
        length.0.saturating_mul(times)
    };
    let all = to(scenario, step);
    let times = usize::try_from(step.times).unwrap_or(usize::MAX);
    let more = between(all, step.spread).saturating_add(between(times, step.every));
    Nanos(step.at.0.saturating_add(more))
}

/// How many actors a step is for.
fn to(scenario: &Scenario, step: &StepPlan) -> usize {
    let machines = |id: &String| {
        let of = |m: &&MachinePlan| m.id == *id || m.group.as_deref() == Some(id);
        scenario.machines.iter().filter(of).count().max(1)
    };
    step.to.iter().map(machines).sum()
}

/// Loopback has one speed: what a link adds is added in virtual time alone.
fn on_loopback(reading: &Reading, scenario: &Scenario) {
    let help =
        "mode = \"virtual\"; or a [[fault]] with stage = \"tcp.data\" and kind = \"latency\"";
    let none = Nanos(0);
    for link in scenario.links.iter().filter(|link| link.latency > none || link.back > none) {
        reading.wrong(link.written, "over loopback a link adds no time", help);
    }
    if let Some(dns) = scenario.dns.as_ref().filter(|dns| dns.latency > none) {
        reading.wrong(dns.written, "over loopback the zone answers at once", help);
    }
}

/// Whether anything ever makes an actor's clock wrong, as far as the file tells.
fn can_be_wrong(scenario: &Scenario, id: &str) -> bool {
    let machines = scenario.machines.iter().filter(|m| meet(scenario, &m.id, id));
    let hosts = scenario.hosts.iter().filter(|host| host.id == *id);
    let right = ClockSpec::default();
    let set = |step: &StepPlan| {
        step.deed != Deed::Activate && step.to.iter().any(|to| meet(scenario, to, id))
    };
    let turned = |fault: &FaultPlan| {
        let stage = fault.node.table().and_then(|table| table.text("stage"));
        stage.is_some_and(|stage| stage.starts_with("clock."))
    };
    machines.clone().any(|machine| machine.clock != right || machine.time.is_some())
        || hosts.clone().any(|host| host.clock != right)
        || events_of(scenario, id).next().is_some()
        || scenario.steps.iter().any(set)
        || scenario.faults.iter().any(turned)
}
