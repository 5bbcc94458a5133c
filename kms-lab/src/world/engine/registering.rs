//! Machines register themselves in DNS, stamped by their own clocks, and write down where they fail.

use std::net::IpAddr;

use client_sim::dns::patience::GIVE_UP;
use client_sim::dns::register::{EVERY as AGAIN, Registration, retry};
use client_sim::dns::reported::report;
use hickory_proto::rr::Name;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::name::domain;
use kms_proto::dns::update::UpdateReply;

use crate::scenario::machine::address as machine_ip;
use crate::world::actor::Actor;
use crate::world::actor::dns::ADDRESS;
use crate::world::engine::World;
use crate::world::event::Event;

impl World {
    /// A machine registers its address, stamped by its own clock.
    pub(super) fn register(&mut self, place: usize, timer: u64) {
        let (draw, now) = (self.draw(), self.now);
        let (Some(dns), Some(machine)) = (&mut self.dns, self.machines.get_mut(place)) else {
            return;
        };
        if dns.registrations.get(&place).is_none_or(|known| known.timer != timer) {
            return;
        }
        let reading = machine.clock.read(now);
        let reads = reading.filetime;
        let id = dns.next_id(draw, &machine.id);
        let names = match (dns.serves(place), &machine.suffixes.primary) {
            (false, _) => Err(DnsFailure::NoServers),
            (true, None) => Err(DnsFailure::InvalidName),
            (true, Some(suffix)) => full_name(&machine.machine.name.to_string(), suffix),
        };
        let sent = names.map(|(name, zone)| {
            let key = TsigKey::of_realm(&machine.machine.realm, &name);
            let registration = Registration { name, zone, addresses: vec![machine_ip(place)] };
            registration.send(id, Some(&key), reads)
        });
        let takes = if dns.is_silent(now) { GIVE_UP } else { dns.latency };
        let reply = sent.and_then(|sent| self.update_dns(&sent));
        if reply.is_ok() {
            self.is_read(Actor::Machine(place), &reading);
            self.clock_is_read(Actor::Dns);
        }
        let none = |failure| UpdateReply { result: Err(failure), server_time: None };
        let reply = reply.unwrap_or_else(none);
        self.after(takes, Event::Registered { machine: place, timer, reply });
    }

    /// The answer to a machine's registration reaches it: the next is planned.
    pub(super) fn registered(&mut self, place: usize, timer: u64, reply: UpdateReply) {
        let Some(known) = self.dns.as_mut().and_then(|dns| dns.registrations.get_mut(&place))
        else {
            return;
        };
        let current = known.timer == timer;
        known.last = Some(reply.result);
        known.failures = if reply.result.is_ok() { 0 } else { known.failures + 1 };
        let next = if reply.result.is_ok() { AGAIN } else { retry(known.failures) };
        // Somebody had it register once more meanwhile: that one plans what comes next.
        if current {
            known.timer += 1;
            let timer = known.timer;
            self.after(next, Event::Register { machine: place, timer });
        }
        self.note_registered(place, reply);
        self.tell_registered(place, reply);
        if let Err(failure) = reply.result {
            self.report_failure(place, failure);
        }
    }

    /// A machine whose registration failed registers at once, now that its clock was set.
    pub(super) fn register_anew(&mut self, place: usize) {
        let now = self.now;
        let Some(known) = self.dns.as_mut().and_then(|dns| dns.registrations.get_mut(&place))
        else {
            return;
        };
        if matches!(known.last, Some(Err(_))) {
            known.timer += 1;
            let timer = known.timer;
            self.queue.put(now, Event::Register { machine: place, timer });
        }
    }

    /// Somebody has a machine register at once; from then on it also does so of its own accord.
    pub(super) fn register_by_hand(&mut self, place: usize) {
        let now = self.now;
        let Some(dns) = &mut self.dns else { return };
        let known = dns.registrations.entry(place).or_default();
        known.timer += 1;
        let timer = known.timer;
        self.queue.put(now, Event::Register { machine: place, timer });
    }

    /// The DNS servers of a machine.
    pub(super) fn servers_of(&self, place: usize) -> Vec<IpAddr> {
        let own = self.dns.as_ref().filter(|dns| dns.serves(place));
        own.map(|_| ADDRESS).into_iter().collect()
    }

    /// A machine writes down that it could not register.
    fn report_failure(&mut self, place: usize, failure: DnsFailure) {
        let servers = self.servers_of(place);
        let Some(machine) = self.machines.get(place) else { return };
        let wall = machine.clock.peek(self.now).wall;
        let suffix = machine.suffixes.primary.as_deref().unwrap_or("");
        let addresses = [machine_ip(place)];
        let report = report(&machine.machine, suffix, &servers, &addresses, failure);
        if let Some(report) = report {
            self.log_of_machine(place, &[report.event(wall)]);
        }
    }

    /// What came of a machine's last registration in DNS; `None` where it has made none.
    pub fn registration(&self, place: usize) -> Option<Result<(), DnsFailure>> {
        self.dns.as_ref()?.registrations.get(&place)?.last
    }
}

/// The full name of a computer, and that of the zone it belongs into.
fn full_name(computer: &str, suffix: &str) -> Result<(Name, Name), DnsFailure> {
    let name = domain(&format!("{computer}.{suffix}"));
    let names = name.and_then(|name| Ok((name, domain(suffix)?)));
    names.map_err(|_| DnsFailure::InvalidName)
}
