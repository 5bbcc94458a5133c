//! `kmslab serve --dns`, `--dns-update`: the host's zone, and the record it publishes.

mod around;
pub(super) mod publish;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use clap::Args;
use client_sim::clock::spec::ClockSpec;
use hickory_proto::rr::Name;
use kms_proto::dns::name::{domain, shown};
use kms_proto::kms::realm::Realm;
use kms_sim::dns::guard::{Keys, Ownership, Updates};
use kms_sim::dns::nodes::Owner;
use kms_sim::dns::publish::PublishIn;
use kms_sim::dns::zone::{Zone, ZoneConfig};
use kms_sim::net::dns::{DnsServer, SharedZone};
use kms_sim::net::shared::Shared;
use serde::Serialize;

use self::around::LabAround;
use crate::clock::{Stopwatch, true_now};
use crate::exit::Exit;
use crate::host_clock::HostClock;
use crate::recorder::Recorder;
use crate::signs::Signs;
use crate::stop::Stop;
use crate::values;

/// What serving a zone and publishing the host take.
#[derive(Debug, Args)]
#[command(next_help_heading = "DNS")]
pub struct DnsArgs {
    /// Serve a DNS zone too, over UDP and TCP: ADDRESS:PORT, port 0 for one the system picks. It
    /// takes updates, and the host publishes itself in it.
    #[arg(long, value_name = "ADDR")]
    pub dns: Option<SocketAddr>,
    /// The domain of the zone, in which the host publishes itself, as a line of Windows' publish list has
    /// it: DOMAIN, PRIORITY, WEIGHT. Repeatable; the first is the zone. lab.example if left out.
    #[arg(long, value_name = "DOMAIN[,P[,W]]")]
    pub dns_domain: Vec<PublishIn>,
    /// The DNS server's own clock, by which it judges signatures.
    #[arg(long, value_name = "SPEC", default_value = "0", allow_hyphen_values = true)]
    pub dns_clock: ClockSpec,
    /// Which updates the zone takes: none, signed or any.
    #[arg(long, value_name = "WHICH", default_value = "signed")]
    pub dns_updates: Updates,
    /// Whose a name is that an update made: the first one's, or shared.
    #[arg(long, value_name = "WHOSE", default_value = "first")]
    pub dns_owner: Ownership,
    /// Publish the host with this DNS server instead: ADDRESS, and :PORT where it is not 53.
    #[arg(long, value_name = "SERVER", value_parser = values::dns_server)]
    pub dns_update: Option<SocketAddr>,
    /// The host's full name in DNS; host in the first domain if left out.
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub dns_name: Option<Name>,
    /// What the host signs with, and a key the zone knows: realm (the key its realm knows its name
    /// by), none, or NAME:ALGORITHM:SECRET.
    #[arg(long, value_name = "KEY", default_value = "realm")]
    pub tsig: Signs,
}

impl DnsArgs {
    fn domains(&self) -> Vec<PublishIn> {
        if !self.dns_domain.is_empty() {
            return self.dns_domain.clone();
        }
        domain("lab.example")
            .map(|domain| vec![PublishIn { domain, priority: 0, weight: 0 }])
            .unwrap_or_default()
    }

    fn host(&self) -> Option<Name> {
        let first = self.domains().into_iter().next()?.domain;
        self.dns_name.clone().or_else(|| first.prepend_label("host").ok())
    }
}

/// The zone as the ready record has it.
#[derive(Debug, Serialize)]
pub(super) struct DnsSetup {
    addr: SocketAddr,
    domain: String,
    clock: String,
    updates: Updates,
    owner: Ownership,
}

impl DnsSetup {
    /// Where it listens.
    pub(super) const fn addr(&self) -> SocketAddr {
        self.addr
    }
}

/// What runs beside the host.
#[derive(Debug)]
pub(super) struct Running {
    server: Option<DnsServer>,
    pub(super) setup: Option<DnsSetup>,
}

impl Running {
    pub(super) async fn shutdown(self) {
        if let Some(server) = self.server {
            server.shutdown().await;
        }
    }
}

/// Serves the zone, if one is asked for; `rpc` is where the host listens.
pub(super) fn start(
    args: &DnsArgs,
    (realm, seed): (&Realm, u64),
    rpc: SocketAddr,
    (shared, recorder, watch): (&Arc<Shared>, &Recorder, Stopwatch),
) -> Result<Running, Stop> {
    let Some(addr) = args.dns else { return Ok(Running { server: None, setup: None }) };
    let clock = HostClock::of("dns", args.dns_clock, true_now(), seed);
    let zone = zone(args, realm, rpc);
    let setup = |addr| DnsSetup {
        addr,
        domain: shown(&zone.config().origin),
        clock: args.dns_clock.to_string(),
        updates: args.dns_updates,
        owner: args.dns_owner,
    };
    let around = LabAround::new(clock, shared.clone(), recorder.clone(), watch);
    let shared_zone = SharedZone::new(zone.clone(), Box::new(around));
    let server = DnsServer::start(&shared_zone, addr).map_err(|error| {
        let remedy = "another address, or port 0 for one the system picks";
        Stop::new(Exit::CannotStart, format!("--dns: cannot listen on {addr}: {error}"), remedy)
    })?;
    let setup = setup(server.addr());
    Ok(Running { server: Some(server), setup: Some(setup) })
}

/// The zone with its server, the host's address, and the record the host published while its clock
/// was right.
fn zone(args: &DnsArgs, realm: &Realm, rpc: SocketAddr) -> Zone {
    let place = args.domains().into_iter().next();
    let place = place.unwrap_or(PublishIn { domain: Name::root(), priority: 0, weight: 0 });
    let given = match &args.tsig {
        Signs::With(key) => vec![key.clone()],
        Signs::Realm | Signs::Not => Vec::new(),
    };
    let origin = place.domain.clone();
    let server = origin.prepend_label("ns").unwrap_or_else(|_| origin.clone());
    let mut zone = Zone::new(ZoneConfig {
        origin,
        server: server.clone(),
        updates: args.dns_updates,
        ownership: args.dns_owner,
        keys: Keys { realm: Some(realm.clone()), given },
    });
    let here = |ip: IpAddr| if ip.is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { ip };
    if let Some(addr) = args.dns {
        zone.add_address(&server, here(addr.ip()));
    }
    if let Some(host) = args.host() {
        zone.add_address(&host, here(rpc.ip()));
        if args.dns_update.is_none() {
            let key = args.tsig.key(realm, &host);
            let owner = key.map_or(Owner::Anyone, |key| Owner::Key(key.name().clone()));
            zone.add_host_of((place.priority, place.weight, rpc.port()), host, &owner);
        }
    }
    zone
}

fn name(text: &str) -> Result<Name, String> {
    domain(text).map_err(|error| error.to_string())
}
