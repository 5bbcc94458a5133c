//! Evidence: what must really have happened, or the run proves nothing.

use crate::report::trouble::{Miss, Trouble};
use crate::scenario::require_hit::{Hit, RequireHit};
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::judge::Judge;

impl Judge<'_> {
    /// Holds every requirement.
    pub(super) fn hits(&mut self, world: &mut World) {
        for required in &self.scenario.require_hits {
            let (count, subject) = match &required.what {
                Hit::Fault(id) => (world.fault_hits(id), format!("fault {id:?}")),
                Hit::Clock(id) => (self.seen_wrong(world, id), format!("clock {id:?}")),
            };
            if required.times.holds(count) {
                self.assertions.hit += 1;
                continue;
            }
            self.assertions.missed += 1;
            let message = self.why(world, required, count);
            world.tell_missed(&subject, &message);
            let place = Some(self.place(required.written));
            let statement = format!("[[require_hit]] {subject}");
            self.troubles.push(Trouble::Missed(Miss { place, statement, subject, message }));
        }
    }

    /// How often an actor's clock was wrong in a skew that was computed from bytes on the wire; two
    /// clocks that are equally wrong have none, and are seen wrong all the same.
    fn seen_wrong(&self, world: &World, id: &str) -> u64 {
        let actors = self.cast.actors(id);
        let seen = world.history.exchanges.iter().filter(|exchanged| {
            let computed = exchanged.exchange.skew().is_some();
            let client = actors.contains(&Actor::Machine(exchanged.machine));
            let host = actors.contains(&Actor::Host(exchanged.host));
            computed
                && (client && exchanged.client.injected.ticks != 0
                    || host && exchanged.judged.injected.ticks != 0)
        });
        u64::try_from(seen.count()).unwrap_or(u64::MAX)
    }

    fn why(&self, world: &World, required: &RequireHit, count: u64) -> String {
        if count > 0 {
            let times = required.times;
            return match required.what {
                Hit::Fault(_) => format!("applied {count} times, {times} wanted"),
                Hit::Clock(_) => format!("seen wrong {count} times, {times} wanted"),
            };
        }
        match &required.what {
            Hit::Fault(id) => self.never(world, id),
            Hit::Clock(id) => {
                let actors = self.cast.actors(id);
                let met = world.history.exchanges.iter().filter(|exchanged| {
                    actors.contains(&Actor::Machine(exchanged.machine))
                        || actors.contains(&Actor::Host(exchanged.host))
                });
                match met.count() {
                    0 => "never seen on the wire: it had no exchange".to_owned(),
                    count => format!("never seen wrong on the wire in {count} exchanges"),
                }
            }
        }
    }

    /// Why a fault never struck, as far as it is known.
    pub(super) fn never(&self, world: &World, id: &str) -> String {
        let seen = world.hosts.iter().map(|host| host.accepted).sum::<u64>();
        let near = match world.near_miss(id) {
            Some(near) => format!("; {near}"),
            None => String::new(),
        };
        let wants = self.rule_in_short(id);
        let connections = if seen == 1 { "connection" } else { "connections" };
        format!("never applied: {seen} {connections} seen{wants}{near}")
    }

    /// `, rule wants nth = 3`: the rule's `when`, as it was written.
    fn rule_in_short(&self, id: &str) -> String {
        let fault = self.scenario.faults.iter().find(|fault| fault.id == id);
        let when = fault.and_then(|fault| fault.node.table()?.get("when"));
        let text = when.and_then(|when| self.scenario.sources.slice(when.at));
        text.map(|text| text.trim().trim_matches(['{', '}']).trim())
            .filter(|text| !text.is_empty() && !text.contains('\n'))
            .map(|text| format!(", rule wants {text}"))
            .unwrap_or_default()
    }
}
