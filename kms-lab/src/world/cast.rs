//! Which actors an id of a scenario stands for.

use std::collections::BTreeMap;

use crate::scenario::Scenario;
use crate::world::actor::Actor;

/// Ids and the actors they stand for. A machine is its own and its group's.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    hosts: BTreeMap<String, usize>,
    machines: BTreeMap<String, Vec<usize>>,
    sources: BTreeMap<String, usize>,
    dns: Option<String>,
    /// Of each machine, its group and which of it, from 1.
    groups: Vec<(String, u64)>,
}

impl Cast {
    /// The actors of a scenario, numbered as they stand there.
    pub fn of(scenario: &Scenario) -> Self {
        let mut machines: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut groups = Vec::with_capacity(scenario.machines.len());
        let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
        for (place, machine) in (0..).zip(&scenario.machines) {
            let group = machine.group.as_deref().unwrap_or(&machine.id);
            let size = sizes.entry(group).or_default();
            *size += 1;
            groups.push((group.to_owned(), *size));
            machines.entry(machine.id.clone()).or_default().push(place);
            if let Some(group) = &machine.group {
                machines.entry(group.clone()).or_default().push(place);
            }
        }
        let hosts = (0..).zip(&scenario.hosts).map(|(place, host)| (host.id.clone(), place));
        let sources = (0..).zip(&scenario.time_sources);
        let sources = sources.map(|(place, source)| (source.id.clone(), place));
        let dns = scenario.dns.as_ref().map(|dns| dns.id.clone());
        Self { hosts: hosts.collect(), machines, sources: sources.collect(), dns, groups }
    }

    /// A host.
    pub fn host(&self, id: &str) -> Option<usize> {
        self.hosts.get(id).copied()
    }

    /// A machine, or all of a group.
    pub fn machines(&self, id: &str) -> &[usize] {
        self.machines.get(id).map_or(&[], Vec::as_slice)
    }

    /// A machine's group, and which of it the machine is, from 1.
    pub fn group(&self, machine: usize) -> Option<(&str, u64)> {
        self.groups.get(machine).map(|(group, which)| (group.as_str(), *which))
    }

    /// A time source.
    pub fn source(&self, id: &str) -> Option<usize> {
        self.sources.get(id).copied()
    }

    /// Everybody of this id.
    pub fn actors(&self, id: &str) -> Vec<Actor> {
        let hosts = self.host(id).map(Actor::Host).into_iter();
        let machines = self.machines(id).iter().copied().map(Actor::Machine);
        let dns = (self.dns.as_deref() == Some(id)).then_some(Actor::Dns);
        hosts.chain(machines).chain(self.source(id).map(Actor::Source)).chain(dns).collect()
    }
}
