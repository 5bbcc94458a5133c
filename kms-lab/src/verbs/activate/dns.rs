//! `kmslab activate --dns`: the machine looks its host up, and registers itself.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use client_sim::clock::Clock;
use client_sim::dns::register::Registration;
use client_sim::kms_host::KmsHost;
use client_sim::machine::Machine;
use client_sim::net::dns::update;
use hickory_proto::rr::Name;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::name::domain;
use kms_proto::dns::update::UpdateReply;
use kms_proto::draw::Draw;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::Moment;
use serde::Serialize;

use crate::attempt::{Attempted, How, attempt_at, without_host};
use crate::finding::{Seeker, id};
use crate::signs::Signs;
use crate::values;

/// What looking the host up takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "DNS")]
pub struct DnsArgs {
    /// Look the host up with this DNS server, ADDRESS or ADDRESS:PORT; none is a computer that has
    /// no DNS server. Repeatable.
    #[arg(long, value_name = "SERVER|none", conflicts_with = "host")]
    pub dns: Vec<Servers>,
    /// The computer's DNS suffix; an empty one is a computer that has none.
    #[arg(long, value_name = "DOMAIN", default_value = "lab.example")]
    pub dns_domain: String,
    /// Register the computer at this address first, signed and stamped by its own clock. Repeatable.
    #[arg(long, value_name = "ADDRESS", requires = "dns")]
    pub register: Vec<IpAddr>,
    /// What it signs with: realm (the key its realm knows its name by), none, or
    /// NAME:ALGORITHM:SECRET.
    #[arg(long, value_name = "KEY", default_value = "realm", hide_default_value = false)]
    pub tsig: Signs,
}

/// A DNS server, or the statement that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Servers(Option<SocketAddr>);

impl FromStr for Servers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        values::dns_server(text).map(|server| Self(Some(server)))
    }
}

/// What DNS had to do with an attempt.
#[derive(Debug, Default, Serialize)]
pub(super) struct DnsReport {
    servers: Vec<SocketAddr>,
    domain: String,
    /// The hosts found, in the order they were tried.
    hosts: Vec<KmsHost>,
    /// Why there is none.
    failure: Option<String>,
    registration: Option<Registered>,
}

/// What came of registering.
#[derive(Debug, Serialize)]
struct Registered {
    name: String,
    result: HResult,
    failure: Option<String>,
    /// What the server's clock read, where it says that the clocks differ.
    server_time: Option<String>,
}

impl DnsReport {
    /// Lines for people.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(Registered { name, failure, server_time, .. }) = &self.registration {
            lines.push(match (failure, server_time) {
                (None, _) => format!("registered {name} in DNS"),
                (Some(failure), None) => format!("{name} is not registered in DNS: {failure}"),
                (Some(failure), Some(time)) => {
                    format!("{name} is not registered in DNS: {failure}; its server's reads {time}")
                }
            });
        }
        let hosts: Vec<String> = self.hosts.iter().map(ToString::to_string).collect();
        lines.push(match &self.failure {
            Some(failure) => format!("no host in '{}': {failure}", self.domain),
            None => format!("hosts in {}: {}", self.domain, hosts.join(", ")),
        });
        lines
    }
}

/// Registers the machine where that is asked for, looks its hosts up, and tries them in turn.
pub(super) async fn seek(
    args: &DnsArgs,
    machine: &mut Machine,
    (clock, at): (&mut Clock, Moment),
    how: &How,
) -> (Attempted, Option<KmsHost>, DnsReport) {
    let servers: Vec<SocketAddr> = args.dns.iter().filter_map(|server| server.0).collect();
    let (name, draw) = (machine.name.to_string(), Draw::new(how.seed));
    let suffix = args.dns_domain.as_str();
    let mut report = DnsReport { domain: suffix.to_owned(), ..DnsReport::default() };
    if !args.register.is_empty() {
        report.registration = Some(register(args, machine, (clock, at), &servers, how).await);
    }
    let seeker = Seeker { servers: &servers, suffix, name: &name, draw, limit: how.timeout };
    let found = seeker.hosts().await;
    report.servers.clone_from(&servers);
    let candidates = match found {
        Ok(candidates) => candidates,
        Err(failure) => {
            report.failure = Some(failure.to_string());
            return (without_host(machine, (clock, at), failure, how), None, report);
        }
    };
    report.hosts = candidates.iter().map(|candidate| candidate.host.clone()).collect();
    let mut last = None;
    for (ordinal, candidate) in (1..).zip(candidates) {
        let known = (&candidate.host, candidate.addresses.as_slice());
        let done = attempt_at(machine, (&mut *clock, at), known, how, ordinal).await;
        let activated = done.outcome.activated();
        last = Some((done, candidate.host));
        if activated {
            break;
        }
    }
    match last {
        Some((done, host)) => (done, Some(host), report),
        None => (without_host(machine, (clock, at), DnsFailure::NoRecords, how), None, report),
    }
}

async fn register(
    args: &DnsArgs,
    machine: &Machine,
    (clock, at): (&mut Clock, Moment),
    servers: &[SocketAddr],
    how: &How,
) -> Registered {
    let name = format!("{}.{}", machine.name, args.dns_domain);
    let reply = match (domain(&name), domain(&args.dns_domain), servers.first()) {
        (_, _, None) => Err(DnsFailure::NoServers),
        (Ok(full), Ok(zone), Some(server)) => {
            let addresses = args.register.clone();
            let registration = Registration { name: full, zone, addresses };
            send(args, machine, &registration, clock.read(at).filetime, *server, how).await
        }
        _ => Err(DnsFailure::InvalidName),
    };
    let (failure, server_time) = match reply {
        Ok(UpdateReply { result, server_time }) => (result.err(), server_time),
        Err(failure) => (Some(failure), None),
    };
    Registered {
        name,
        result: failure.map_or(HResult::OK, DnsFailure::code),
        failure: failure.map(|failure| failure.to_string()),
        server_time: server_time.map(|time| time.to_string()),
    }
}

async fn send(
    args: &DnsArgs,
    machine: &Machine,
    registration: &Registration,
    now: kms_proto::time::FileTime,
    server: SocketAddr,
    how: &How,
) -> Result<UpdateReply, DnsFailure> {
    let full: &Name = &registration.name;
    let key = args.tsig.key(&machine.realm, full);
    let number = id(Draw::new(how.seed), &machine.name.to_string(), u64::MAX);
    let sent = registration.send(number, key.as_ref(), now);
    update(server, &sent, how.timeout.min(Duration::from_secs(10))).await
}
