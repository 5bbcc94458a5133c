//! Every id that is named is the id of something, and no two things have one id.

use std::collections::{BTreeMap, BTreeSet};

use crate::scenario::Scenario;
use crate::scenario::expect::Check;
use crate::scenario::expect::read::Names;
use crate::scenario::machine::Named;
use crate::scenario::node::Node;
use crate::scenario::node::decode::hint;
use crate::scenario::reading::Reading;
use crate::scenario::source::At;

/// The ids of a scenario, by kind.
#[derive(Debug)]
pub struct Actors<'a> {
    machines: Vec<&'a str>,
    groups: Vec<&'a str>,
    hosts: Vec<&'a str>,
    sources: Vec<&'a str>,
    dns: Option<&'a str>,
}

impl<'a> Actors<'a> {
    /// The ids there are.
    pub fn of(scenario: &'a Scenario) -> Self {
        let mut groups: Vec<&str> =
            scenario.machines.iter().filter_map(|m| m.group.as_deref()).collect();
        groups.dedup();
        Self {
            machines: scenario.machines.iter().map(|m| m.id.as_str()).collect(),
            groups,
            hosts: scenario.hosts.iter().map(|h| h.id.as_str()).collect(),
            sources: scenario.time_sources.iter().map(|s| s.id.as_str()).collect(),
            dns: scenario.dns.as_ref().map(|dns| dns.id.as_str()),
        }
    }

    /// Machines as people name them: groups before their copies.
    fn machines(&self) -> Vec<&'a str> {
        self.groups.iter().chain(&self.machines).copied().collect()
    }
}

/// Takes note of every id that is nobody's, and of ids that are two things'.
pub fn refer(
    reading: &Reading,
    scenario: &Scenario,
    actors: &Actors<'_>,
    names: &Names<'_>,
    time_sources: &[Named<'_>],
) {
    let machines = actors.machines();
    let computers: Vec<&str> = machines.iter().chain(&actors.hosts).copied().collect();
    let servers = actors.sources.iter().chain(&actors.dns);
    let everybody: Vec<&str> = computers.iter().chain(servers).copied().collect();
    let faults: Vec<&str> = scenario.faults.iter().map(|fault| fault.id.as_str()).collect();
    let steps: Vec<&str> = scenario.steps.iter().map(|step| step.id.as_str()).collect();
    let lists = [
        ("machine", machines, &names.machines[..]),
        ("host", actors.hosts.clone(), &names.hosts[..]),
        ("machine or host", computers, &names.computers[..]),
        ("machine, host, time source or DNS server", everybody, &names.actors[..]),
        ("time source", actors.sources.clone(), time_sources),
        ("fault", faults, &names.faults[..]),
        ("step", steps, &names.steps[..]),
    ];
    for (kind, known, named) in lists {
        for (id, at) in named {
            if !known.contains(id) {
                unknown(reading, kind, id, *at, &known);
            }
        }
    }
    positions(reading, scenario);
    outputs(reading, scenario);
    unique(reading, scenario);
}

fn unknown(reading: &Reading, kind: &str, id: &str, at: At, known: &[&str]) {
    let few = if known.len() > 12 { &[] } else { known };
    let near = hint(id, known);
    let help = if near.starts_with("did you") { near } else { hint(id, few) };
    let help = if known.is_empty() { format!("there is no {kind} in this scenario") } else { help };
    reading.wrong(at, format!("there is no {kind} {id:?}"), help);
}

/// Steps that are named by position.
fn positions(reading: &Reading, scenario: &Scenario) {
    let count = scenario.steps.len();
    let named = scenario.expects.iter().flat_map(|expect| {
        let outputs = expect.checks.iter().filter_map(|check| match check {
            Check::Output { step, .. } => Some(step),
            _ => None,
        });
        expect.after.iter().chain(outputs)
    });
    for (after, at) in named {
        let known = scenario.steps.iter().any(|step| step.id == *after);
        let position = after.parse::<usize>().ok();
        if !known && position.is_some_and(|position| !(1..=count).contains(&position)) {
            let message = format!("there is no step {after}: there are {count}");
            reading.wrong(*at, message, "steps count from 1");
        }
    }
}

/// Only what was typed has an output.
fn outputs(reading: &Reading, scenario: &Scenario) {
    for check in scenario.expects.iter().flat_map(|expect| &expect.checks) {
        let Check::Output { step: (name, at), .. } = check else { continue };
        let Some(step) = scenario.step(name) else { continue };
        if !step.types() {
            let message = format!("step {name:?} types nothing, so nothing is printed there");
            reading.wrong(*at, message, "a step with type = \"slmgr /dlv\"");
        }
    }
}

/// Ids that are two things'.
fn unique(reading: &Reading, scenario: &Scenario) {
    let mut actors: Vec<(&str, At)> = Vec::new();
    let mut groups = BTreeSet::new();
    for machine in &scenario.machines {
        if let Some(group) = machine.group.as_deref().filter(|group| groups.insert(*group)) {
            actors.push((group, machine.written));
        }
        actors.push((&machine.id, machine.written));
    }
    actors.extend(scenario.hosts.iter().map(|host| (host.id.as_str(), host.written)));
    actors.extend(scenario.time_sources.iter().map(|s| (s.id.as_str(), s.written)));
    actors.extend(scenario.dns.as_ref().map(|dns| (dns.id.as_str(), dns.written)));
    once(reading, "actors", actors);
    let faults = scenario.faults.iter().map(|fault| (fault.id.as_str(), fault.written));
    once(reading, "faults", faults.collect());
    let steps = scenario.steps.iter().map(|step| (step.id.as_str(), step.written));
    once(reading, "steps", steps.collect());
    let expects = scenario.expects.iter().map(|expect| (expect.id.as_str(), expect.written));
    once(reading, "expectations", expects.collect());
}

/// Takes note of ids that several have.
pub fn once(reading: &Reading, kind: &str, ids: Vec<(&str, At)>) {
    let mut seen: BTreeMap<&str, At> = BTreeMap::new();
    for (id, at) in ids {
        if let Some(first) = seen.get(id) {
            let help = format!("the first is at {}", reading.place(*first));
            reading.wrong(at, format!("two {kind} have the id {id:?}"), help);
        }
        seen.entry(id).or_insert(at);
    }
}

/// The time source that a value such as `source:dc` names.
pub fn source_named(node: &Node) -> Option<Named<'_>> {
    node.text()?.strip_prefix("source:").map(|name| (name, node.at))
}
