//! What the scenario arranges must happen, unless the file says that it need not.

use std::collections::BTreeSet;

use client_sim::clock::spec::ClockSpec;

use crate::report::trouble::{Miss, Trouble};
use crate::scenario::require_hit::Hit;
use crate::scenario::source::At;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::judge::Judge;

impl Judge<'_> {
    /// Holds every fault, event and wrong clock that no requirement asks for already.
    pub(super) fn evidence(&mut self, world: &mut World) {
        let scenario = self.scenario;
        let asked = |wanted: &Hit| scenario.require_hits.iter().any(|hit| hit.what == *wanted);
        for fault in scenario.faults.iter().filter(|fault| !fault.optional) {
            if !asked(&Hit::Fault(fault.id.clone())) {
                let why = (world.fault_hits(&fault.id) == 0).then(|| self.never(world, &fault.id));
                let statement = format!("[[fault]] {}", fault.id);
                self.seen(world, why, fault.written, &format!("fault {:?}", fault.id), statement);
            }
        }
        let mut place = 0;
        for clock in &scenario.clocks {
            for event in &clock.events {
                // Every actor of a group has an order of its own.
                let actors = self.cast.actors(&clock.actor).len();
                let carried_out = (place..place + actors).any(|order| world.was_carried_out(order));
                place += actors;
                if event.optional {
                    continue;
                }
                let op = event.event.operation.name();
                let subject = format!("clock {:?}: {op}", clock.id);
                let why = (!carried_out).then(|| "never happened".to_owned());
                let statement = format!("[[clock.event]] {op}");
                self.seen(world, why, event.written, &subject, statement);
            }
        }
        let met = met(world);
        self.wrong_machines(world, &met);
        let wrong = |clock: &ClockSpec| *clock != ClockSpec::default();
        for (place, host) in (0..).zip(&scenario.hosts) {
            if host.optional || !wrong(&host.clock) || asked(&Hit::Clock(host.id.clone())) {
                continue;
            }
            let why = (!met.contains(&Actor::Host(place)))
                .then(|| "never seen on the wire: it had no exchange".to_owned());
            let subject = format!("clock {:?}", host.id);
            self.seen(world, why, host.written, &subject, format!("[[host]] {}", host.id));
        }
    }

    /// A machine whose clock is wrong must have been met; of a group each, and it is told once.
    fn wrong_machines(&mut self, world: &mut World, met: &BTreeSet<Actor>) {
        let scenario = self.scenario;
        let mut place = 0;
        let mut rest = scenario.machines.as_slice();
        while let Some(first) = rest.first() {
            let id = first.group.as_ref().unwrap_or(&first.id);
            let alike = |machine: &&crate::scenario::machine::MachinePlan| {
                machine.group.as_ref().unwrap_or(&machine.id) == id
            };
            let count = rest.iter().take_while(alike).count().max(1);
            let (those, others) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            let asked = scenario.require_hits.iter().any(|hit| match &hit.what {
                Hit::Clock(clock) => clock == id || those.iter().any(|m| m.id == *clock),
                Hit::Fault(_) => false,
            });
            let wrong = (place..).zip(those).filter(|(_, m)| m.clock != ClockSpec::default());
            let wrong: Vec<usize> = wrong.map(|(place, _)| place).collect();
            if !first.optional && !asked && !wrong.is_empty() {
                let unmet = |place: &&usize| !met.contains(&Actor::Machine(**place));
                let why = match (wrong.iter().filter(unmet).count(), wrong.len()) {
                    (0, _) => None,
                    (_, 1) => Some("never seen on the wire: it had no exchange".to_owned()),
                    (unmet, all) => {
                        Some(format!("never seen on the wire of {unmet} of {all} machines"))
                    }
                };
                let subject = format!("clock {id:?}");
                self.seen(world, why, first.written, &subject, format!("[[machine]] {id}"));
            }
            place += count;
            rest = others;
        }
    }

    /// Takes note of something that had to happen: why it did not, if it did not.
    fn seen(
        &mut self,
        world: &mut World,
        why: Option<String>,
        written: At,
        subject: &str,
        statement: String,
    ) {
        let Some(message) = why else {
            self.assertions.hit += 1;
            return;
        };
        self.assertions.missed += 1;
        world.tell_missed(subject, &message);
        let place = Some(self.place(written));
        let subject = subject.to_owned();
        self.troubles.push(Trouble::Missed(Miss { place, statement, subject, message }));
    }
}

/// Everybody of whom a skew was computed from bytes on the wire.
fn met(world: &World) -> BTreeSet<Actor> {
    let exchanges = world.history.exchanges.iter();
    let computed = exchanges.filter(|exchanged| exchanged.exchange.skew().is_some());
    computed.flat_map(|e| [Actor::Host(e.host), Actor::Machine(e.machine)]).collect()
}
