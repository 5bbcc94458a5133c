//! `kmslab serve`: a KMS host on real sockets.

pub mod dns;
pub mod ntp;
mod unstruck;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use client_sim::clock::operation::Operation;
use client_sim::clock::spec::ClockSpec;
use kms_proto::kms::realm::Realm;
use kms_proto::time::window::{Compare, Window};
use kms_sim::config::{HostConfig, PORT};
use kms_sim::fault::faults::Faults;
use kms_sim::fault::mischief::Mischief;
use kms_sim::host::Host;
use kms_sim::net::meddling::Meddling;
use kms_sim::net::ntp::NtpServer;
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;
use kms_sim::net::tap::Taps;
use kms_sim::refusal::Refusal;
use kms_sim::session::config::{SessionConfig, Syntaxes};
use kms_sim::strictness::Strictness;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::clock::{Stopwatch, true_now};
use crate::console::Console;
use crate::exit::Exit;
use crate::faults_file;
use crate::host_clock::HostClock;
use crate::journal::line::SCHEMA;
use crate::journal::open::open;
use crate::recorder::Recorder;
use crate::recording::Recording;
use crate::runtime;
use crate::seed::Seed;
use crate::stop::Stop;
use crate::values;
use crate::verbs::serve::dns::{DnsArgs, DnsSetup};

/// A file grew beyond what the process may write (`RLIMIT_FSIZE`): its number on Linux and the BSDs.
const SIGXFSZ: i32 = 25;

/// What `kmslab serve` takes.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where to listen: ADDRESS:PORT, port 0 for one the system picks. Repeatable.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0", value_parser = address)]
    pub listen: Vec<SocketAddr>,
    /// Allow addresses that are not loopback.
    #[arg(long)]
    pub lab_network: bool,
    /// How far a client's clock may be off, edge included: 4h, -30m..+4h, off.
    #[arg(long, default_value = "4h", allow_hyphen_values = true)]
    pub window: Window,
    /// The grain the clocks are compared on: filetime (100 ns) or seconds.
    #[arg(long, default_value = "filetime")]
    pub compare: Compare,
    /// The host's own clock (see `kmslab clock --help`).
    #[arg(long, value_name = "SPEC", default_value = "0", allow_hyphen_values = true)]
    pub clock: ClockSpec,
    /// The count it reports at least; 0 makes a fresh host.
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = values::number)]
    pub count: u32,
    /// The realm whose seal it takes.
    #[arg(long, default_value_t)]
    pub realm: Realm,
    /// The seed of every draw: a number, or random.
    #[arg(long, default_value_t)]
    pub seed: Seed,
    /// Write the journal (NDJSON) to a file, or to stdout with -.
    #[arg(long, value_name = "FILE|-")]
    pub journal: Option<PathBuf>,
    /// Refuse every request with this code, genuine clients' too (a refusal carries no seal).
    #[arg(long, value_name = "CODE", value_parser = refusal)]
    pub refuse: Option<Refusal>,
    /// What a request not sealed with this realm's keys is refused with.
    #[arg(long, value_name = "CODE", default_value = "0x8007000D", value_parser = refusal)]
    pub foreign: Refusal,
    /// A host on which KMS is not enabled (0xC004F039).
    #[arg(long)]
    pub disabled: bool,
    /// A host that is not activated itself (0xC004F041).
    #[arg(long)]
    pub not_activated: bool,
    /// What it refuses besides what it is told to: lenient (only what it cannot read; any N is
    /// taken), strict (as the specifications say), pedantic (also what is legal but odd: names not
    /// padded with NULs alone, an IV or a client time again, haste, bytes that should be zero). The
    /// time is checked at every level; only --window off does not. In RPC lenient is strict.
    #[arg(long, default_value = "strict", value_name = "LEVEL")]
    pub strictness: Strictness,
    /// Faults to put in force: a TOML file of fault tables (docs/faults.md).
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// What the host does of its own where it is as legal as plain answers, or not even that: off,
    /// legal or hostile.
    #[arg(long, default_value = "off")]
    pub mischief: Mischief,
    /// The NDR transfer syntaxes it takes: both, 32 or 64.
    #[arg(long, default_value = "both")]
    pub ndr: Syntaxes,
    /// Write what goes over every connection as a capture (pcapng), for Wireshark and `kmslab
    /// dissect`.
    #[arg(long, value_name = "FILE")]
    pub pcap: Option<PathBuf>,
    /// A time server beside it.
    #[command(flatten)]
    pub ntp: ntp::NtpArgs,
    /// Connections served at once.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = at_least_one)]
    pub max_connections: usize,
    /// How long a peer may take for a PDU.
    #[arg(long, value_name = "LENGTH", default_value = "30s", value_parser = values::length)]
    pub idle: Duration,
    /// How long a stop waits for answers under way.
    #[arg(long, value_name = "LENGTH", default_value = "5s", value_parser = values::length)]
    pub grace: Duration,
    /// Its zone, and its record.
    #[command(flatten)]
    pub dns: DnsArgs,
}

