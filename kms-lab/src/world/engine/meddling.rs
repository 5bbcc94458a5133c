//! Faults of clocks, and whom rules that belong to no host are asked about.

use client_sim::clock::operation::Operation;
use kms_sim::fault::about::About;
use kms_sim::fault::kind::Kind;
use kms_sim::fault::plan::Asked;
use kms_sim::fault::stage::Stage;
use serde_json::Value;

use crate::world::actor::Actor;
use crate::world::engine::World;

impl World {
    /// Faults of a machine's clock, before it is read for a request.
    pub(super) fn ask_of_client_clock(&mut self, place: usize) {
        let asked = self.consult(Stage::ClockClient, place);
        for applied in asked.applied {
            self.turn_by_fault(Actor::Machine(place), &applied.id, applied.kind);
            if let Some(trying) = self.machines.get_mut(place).and_then(|m| m.trying.as_mut()) {
                trying.faults.push(applied.id);
            }
        }
    }

    /// Faults of a host's clock, as a client connects.
    pub(super) fn ask_of_host_clock(&mut self, id: u64) {
        let since_start = self.since_start();
        let Some(wire) = self.wires.get(&id) else { return };
        let Some(machine) = self.machines.get(wire.machine) else { return };
        let place = wire.host;
        let Some(host) = self.hosts.get_mut(place) else { return };
        let about = About {
            connection: host.accepted + 1,
            key: Some(wire.key),
            exchange: host.exchanges + 1,
            client: Some(&machine.group.0),
            nth_client: Some(machine.group.1),
            cmid: Some(machine.machine.cmid),
            ..About::default()
        };
        let asked = host.faults.plan().ask(Stage::ClockHost, &about, since_start);
        self.remember_near(&asked.near);
        for applied in asked.applied {
            self.turn_by_fault(Actor::Host(place), &applied.id, applied.kind);
        }
    }

    fn turn_by_fault(&mut self, actor: Actor, id: &str, kind: Kind) {
        let Kind::Clock(operation) = kind else { return };
        // It was read once before the world began.
        let Ok(operation) = serde_json::from_value::<Operation>(Value::Object(operation)) else {
            return;
        };
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
