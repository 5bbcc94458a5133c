//! `kmslab lab list` and `kmslab lab show`.

use clap::Args;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::time::FileTime;
use serde::Serialize;

use crate::clock::true_now;
use crate::console::{ASIDE, BAD, Console, HEADING};
use crate::lab::Lab;
use crate::lab::entry::{Deed, Entry};
use crate::lab::present::Present;
use crate::prompt::words;
use crate::stop::Stop;
use crate::world::actor::Actor;

/// What `kmslab lab list` takes.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// A computer, time source or DNS server of a lab.
#[derive(Serialize)]
struct Computer {
    id: String,
    kind: &'static str,
    name: String,
    /// What its clock shows.
    time: FileTimeText,
    /// By how much that is off.
    off: String,
    off_ns: i128,
    /// `LicenseStatus`, of machines.
    license_status: Option<u32>,
    /// Requests it judged, of hosts.
    requests: Option<u64>,
}

/// RFC 3339.
#[derive(Serialize)]
#[serde(transparent)]
struct FileTimeText(String);

/// A whole lab.
#[derive(Serialize)]
struct Document<'a> {
    lab: String,
    made_by: &'a str,
    scenario: &'a str,
    seed: u64,
    live: bool,
    true_time: String,
    since_start_ns: i64,
    entries: Vec<Done<'a>>,
}

/// An entry of the log.
#[derive(Serialize)]
struct Done<'a> {
    at_ns: i64,
    ended_ns: i64,
    #[serde(flatten)]
    deed: &'a Deed,
    #[serde(flatten)]
    reply: Option<&'a crate::prompt::reply::Reply>,
}

/// Lists the computers.
pub(super) fn computers(
    lab: &mut Lab,
    args: &ShowArgs,
    console: &mut Console<'_>,
) -> Result<(), Stop> {
    let mut present = lab.look()?;
    present.follow(true_now());
    let all: Vec<Computer> =
        present.world.actors().filter_map(|actor| computer(&present, actor)).collect();
    if args.json {
        return json(&all, console);
    }
    let width = all.iter().map(|computer| computer.id.len()).max().unwrap_or(0);
    let name_width = all.iter().map(|computer| computer.name.len()).max().unwrap_or(0);
    for one in &all {
        let state = match (one.license_status, one.requests) {
            (Some(status), _) => LicenseStatus(status).name().to_owned(),
            (None, Some(requests)) => format!("{requests} requests"),
            (None, None) => String::new(),
        };
        let line = format!(
            "{:<width$}  {:<11}  {:<name_width$}  {}  {:>12}  {state}",
            one.id, one.kind, one.name, one.time.0, one.off
        );
        writeln!(console.out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn computer(present: &Present, actor: Actor) -> Option<Computer> {
    let world = &present.world;
    let shows = world.clock(actor)?.peek(world.now());
    let (kind, name, license_status, requests) = match actor {
        Actor::Host(place) => {
            let host = world.hosts.get(place)?;
            ("host", host.address.to_string(), None, Some(host.host.ledger().total))
        }
        Actor::Machine(place) => {
            let machine = world.machine_now(place)?;
            ("machine", machine.name.to_string(), Some(machine.license.status.0), None)
        }
        Actor::Source(_) => ("time source", String::new(), None, None),
        Actor::Dns => ("DNS server", world.dns.as_ref()?.server(), None, None),
    };
    let time = FileTimeText(seconds(shows.filetime));
    let (off, off_ns) = (shows.injected.to_string(), shows.injected.nanos());
    let id = world.id(actor).to_owned();
    Some(Computer { id, kind, name, time, off, off_ns, license_status, requests })
}

/// Shows what was done.
pub(super) fn log(lab: &mut Lab, as_json: bool, console: &mut Console<'_>) -> Result<(), Stop> {
    let mut present = lab.look()?;
    present.follow(true_now());
    let head = &present.head;
    let scenario = head.sources.first().map_or("", |source| source.name.as_str());
    let true_time = present.world.now().filetime();
    if as_json {
        let entries = present.entries.iter().map(|entry| Done {
            at_ns: entry.at.0,
            ended_ns: entry.ended.0,
            deed: &entry.deed,
            reply: entry.reply.as_ref(),
        });
        let document = Document {
            lab: lab.path().display().to_string(),
            made_by: &head.made_by,
            scenario,
            seed: head.seed,
            live: head.live_since.is_some(),
            true_time: true_time.to_string(),
            since_start_ns: present.now().0,
            entries: entries.collect(),
        };
        return json(&document, console);
    }
    let (file, seed) = (lab.path().display().to_string(), head.seed);
    let live = if head.live_since.is_some() { ", live" } else { "" };
    writeln!(console.out, "{}: {scenario}, seed {seed}{live}", console.paint(HEADING, &file))?;
    writeln!(console.out, "true time {}, {} since it began", seconds(true_time), present.now())?;
    let widths = present.entries.iter().fold((0, 0), |(at, on), entry| {
        (at.max(entry.at.to_string().len()), on.max(whose(&entry.deed).len()))
    });
    for (number, entry) in (1..).zip(&present.entries) {
        line(number, entry, widths, console)?;
    }
    Ok(())
}

/// The computer or clock something was done to.
fn whose(deed: &Deed) -> &str {
    match deed {
        Deed::Type { on, .. } | Deed::Set { on, .. } | Deed::Happens { on, .. } => on,
        Deed::Advance => "",
    }
}

fn line(
    number: usize,
    entry: &Entry,
    (at_width, on_width): (usize, usize),
    console: &mut Console<'_>,
) -> Result<(), Stop> {
    let on = whose(&entry.deed);
    let what = match &entry.deed {
        Deed::Type { words, elevated, .. } => {
            let user = if *elevated { "" } else { "  (standard user)" };
            format!("{}{user}", words::join(words))
        }
        Deed::Set { to, .. } => format!("clock set to {to}"),
        Deed::Happens { what, .. } => what.clone(),
        Deed::Advance => "time passes".to_owned(),
    };
    let came = match &entry.reply {
        Some(reply) if reply.code != 0 => console.paint(BAD, &reply.result().to_string()),
        Some(_) => "ok".to_owned(),
        None => String::new(),
    };
    let at = format!("{number:>4}  +{:<at_width$}", entry.at.to_string());
    let at = console.paint(ASIDE, &at);
    let text = format!("{at}  {on:<on_width$}  {what}  {came}");
    writeln!(console.out, "{}", text.trim_end())?;
    Ok(())
}

pub(super) fn json<T: Serialize>(document: &T, console: &mut Console<'_>) -> Result<(), Stop> {
    serde_json::to_writer_pretty(&mut console.out, document).map_err(std::io::Error::from)?;
    writeln!(console.out)?;
    Ok(())
}

/// A moment to the second: what people look for.
pub(super) fn seconds(time: FileTime) -> String {
    let text = time.to_string();
    match text.split_once('.') {
        Some((whole, _)) => format!("{whole}Z"),
        None => text,
    }
}