/// The first line on stdout: printed once every address accepts.
#[derive(Serialize)]
struct Ready<'a> {
    event: &'static str,
    schema: u32,
    #[serde(flatten)]
    setup: &'a Setup<'a>,
}

/// How the host is set up, and where it listens.
#[derive(Serialize)]
struct Setup<'a> {
    pid: u32,
    rpc: Vec<Addr>,
    /// The time server, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    ntp: Option<Addr>,
    realm: &'a str,
    seed: u64,
    mode: &'static str,
    window: Window,
    compare: Compare,
    clock: String,
    count: u32,
    strictness: Strictness,
    mischief: Mischief,
    journal: Option<String>,
    dns: Option<&'a DnsSetup>,
}

/// One listening address.
#[derive(Serialize)]
struct Addr {
    addr: SocketAddr,
}

/// The last line of the journal: a journal without it was cut off.
#[derive(Serialize)]
struct Shutdown {
    signal: &'static str,
    counters: kms_sim::ledger::Ledger,
    /// How often each fault bent something, in the order of their file.
    fault_hits: Map<String, Value>,
    lines_lost: u64,
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
///
/// When an address is not loopback and that was not allowed, cannot be listened on, or the journal
/// cannot be opened.
pub fn run(args: &ServeArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let listens = args.listen.iter().map(|addr| ("--listen", addr));
    let listens = listens.chain(args.ntp.ntp.iter().map(|addr| ("--ntp", addr)));
    let listens = listens.chain(args.dns.dns.iter().map(|addr| ("--dns", addr)));
    if let Some((option, open)) = listens.into_iter().find(|(_, addr)| !addr.ip().is_loopback())
        && !args.lab_network
    {
        return Err(Stop::usage(
            format!("{option}: {open} is reachable from outside this computer"),
            "a loopback address, or --lab-network if that is what you want",
        ));
    }
    runtime::block_on(serve(args, console))?
}

async fn serve(args: &ServeArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let watch = Stopwatch::start();
    let faults = faults(args)?;
    let clock = Arc::new(HostClock::new(args.clock, true_now(), args.seed.0, faults.is_some()));
    let opened = args.journal.as_deref().map(open).transpose()?;
    let journal = opened.as_ref().map(|opened| opened.journal.clone());
    if let Some(left) = opened.as_ref().and_then(|opened| opened.left.as_ref()) {
        writeln!(console.err, "kmslab: --journal: {left}")?;
    }
    let recording =
        args.pcap.as_deref().map(|path| Recording::file(path, args.seed.0)).transpose()?;
    let taps = recording
        .as_ref()
        .map_or_else(Taps::default, |recording| recording.taps(0, Box::new(true_now)));
    let recorder = Recorder::new(journal.clone(), clock.clone(), watch);
    let signals = || -> std::io::Result<(Signal, Signal)> {
        Ok((signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?))
    };
    let mut signals = signals()
        .map_err(|e| Stop::new(Exit::CannotStart, format!("no signals can be had: {e}"), ""))?;
    // Whoever listens to it is told by the write that failed, instead of being killed.
    let _too_long = signal(SignalKind::from_raw(SIGXFSZ)).ok();

    let session = SessionConfig {
        syntaxes: args.ndr,
        strictness: args.strictness,
        ..SessionConfig::default()
    };
    let (max_connections, idle) = (args.max_connections, args.idle);
    let options = Options { max_connections, idle, session, taps };
    let reads = clock.clone();
    let host = Host::new(config(args));
    let now = Box::new(move || reads.read());
    let observer = Box::new(recorder.clone());
    let shared = match faults {
        Some(faults) => {
            let (turned, teller) = (clock.clone(), recorder.clone());
            let meddling = Meddling::new(faults, Box::new(move || watch.elapsed())).turning(
                Box::new(move |id, operation| {
                    let operation = Operation::from_map(operation.clone()).ok()?;
                    let applied = turned.turn(&operation)?;
                    teller.turned(id, operation.name(), &applied);
                    turned.last().map(|reading| reading.filetime)
                }),
            );
            Shared::meddled(host, now, observer, options, meddling)
        }
        None => Shared::new(host, now, observer, options),
    };
    let server = Server::start(&shared, &args.listen).map_err(|(addr, error)| {
        let remedy = "another address, or port 0 for one the system picks";
        Stop::new(Exit::CannotStart, format!("--listen: cannot listen on {addr}: {error}"), remedy)
    })?;
    if let Some(first) = server.addrs().first() {
        let mut host = shared.host();
        let config = HostConfig { port: first.port(), ..host.config().clone() };
        host.configure(config);
    }

    let time_server = ntp::start(&args.ntp, args.seed.0).await?;
    let (who, rpc) = ((&args.realm, args.seed.0), server.addrs().first().copied());
    let rpc = rpc.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, PORT).into());
    let zone = dns::start(&args.dns, who, rpc, (&shared, &recorder, watch))?;

    let ntp = time_server.as_ref().map(NtpServer::addr);
    let setup = setup(args, server.addrs(), ntp, zone.setup.as_ref());
    let first = Ready { event: "ready", schema: SCHEMA, setup: &setup };
    serde_json::to_writer(&mut console.out, &first).map_err(std::io::Error::from)?;
    writeln!(console.out)?;
    console.out.flush()?;
    // After the ready record, which is the first line on stdout even where the journal goes there.
    recorder.write("ready", &setup);

    let own = zone.setup.as_ref().map(DnsSetup::addr);
    let signal = tokio::select! {
        () = dns::publish(&args.dns, who, rpc, (&shared, &recorder), own) => "",
        signal = wait(&mut signals) => signal,
    };
    drop(time_server);
    zone.shutdown().await;
    tokio::select! {
        () = server.shutdown(args.grace) => {}
        // A second signal: somebody is in a hurry.
        _ = wait(&mut signals) => {}
    }
    let counters = *shared.host().ledger();
    let fault_hits = hits(&shared);
    let (_, lines_lost) = journal.as_ref().map_or((0, 0), |journal| journal.counts());
    recorder.write("shutdown", &Shutdown { signal, counters, fault_hits, lines_lost });
    unstruck::tell(&shared, &mut console.err)?;
    let lost = opened.map_or(Some(0), |opened| opened.close(args.grace));
    let complaint = match lost {
        Some(0) if recording.is_none_or(|recording| recording.is_whole()) => {
            return Ok(Exit::Ok);
        }
        // It was said when it happened.
        Some(0) => return Ok(Exit::Internal),
        Some(lost) => format!("{lost} journal lines could not be written"),
        None => "nobody reads the journal: its last lines were not taken".to_owned(),
    };
    writeln!(console.err, "kmslab: {complaint}")?;
    Ok(Exit::Internal)
}

