//! DNS: machines look hosts up, hosts publish themselves.
//!
//! What is asked and answered are the bytes of DNS, judged by the server's own clock.

use client_sim::discover::nothing_found;
use client_sim::dns::lookup::{Heard, Lookup};
use client_sim::dns::patience::GIVE_UP;
use client_sim::dns::srv::Srv;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::update::{SentUpdate, UpdateReply};
use kms_proto::time::duration::Nanos;
use kms_sim::dns::publish::{EVERY, Publication, PublishIn, result};
use kms_sim::dns::zone::answered::Transport;
use kms_sim::fault::kind::Kind;
use kms_sim::fault::kind::dns::DnsKind;
use kms_sim::fault::stage::Stage;

use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::Event;

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
        self.ask_dns(place, |id| Lookup::hosts(domain, id), bends, after)
    }

    /// What DNS says to a machine's question, and how long it takes: over TCP what was too long.
    pub(super) fn ask_dns(
        &mut self,
        place: usize,
        question: impl FnOnce(u16) -> Result<Lookup, DnsFailure>,
        bends: &[DnsKind],
        after: &mut Nanos,
    ) -> Heard {
        let (draw, now) = (self.draw(), self.now);
        let (Some(dns), Some(machine)) = (&mut self.dns, self.machines.get(place)) else {
            return Heard::Nothing(DnsFailure::NoServers);
        };
        let id = dns.next_id(draw, &machine.id);
        let lookup = match question(id) {
            Ok(lookup) => lookup,
            Err(failure) => return Heard::Nothing(failure),
        };
        if dns.is_silent(now) {
            *after = GIVE_UP;
            return Heard::Nothing(DnsFailure::NoAnswer);
        }
        let mut heard = Heard::NotMine;
        for transport in [Transport::Udp, Transport::Tcp] {
            self.dns_is_asked();
            let Some(dns) = &mut self.dns else { break };
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
        let reading = host.clock.read(now);
        let reads = reading.filetime;
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
        let domain = dns.domain.clone();
        let reply = sent.and_then(|sent| self.update_dns(&sent));
        let (judged, failure) = (reply.is_ok(), reply.and_then(|reply| reply.result).err());
        let code = result(true, failure);
        if let Some(host) = self.hosts.get_mut(place) {
            host.host.dns_published(&domain, code, reads);
        }
        if judged {
            self.is_read(Actor::Host(place), &reading);
            self.clock_is_read(Actor::Dns);
        }
        self.log_of_host(place);
        self.tell_published(place, &domain, code, failure);
    }

    /// An update is sent, judged and answered at this moment.
    pub(super) fn update_dns(&mut self, sent: &SentUpdate) -> Result<UpdateReply, DnsFailure> {
        let now = self.now;
        if self.dns.as_ref().is_none_or(|dns| dns.is_silent(now)) {
            return Err(DnsFailure::NoAnswer);
        }
        self.dns_is_asked();
        let answered = self.dns.as_mut().and_then(|dns| {
            let time = dns.clock.read(now).filetime;
            dns.zone.answer(&sent.bytes, time, Transport::Udp, Vec::new)
        });
        answered.and_then(|answered| sent.read(&answered.bytes)).ok_or(DnsFailure::BadPacket)
    }

    /// A message has reached the DNS server, which is about to judge it.
    fn dns_is_asked(&mut self) {
        let Some(dns) = &mut self.dns else { return };
        dns.asked += 1;
        let asked = dns.asked;
        self.before_exchange(Actor::Dns, asked);
    }
}
