//! What the scenario arranges must happen, unless the file says that it need not.

use client_sim::clock::spec::ClockSpec;

use crate::report::trouble::{Miss, Trouble};
use crate::scenario::machine::MachinePlan;
use crate::scenario::require_hit::Hit;
use crate::scenario::source::At;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::judge::Judge;
use crate::world::meetings::{Came, Cause};

impl Judge<'_> {
    /// Holds every fault, event and wrong clock that no requirement asks for already.
    pub(super) fn evidence(&mut self, world: &mut World) {
        world.end_meetings();
        let scenario = self.scenario;
        for fault in scenario.faults.iter().filter(|fault| !fault.optional) {
            if !self.is_asked(&[&fault.id], Hit::Fault) {
                let why = (world.fault_hits(&fault.id) == 0).then(|| self.never(world, &fault.id));
                let statement = format!("[[fault]] {}", fault.id);
                self.seen(world, why, fault.written, &format!("fault {:?}", fault.id), statement);
            }
        }
        self.events_of_clocks(world);
        self.wrong_machines(world);
        for (place, host) in (0..).zip(&scenario.hosts) {
            if !host.optional && is_wrong(&host.clock) && !self.is_asked(&[&host.id], Hit::Clock) {
                let why = unmet(world, &[(Actor::Host(place), Cause::Start)], "hosts");
                let statement = format!("[[host]] {}", host.id);
                self.seen(world, why, host.written, &format!("clock {:?}", host.id), statement);
            }
        }
        for (place, source) in (0..).zip(&scenario.time_sources) {
            if !source.optional && is_wrong(&source.clock) {
                let why = unmet(world, &[(Actor::Source(place), Cause::Start)], "sources");
                let statement = format!("[[time_source]] {}", source.id);
                self.seen(world, why, source.written, &format!("clock {:?}", source.id), statement);
            }
        }
        if let Some(dns) = scenario.dns.as_ref().filter(|dns| !dns.optional && is_wrong(&dns.clock))
        {
            let why = unmet(world, &[(Actor::Dns, Cause::Start)], "servers");
            self.seen(world, why, dns.written, "clock of [dns]", "[dns]".to_owned());
        }
    }

    /// An order to a clock must come about, and somebody must meet the clock it leaves wrong.
    fn events_of_clocks(&mut self, world: &mut World) {
        let scenario = self.scenario;
        let mut place = 0;
        for clock in &scenario.clocks {
            let actors = self.cast.actors(&clock.actor);
            for event in &clock.events {
                // Every actor of a group has an order of its own.
                let orders = actors.iter().zip(place..).map(|(actor, order)| (*actor, order));
                place += actors.len();
                if event.optional {
                    continue;
                }
                let done: Vec<(Actor, Cause)> = orders
                    .filter(|(_, order)| world.was_carried_out(*order))
                    .map(|(actor, order)| (actor, Cause::Order(order)))
                    .collect();
                let why = if done.is_empty() {
                    Some("never happened".to_owned())
                } else {
                    unmet(world, &done, "machines")
                };
                let op = event.event.operation.name();
                let subject = format!("clock {:?}: {op}", clock.id);
                let statement = format!("[[clock.event]] {op}");
                self.seen(world, why, event.written, &subject, statement);
            }
        }
    }

    /// A machine whose clock is wrong must have been met; of a group each, and it is told once.
    fn wrong_machines(&mut self, world: &mut World) {
        let scenario = self.scenario;
        let mut place = 0;
        let mut rest = scenario.machines.as_slice();
        while let Some(first) = rest.first() {
            let id = first.group.as_ref().unwrap_or(&first.id);
            let alike = |m: &&MachinePlan| m.group.as_ref().unwrap_or(&m.id) == id;
            let count = rest.iter().take_while(alike).count().max(1);
            let (those, others) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            let wrong = (place..).zip(those).filter(|(_, m)| is_wrong(&m.clock));
            let wrong: Vec<(Actor, Cause)> =
                wrong.map(|(place, _)| (Actor::Machine(place), Cause::Start)).collect();
            let ids: Vec<&String> =
                std::iter::once(id).chain(those.iter().map(|machine| &machine.id)).collect();
            if !first.optional && !wrong.is_empty() && !self.is_asked(&ids, Hit::Clock) {
                let why = unmet(world, &wrong, "machines");
                let statement = format!("[[machine]] {id}");
                self.seen(world, why, first.written, &format!("clock {id:?}"), statement);
            }
            place += count;
            rest = others;
        }
    }

    /// Whether a requirement asks for one of these already.
    fn is_asked(&self, ids: &[&String], hit: impl Fn(String) -> Hit) -> bool {
        let wanted: Vec<Hit> = ids.iter().map(|id| hit((*id).clone())).collect();
        self.scenario.require_hits.iter().any(|required| wanted.contains(&required.what))
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

fn is_wrong(clock: &ClockSpec) -> bool {
    *clock != ClockSpec::default()
}

/// Why these wrong clocks came to nothing, if one did.
fn unmet(world: &World, of: &[(Actor, Cause)], kind: &str) -> Option<String> {
    let unmet = |(actor, cause): &&(Actor, Cause)| world.came(*actor, *cause) == Some(Came::Unmet);
    match (of.iter().filter(unmet).count(), of.len()) {
        (0, _) => None,
        (_, 1) => Some("was met by nobody: nothing read that clock while it was wrong".to_owned()),
        (unmet, all) => Some(format!("was met by nobody on {unmet} of {all} {kind}")),
    }
}
