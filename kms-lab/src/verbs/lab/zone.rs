//! `kmslab lab show`: what was done, or what is in DNS.

use clap::{Args, ValueEnum};
use hickory_proto::rr::{Name, RData};
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::name::shown;
use kms_proto::kms::hresult::HResult;
use kms_sim::dns::nodes::Owner;
use serde::Serialize;

use crate::clock::true_now;
use crate::console::{BAD, Console, HEADING};
use crate::exit::Exit;
use crate::lab::Lab;
use crate::lab::present::Present;
use crate::scenario::machine::address as machine_ip;
use crate::stop::Stop;
use crate::verbs::lab::showing::{self, json, seconds};
use crate::world::actor::dns::{ADDRESS, DnsActor};

/// What `kmslab lab show` takes.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// What to show.
    #[arg(value_name = "WHAT", value_enum, default_value_t = What::Log)]
    pub what: What,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// What of a lab is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// What was done so far.
    Log,
    /// The zone: its records, and which machines are registered in it.
    Dns,
}

/// A zone.
#[derive(Serialize)]
struct Document {
    domain: String,
    server: String,
    address: String,
    /// What the server's clock shows.
    time: String,
    off: String,
    off_ns: i128,
    serial: u32,
    records: Vec<Record>,
    registrations: Vec<Registration>,
}

#[derive(Serialize)]
struct Record {
    name: String,
    ttl: u32,
    #[serde(rename = "type")]
    kind: String,
    data: String,
    /// Who made the name by an update; `null` where it was there from the start.
    by: Option<String>,
}

#[derive(Serialize)]
struct Registration {
    machine: String,
    name: String,
    /// Whether its address stands in the zone under its name.
    registered: bool,
    /// What the last came to; `null` before the first.
    result: Option<HResult>,
    failure: Option<String>,
}

/// Shows it.
pub(super) fn run(lab: &mut Lab, args: &ShowArgs, console: &mut Console<'_>) -> Result<(), Stop> {
    match args.what {
        What::Log => showing::log(lab, args.json, console),
        What::Dns => {
            let mut present = lab.look()?;
            present.follow(true_now());
            let Some(dns) = &present.world.dns else {
                let message = "this lab has no DNS";
                return Err(Stop::new(Exit::CannotStart, message, "a scenario with [dns]"));
            };
            let document = document(&present, dns);
            if args.json { json(&document, console) } else { text(&document, console) }
        }
    }
}

fn document(present: &Present, dns: &DnsActor) -> Document {
    let world = &present.world;
    let shows = dns.clock.peek(world.now());
    let nodes = dns.zone.nodes();
    let by = |name| match nodes.node(name).map(|node| &node.owner) {
        Some(Owner::Key(key)) => Some(shown(key)),
        Some(Owner::Anyone) => Some("anyone".to_owned()),
        Some(Owner::Administrator) | None => None,
    };
    let records = nodes.records().map(|(name, ttl, data)| Record {
        name: shown(name),
        ttl,
        kind: data.record_type().to_string(),
        data: data.to_string(),
        by: by(name),
    });
    let registrations = dns.registrations.iter().filter_map(|(place, registering)| {
        let machine = world.machines.get(*place)?;
        let name = machine.full_name();
        let own = |(at, _, data): (&Name, u32, &RData)| {
            shown(at).eq_ignore_ascii_case(&name) && data.ip_addr() == Some(machine_ip(*place))
        };
        Some(Registration {
            machine: machine.id.clone(),
            registered: nodes.records().any(own),
            result: registering.last.map(|last| last.err().map_or(HResult::OK, DnsFailure::code)),
            failure: registering.last.and_then(Result::err).map(|failure| failure.to_string()),
            name,
        })
    });
    Document {
        domain: dns.domain.clone(),
        server: dns.server(),
        address: ADDRESS.to_string(),
        time: seconds(shows.filetime),
        off: shows.injected.to_string(),
        off_ns: shows.injected.nanos(),
        serial: dns.zone.serial(),
        records: records.collect(),
        registrations: registrations.collect(),
    }
}

fn text(zone: &Document, console: &mut Console<'_>) -> Result<(), Stop> {
    let domain = console.paint(HEADING, &zone.domain);
    let Document { server, address, time, off, .. } = zone;
    writeln!(console.out, "{domain}: {server} ({address}), {time}, {off}")?;
    // Its own records say nothing of the lab.
    let records: Vec<_> =
        zone.records.iter().filter(|r| !matches!(r.kind.as_str(), "SOA" | "NS")).collect();
    let width = records.iter().map(|record| record.name.len()).max().unwrap_or(0);
    for Record { name, ttl, kind, data, by } in records {
        let by = by.as_ref().map(|by| format!("  by {by}")).unwrap_or_default();
        writeln!(console.out, "  {name:<width$}  {ttl:>5}  {kind:<4}  {data}{by}")?;
    }
    for Registration { machine, name, registered, result, failure } in &zone.registrations {
        let came = match (result, failure) {
            (Some(code), Some(why)) => {
                let is = if *registered { "registered, not refreshed" } else { "not registered" };
                console.paint(BAD, &format!("{is}, {code}: {why}"))
            }
            (Some(_), None) => "registered".to_owned(),
            (None, _) => "has not registered".to_owned(),
        };
        writeln!(console.out, "{machine}  {name}  {came}")?;
    }
    Ok(())
}
