//! Whom a host's name leads to, as the resolver of Windows finds it.
//!
//! A name with a dot is asked for as it stands, a short one under the machine's primary suffix and
//! then under those of its search list (learn.microsoft.com, "DNS client resolution"). Names that
//! DNS gave came with their addresses and are asked for no more. Where a world has no zone,
//! hosts have no more than a short name, and everybody knows it.

use std::net::IpAddr;

use client_sim::dns::lookup::{Heard, Lookup};
use client_sim::dns::patience::GIVE_UP;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::time::duration::Nanos;

use crate::world::engine::World;
use crate::world::engine::calling::same;
use crate::world::event::Event;

impl World {
    /// The machine turns to the host whose turn it is: it is asked as soon as its name is resolved.
    pub(super) fn turn_to_next(&mut self, place: usize) {
        let Some(machine) = self.machines.get(place) else { return };
        let by_name = !machine.hosts.is_empty();
        let Some(trying) = &machine.trying else { return };
        let name = trying.hosts.get(trying.host).map(|host| host.name().to_owned());
        let (reaches, after) = match name {
            Some(name) if by_name => self.resolve(place, &name),
            Some(name) => (self.known(&name), Nanos(0)),
            None => (None, Nanos(0)),
        };
        if let Some(trying) = self.trying(place) {
            trying.reaches = reaches;
        }
        if after == Nanos(0) {
            self.ask(place);
        } else {
            self.after(after, Event::Resolved(place));
        }
    }

    /// The host of this address or full name, without a look into DNS.
    pub(super) fn known(&self, name: &str) -> Option<usize> {
        let address = name.parse().ok();
        let mut hosts = self.hosts.iter();
        hosts.position(|host| address == Some(host.ip) || same(host.address.name(), name))
    }

    /// Whom a name leads to for this machine, and how long it takes to learn that.
    fn resolve(&mut self, place: usize, name: &str) -> (Option<usize>, Nanos) {
        let is_address = name.parse::<IpAddr>().is_ok();
        let Some(dns) = self.dns.as_ref().filter(|_| !is_address) else {
            return (self.known(name), Nanos(0));
        };
        if !dns.serves(place) {
            return (None, Nanos(0));
        }
        let mut after = Nanos(0);
        for full in self.full_names(place, name) {
            match self.address_of(place, &full, &mut after) {
                Ok(Some(host)) => return (Some(host), after),
                // Servers that are silent about one name are not asked for the next.
                Err(DnsFailure::NoAnswer) => return (None, GIVE_UP),
                Ok(None) | Err(_) => {}
            }
        }
        (None, after)
    }

    /// The names a machine asks for where it was given this one, in turn.
    fn full_names(&self, place: usize, name: &str) -> Vec<String> {
        if name.contains('.') {
            return vec![name.to_owned()];
        }
        let Some(machine) = self.machines.get(place) else { return Vec::new() };
        let suffixes = machine.suffixes.primary.iter().chain(&machine.suffixes.search);
        suffixes.map(|suffix| format!("{name}.{suffix}")).collect()
    }

    /// Which host has the addresses DNS has for a full name.
    fn address_of(
        &mut self,
        place: usize,
        name: &str,
        after: &mut Nanos,
    ) -> Result<Option<usize>, DnsFailure> {
        for of in [Lookup::ipv4, Lookup::ipv6] {
            match self.ask_dns(place, |id| of(name, id), &[], after) {
                Heard::Found(found) => {
                    let addresses = found.addresses_of(name);
                    return Ok(self.hosts.iter().position(|host| addresses.contains(&host.ip)));
                }
                Heard::Nothing(DnsFailure::NoRecords) => {}
                Heard::Nothing(failure) => return Err(failure),
                Heard::NotMine | Heard::Truncated => return Err(DnsFailure::BadPacket),
            }
        }
        Ok(None)
    }
}
