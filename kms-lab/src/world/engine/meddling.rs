//! Faults of clocks, and whom rules that belong to no host are asked about.

use client_sim::clock::operation::Operation;
use kms_sim::fault::about::About;
use kms_sim::fault::kind::Kind;
use kms_sim::fault::known::Caller;
use kms_sim::fault::plan::Asked;
use kms_sim::fault::stage::Stage;

use crate::scenario::machine::address as machine_ip;
use crate::world::actor::Actor;
use crate::world::engine::World;

impl World {
    /// Faults of a machine's clock, before it is read for a request: those that turned it.
    pub(super) fn ask_of_client_clock(&mut self, place: usize) -> Vec<String> {
        let asked = self.consult(Stage::ClockClient, place);
        let turned = asked.applied.into_iter().map(|applied| {
            self.turn_by_fault(Actor::Machine(place), &applied.id, applied.kind);
            applied.id
        });
        turned.collect()
    }

    /// Who a machine is to a host it connects to, with what names the connection in draws.
    pub(super) fn caller(&self, place: usize, key: u64) -> Option<Caller> {
        let machine = self.machines.get(place)?;
        Some(Caller {
            peer: Some(machine_ip(place)),
            client: Some(machine.group.0.clone()),
            nth_client: Some(machine.group.1),
            cmid: Some(machine.machine.cmid),
            key: Some(key),
        })
    }

    fn turn_by_fault(&mut self, actor: Actor, id: &str, kind: Kind) {
        let Kind::Clock(operation) = kind else { return };
        // It was read once before the world began.
        let Ok(operation) = Operation::from_map(operation) else { return };
        self.turn(actor, id, operation.name(), &operation);
    }

    /// Asks the rules that belong to no host about a machine.
    pub(super) fn consult(&mut self, stage: Stage, place: usize) -> Asked {
        let since_start = self.since_start();
        let Some(machine) = self.machines.get(place) else { return Asked::default() };
        let about = About {
            connection: machine.requests,
            key: Some(super::door::key(&machine.id, machine.requests)),
            exchange: machine.requests,
            client: Some(&machine.group.0),
            nth_client: Some(machine.group.1),
            cmid: Some(machine.machine.cmid),
            version: Some(machine.asks.version.major),
            ..About::default()
        };
        let asked = self.plan.rules.ask(stage, &about, since_start);
        self.remember_near(&asked.near);
        asked
    }

    /// How often a fault struck.
    pub fn fault_hits(&mut self, id: &str) -> u64 {
        let mut hits = 0;
        for host in &mut self.hosts {
            hits +=
                host.faults.plan().hits().filter(|hit| hit.0 == id).map(|hit| hit.1).sum::<u64>();
        }
        hits + self.plan.rules.hits().filter(|hit| hit.0 == id).map(|hit| hit.1).sum::<u64>()
    }

    /// How often each fault struck, those of the world first, then those of hosts, each in the order
    /// of the file.
    pub fn all_hits(&mut self) -> Vec<(String, u64)> {
        let mut all: Vec<(String, u64)> = Vec::new();
        let mut add = |(id, hits): (&str, u64)| match all.iter_mut().find(|(known, _)| known == id)
        {
            Some((_, sum)) => *sum += hits,
            None => all.push((id.to_owned(), hits)),
        };
        self.plan.rules.hits().for_each(&mut add);
        for host in &mut self.hosts {
            host.faults.plan().hits().for_each(&mut add);
        }
        all
    }

    /// What was in the way when a fault last nearly struck.
    pub fn near_miss(&self, id: &str) -> Option<&str> {
        self.near.get(id).map(String::as_str)
    }

    /// Remembers rules that nearly applied: `slow-network: window starts at 1h`.
    pub(super) fn remember_near(&mut self, near: &[String]) {
        for text in near {
            if let Some((id, why)) = text.split_once(": ") {
                match self.near.get_mut(id) {
                    Some(known) if known == why => {}
                    Some(known) => why.clone_into(known),
                    None => {
                        self.near.insert(id.to_owned(), why.to_owned());
                    }
                }
            }
        }
    }
}
