//! The DNS server of a world: its zone, its clock, and who has registered.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use client_sim::clock::Clock;
use hickory_proto::rr::rdata::TXT;
use hickory_proto::rr::{Name, RData};
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::name::domain;
use kms_proto::draw::Draw;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_sim::dns::guard::Keys;
use kms_sim::dns::zone::{Zone, ZoneConfig};

use crate::world::actor::host::HostActor;
use crate::world::plan::DnsPlan;

/// The name of the server within its zone.
const SERVER: &str = "ns";

/// The address of the server: of the network RFC 2544 sets apart for tests, beyond those of hosts.
pub const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 18, 255, 53));

/// The DNS server.
#[derive(Debug)]
pub struct DnsActor {
    /// Its id.
    pub id: String,
    /// Its zone.
    pub zone: Zone,
    /// The zone's name as it was written.
    pub domain: String,
    /// Its clock, by which it judges signatures.
    pub clock: Clock,
    /// How long an answer takes.
    pub latency: Nanos,
    /// The hosts that publish themselves, by their places.
    pub publish: Vec<usize>,
    /// The machines that register themselves, by their places.
    pub registrations: BTreeMap<usize, Registering>,
    /// The machines that have no DNS server, by their places.
    without_server: BTreeSet<usize>,
    /// Whether it answers nobody.
    pub down: bool,
    /// Until when it does nothing at all.
    pub asleep: Option<Moment>,
    /// Messages sent to it so far, of which each has an id of its own.
    pub messages: u64,
    /// Messages that reached it and were answered.
    pub asked: u64,
}

/// What became of a machine's registration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registering {
    /// What came of the last; `None` before the first.
    pub last: Option<Result<(), DnsFailure>>,
    /// How many in a row failed.
    pub failures: u64,
    /// Which of its timers is the one that counts; older ones ring for nothing.
    pub timer: u64,
}

impl DnsActor {
    /// The server of `plan`, with the addresses of `hosts`, in a world that starts at `start`.
    ///
    /// `None` where DNS takes no such zone.
    pub fn new(plan: &DnsPlan, hosts: &[HostActor], start: Moment, draw: Draw) -> Option<Self> {
        let origin = domain(&plan.domain).ok()?;
        let server = origin.prepend_label(SERVER).ok()?;
        let mut zone = Zone::new(ZoneConfig {
            origin,
            server,
            updates: plan.updates,
            ownership: plan.ownership,
            keys: Keys { realm: Some(plan.realm.clone()), given: Vec::new() },
        });
        zone.resolve_others();
        if let Ok(server) = domain(&format!("{SERVER}.{}", plan.domain)) {
            zone.add_address(&server, ADDRESS);
        }
        for host in hosts {
            if let Ok(name) = domain(host.address.name()) {
                zone.add_address(&name, host.ip);
            }
        }
        for record in &plan.records {
            if let Ok(target) = domain(record.target.name()) {
                zone.add_host((record.priority, record.weight, record.target.port()), target);
            }
        }
        for name in &plan.names {
            if let Ok(name) = domain(&format!("{name}.{}", plan.domain)) {
                zone.add(&name, RData::TXT(TXT::new(vec!["kms-lab".to_owned()])));
            }
        }
        let registrations =
            plan.register.iter().map(|place| (*place, Registering::default())).collect();
        Some(Self {
            id: plan.id.clone(),
            zone,
            domain: plan.domain.clone(),
            clock: Clock::new(plan.clock, start, draw, &plan.id),
            latency: plan.latency,
            publish: plan.publish.clone(),
            registrations,
            without_server: plan.without_server.iter().copied().collect(),
            down: plan.down,
            asleep: None,
            messages: 0,
            asked: 0,
        })
    }

    /// Its full name.
    pub fn server(&self) -> String {
        format!("{SERVER}.{}", self.domain)
    }

    /// Whether it answers nobody at this moment.
    pub fn is_silent(&self, now: Moment) -> bool {
        self.down || self.asleep.is_some_and(|until| until > now)
    }

    /// Whether a machine has a DNS server at all, which is this one.
    pub fn serves(&self, machine: usize) -> bool {
        !self.without_server.contains(&machine)
    }

    /// The full name of a computer in the zone.
    ///
    /// # Errors
    ///
    /// When DNS takes no such name.
    pub fn full_name(&self, computer: &str) -> Result<Name, DnsFailure> {
        domain(&format!("{computer}.{}", self.domain)).map_err(|_| DnsFailure::InvalidName)
    }

    /// The id of the next message, drawn for whoever sends it.
    pub fn next_id(&mut self, draw: Draw, of: &str) -> u16 {
        self.messages += 1;
        u16::try_from(draw.below(1 << 16, of, "dns", (0, self.messages), "id")).unwrap_or(0)
    }
}
