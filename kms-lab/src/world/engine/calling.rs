//! Whom a command means by a name or an address.

use std::net::IpAddr;

use crate::prompt::here::is_here;
use crate::scenario::machine::address as machine_ip;
use crate::world::actor::Actor;
use crate::world::engine::World;

impl World {
    /// The host or machine of this name: its id, its computer's name, its name in DNS or its
    /// address, in letters of any case. An id goes before all else.
    pub fn computer(&self, name: &str) -> Option<Actor> {
        let hosts = (0..self.hosts.len()).map(Actor::Host);
        let mut all = hosts.chain((0..self.machines.len()).map(Actor::Machine));
        let by_id = all.clone().find(|actor| self.id(*actor).eq_ignore_ascii_case(name));
        by_id.or_else(|| all.find(|actor| self.is_called(*actor, name)))
    }

    /// The same for a command that is typed at `own`, which may call itself `localhost`.
    pub(super) fn computer_for(&self, own: Actor, name: &str) -> Option<Actor> {
        if is_here(name) { Some(own) } else { self.computer(name) }
    }

    /// The time source of this name: its id, its name in DNS or its address, in letters of any case.
    pub fn source(&self, name: &str) -> Option<usize> {
        let by_id = self.sources.iter().position(|source| source.id.eq_ignore_ascii_case(name));
        by_id.or_else(|| {
            let address = name.parse().ok();
            self.sources
                .iter()
                .position(|source| same(&source.name, name) || address == Some(source.address.ip()))
        })
    }

    /// The address of the host or machine that a command typed at a machine calls by this name.
    pub(super) fn known_address(&self, machine: usize, name: &str) -> Option<IpAddr> {
        match self.computer_for(Actor::Machine(machine), name)? {
            Actor::Host(place) => self.hosts.get(place).map(|host| host.ip),
            Actor::Machine(place) => Some(machine_ip(place)),
            Actor::Source(_) | Actor::Dns => None,
        }
    }

    fn is_called(&self, actor: Actor, name: &str) -> bool {
        let address: Option<IpAddr> = name.parse().ok();
        match actor {
            Actor::Host(place) => self.hosts.get(place).is_some_and(|host| {
                let full = host.address.name();
                let is_address = full.parse::<IpAddr>().is_ok();
                let short = full.split_once('.').filter(|_| !is_address).map(|(short, _)| short);
                same(full, name)
                    || short.is_some_and(|short| same(short, name))
                    || address == Some(host.ip)
            }),
            Actor::Machine(place) => self.machines.get(place).is_some_and(|machine| {
                same(&machine.machine.name.to_string(), name)
                    || same(&machine.full_name(), name)
                    || address == Some(machine_ip(place))
            }),
            Actor::Source(_) | Actor::Dns => false,
        }
    }
}

/// Whether two names are one; a full name may end in a point.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other.strip_suffix('.').unwrap_or(other))
}
