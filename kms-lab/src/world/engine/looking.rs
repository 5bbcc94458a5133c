//! What can be seen of a world.

use client_sim::clock::Clock;
use client_sim::machine::Machine;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::world::actor::Actor;
use crate::world::actor::host::HostActor;
use crate::world::engine::World;
use crate::world::plan::Plan;

impl World {
    /// True time.
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// True time since the start.
    pub const fn since_start(&self) -> Nanos {
        self.now.since(self.plan.start)
    }

    /// What it was made from.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// An actor's id; empty where there is no such actor.
    pub fn id(&self, actor: Actor) -> &str {
        match actor {
            Actor::Host(place) => self.hosts.get(place).map(HostActor::id),
            Actor::Machine(place) => self.machines.get(place).map(|m| m.id.as_str()),
            Actor::Source(place) => self.sources.get(place).map(|s| s.id.as_str()),
            Actor::Dns => self.dns.as_ref().map(|dns| dns.id.as_str()),
        }
        .unwrap_or_default()
    }

    /// An actor's clock.
    pub fn clock(&self, actor: Actor) -> Option<&Clock> {
        match actor {
            Actor::Host(place) => self.hosts.get(place).map(|host| &host.clock),
            Actor::Machine(place) => self.machines.get(place).map(|machine| &machine.clock),
            Actor::Source(place) => self.sources.get(place).map(|source| &source.clock),
            Actor::Dns => self.dns.as_ref().map(|dns| &dns.clock),
        }
    }

    /// Every actor: hosts, machines, sources, in the order of the plan, and the DNS server.
    pub fn actors(&self) -> impl Iterator<Item = Actor> + use<> {
        let (hosts, machines, sources) =
            (self.hosts.len(), self.machines.len(), self.sources.len());
        let hosts = (0..hosts).map(Actor::Host);
        let computers = hosts.chain((0..machines).map(Actor::Machine));
        let dns = self.dns.as_ref().map(|_| Actor::Dns);
        computers.chain((0..sources).map(Actor::Source)).chain(dns)
    }

    /// A machine as it is now, its licence counted down to what its clock reads.
    pub fn machine_now(&self, place: usize) -> Option<Machine> {
        let actor = self.machines.get(place)?;
        let (mut machine, mut tally) = (actor.machine.clone(), actor.tally);
        tally.count(&mut machine.license, actor.clock.peek(self.now).wall);
        Some(machine)
    }

    /// Whether the order at this place of the plan was carried out, once at least.
    pub fn was_carried_out(&self, order: usize) -> bool {
        self.carried_out.get(order).is_some_and(|done| *done)
    }

    /// Whether there were more exchanges than the limit.
    pub fn exceeds_exchanges(&self) -> bool {
        self.exchanges() >= self.plan.most_exchanges
    }
}
