//! DNS: machines look hosts up and register themselves, hosts publish themselves.
//!
//! What is asked and answered are the bytes of DNS, judged by the server's own clock.

use client_sim::discover::nothing_found;
use client_sim::dns::lookup::{Heard, Lookup};
use client_sim::dns::patience::GIVE_UP;
use client_sim::dns::register::{EVERY as AGAIN, Registration, retry};
use client_sim::dns::srv::Srv;
use hickory_proto::rr::Name;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::name::domain;
use kms_proto::dns::update::{SentUpdate, UpdateReply};
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_sim::dns::publish::{EVERY, Publication, PublishIn, result};
use kms_sim::dns::zone::Transport;
use kms_sim::fault::kind::Kind;
use kms_sim::fault::kind::dns::DnsKind;
use kms_sim::fault::stage::Stage;

use crate::world::actor::dns::DnsActor;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::tape::machine_ip;

/// What DNS answers.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// The records.
    pub records: Vec<Srv>,
    /// How long it takes.
    pub after: Nanos,
    /// The faults that bent it.
    pub faults: Vec<String>,
    /// Why there is no record.
    pub why: Option<DnsFailure>,
}

impl World {
    /// Puts what is published and registered at the start into the queue.
    pub(super) fn plan_names(&mut self) {
        let Some(dns) = &self.dns else { return };
        for host in &dns.publish {
            self.queue.put(self.now, Event::Publish(*host));
        }
        for machine in dns.registrations.keys() {
            self.queue.put(self.now, Event::Register { machine: *machine, timer: 0 });
        }
    }

    /// What DNS answers a machine that looks for hosts, as the faults of that stage leave it.
    pub(super) fn answered(&mut self, place: usize) -> Answered {
        let mut answer = Answered::default();
        if self.dns.as_ref().is_none_or(|dns| !dns.serves(place)) {
            answer.why = Some(DnsFailure::NoServers);
            return answer;
        }
        let asked = self.consult(Stage::DnsSrv, place);
        let mut bends = Vec::new();
        for applied in asked.applied {
            if let Kind::Dns(kind) = applied.kind {
                answer.faults.push(applied.id);
                bends.push(kind);
            }
        }
        let domains = self.machines.get(place).map(|m| m.machine.domains(&m.suffixes));
        let mut failures = Vec::new();
        for domain in domains.unwrap_or_default() {
            match self.look_hosts_up(place, &domain, &bends, &mut answer.after) {
                Heard::Found(found) => {
                    answer.records = found.records;
                    return answer;
                }
                Heard::Nothing(failure) => failures.push(failure),
                // The zone answers what it was asked, and over TCP whole.
                Heard::NotMine | Heard::Truncated => failures.push(DnsFailure::BadPacket),
            }
            // Servers that are silent about one name are not asked for the next.
            if failures.last() == Some(&DnsFailure::NoAnswer) {
                break;
            }
        }
        answer.why = Some(nothing_found(&failures));
        answer
    }

    /// What DNS says of the hosts of one domain, and how long it takes.
    fn look_hosts_up(
        &mut self,
        place: usize,
        domain: &str,
        bends: &[DnsKind],
        after: &mut Nanos,
    ) -> Heard {
        let (draw, now) = (self.draw(), self.now);
        let (Some(dns), Some(machine)) = (&mut self.dns, self.machines.get(place)) else {
            return Heard::Nothing(DnsFailure::NoServers);
        };
        let id = dns.next_id(draw, &machine.id);
        let lookup = match Lookup::hosts(domain, id) {
            Ok(lookup) => lookup,
            Err(failure) => return Heard::Nothing(failure),
        };
        if dns.down {
            *after = GIVE_UP;
            return Heard::Nothing(DnsFailure::NoAnswer);
        }
        let mut heard = Heard::NotMine;
        for transport in [Transport::Udp, Transport::Tcp] {
            let time = dns.clock.read(now).filetime;
            let answered = dns.zone.answer(&lookup.query(), time, transport, || bends.to_vec());
            let Some(answered) = answered else { break };
            let taken = dns.latency.0.saturating_add(answered.late.0);
            *after = Nanos(after.0.saturating_add(taken));
            heard = lookup.read(&answered.bytes);
            if heard != Heard::Truncated {
                break;
            }
        }
        heard
    }

    /// A host publishes itself, and will again tomorrow.
    pub(super) fn publish(&mut self, place: usize) {
        self.after(EVERY, Event::Publish(place));
        self.publish_once(place);
    }

    /// A host that publishes itself at all does so when its service starts, besides.
    pub(super) fn publish_again(&mut self, place: usize) {
        let publishes = self.plan.dns.as_ref().is_some_and(|dns| dns.publish.contains(&place));
        if publishes {
            self.publish_once(place);
        }
    }

    fn publish_once(&mut self, place: usize) {
        let (draw, now) = (self.draw(), self.now);
        let (Some(dns), Some(host)) = (&mut self.dns, self.hosts.get_mut(place)) else { return };
        if !host.host.config().dns_publishing {
            return;
        }
        let reads = host.clock.read(now).filetime;
        let id = dns.next_id(draw, host.id());
        let domain = dns.zone.config().origin.clone();
        let place_in = PublishIn { domain, priority: 0, weight: 0 };
        let name = dns.full_name(host.id());
        let sent = name.and_then(|name| {
            let key = TsigKey::of_realm(&host.host.config().realm, &name);
            let port = host.address.port();
            let publication = Publication { place: place_in, host: name, port };
            publication.send(id, Some(&key), reads).ok_or(DnsFailure::InvalidName)
        });
        let reply = sent.and_then(|sent| update(dns, &sent, now));
        let failure = reply.and_then(|reply| reply.result).err();
        let (domain, code) = (dns.domain.clone(), result(true, failure));
        host.host.dns_published(&domain, code, reads);
        self.log_of_host(place);
        self.tell_published(place, &domain, code, failure);
    }

    /// A machine registers its address, stamped by its own clock.
    pub(super) fn register(&mut self, place: usize, timer: u64) {
        let (draw, now) = (self.draw(), self.now);
        let (Some(dns), Some(machine)) = (&mut self.dns, self.machines.get_mut(place)) else {
            return;
        };
        if dns.registrations.get(&place).is_none_or(|known| known.timer != timer) {
            return;
        }
        let reads = machine.clock.read(now).filetime;
        let id = dns.next_id(draw, &machine.id);
        let names = match (dns.serves(place), &machine.suffixes.primary) {
            (false, _) => Err(DnsFailure::NoServers),
            (true, None) => Err(DnsFailure::InvalidName),
            (true, Some(suffix)) => full_name(&machine.machine.name.to_string(), suffix),
        };
        let reply = names.and_then(|(name, zone)| {
            let key = TsigKey::of_realm(&machine.machine.realm, &name);
            let registration = Registration { name, zone, addresses: vec![machine_ip(place)] };
            update(dns, &registration.send(id, Some(&key), reads), now)
        });
        let takes = if dns.down { GIVE_UP } else { dns.latency };
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
        self.tell_registered(place, reply);
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

/// An update is sent, judged and answered at this moment.
fn update(dns: &mut DnsActor, sent: &SentUpdate, now: Moment) -> Result<UpdateReply, DnsFailure> {
    if dns.down {
        return Err(DnsFailure::NoAnswer);
    }
    let time = dns.clock.read(now).filetime;
    let answered = dns.zone.answer(&sent.bytes, time, Transport::Udp, Vec::new);
    let reply = answered.and_then(|answered| sent.read(&answered.bytes));
    reply.ok_or(DnsFailure::BadPacket)
}