/// The faults asked for; none where the host is plain.
fn faults(args: &ServeArgs) -> Result<Option<Faults>, Stop> {
    let rules = match &args.faults {
        Some(path) => faults_file::read(path, args.dns.dns.is_some())?,
        None => Vec::new(),
    };
    let faults = Faults::new(rules, args.mischief, args.seed.0)
        .map_err(|error| Stop::new(Exit::Invalid, format!("--faults: {error}"), ""))?;
    Ok(Some(faults).filter(|faults| !faults.is_empty()))
}

/// How often each fault bent something; mischief made of several rules counts once.
fn hits(shared: &Shared) -> Map<String, Value> {
    let Some(meddling) = shared.meddling() else { return Map::new() };
    let mut faults = meddling.faults();
    faults.plan().hits().map(|(id, hits)| (id.to_owned(), hits.into())).collect()
}

async fn wait(signals: &mut (Signal, Signal)) -> &'static str {
    tokio::select! {
        _ = signals.0.recv() => "SIGTERM",
        _ = signals.1.recv() => "SIGINT",
    }
}

fn config(args: &ServeArgs) -> HostConfig {
    HostConfig {
        realm: args.realm.clone(),
        seed: args.seed.0,
        window: args.window,
        compare: args.compare,
        enabled: !args.disabled,
        activated: !args.not_activated,
        count_floor: args.count,
        foreign: args.foreign,
        strictness: args.strictness,
        scripted: args.refuse,
        ..HostConfig::default()
    }
}

fn setup<'a>(
    args: &'a ServeArgs,
    addrs: &[SocketAddr],
    ntp: Option<SocketAddr>,
    dns: Option<&'a DnsSetup>,
) -> Setup<'a> {
    Setup {
        pid: std::process::id(),
        rpc: addrs.iter().map(|addr| Addr { addr: *addr }).collect(),
        ntp: ntp.map(|addr| Addr { addr }),
        realm: args.realm.as_str(),
        seed: args.seed.0,
        mode: "real",
        window: args.window,
        compare: args.compare,
        clock: args.clock.to_string(),
        count: args.count,
        strictness: args.strictness,
        mischief: args.mischief,
        journal: args.journal.as_ref().map(|path| path.display().to_string()),
        dns,
    }
}

/// An address with its port, 1688 where none is given.
fn address(text: &str) -> Result<SocketAddr, String> {
    values::address(text, PORT)
}

/// A refusal: any code but success.
fn refusal(text: &str) -> Result<Refusal, String> {
    let code = kms_proto::kms::catalogue::parse(text).map_err(|e| e.to_string())?;
    Refusal::new(code).ok_or_else(|| "0 is success, and a refusal is anything else".to_owned())
}

/// A count above 0.
fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "a number above 0".to_owned())
}
