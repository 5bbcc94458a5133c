//! `kmslab serve`: a KMS host on real sockets.

pub mod args;
pub mod dns;
pub mod ntp;
mod ready;
mod unstruck;

use std::net::Ipv4Addr;
use std::sync::Arc;

use client_sim::clock::operation::Operation;
use kms_sim::config::{HostConfig, PORT};
use kms_sim::fault::faults::Faults;
use kms_sim::host::Host;
use kms_sim::ledger::Ledger;
use kms_sim::net::meddling::Meddling;
use kms_sim::net::ntp::NtpServer;
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;
use kms_sim::net::tap::Taps;
use kms_sim::session::config::SessionConfig;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::args::ServeArgs;
use self::dns::DnsSetup;
use self::ready::{Ready, Setup};
use crate::clock::{Stopwatch, true_now};
use crate::console::Console;
use crate::exit::Exit;
use crate::faults_file;
use crate::host_clock::HostClock;
use crate::journal::open::open;
use crate::recorder::Recorder;
use crate::recording::Recording;
use crate::runtime;
use crate::stop::Stop;

/// A file grew beyond what the process may write (`RLIMIT_FSIZE`): its number on Linux and the BSDs.
const SIGXFSZ: i32 = 25;

/// The last line of the journal: a journal without it was cut off.
#[derive(Serialize)]
struct Shutdown {
    signal: &'static str,
    counters: Ledger,
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
    args.places()?;
    runtime::block_on(serve(args, console))?
}

async fn serve(args: &ServeArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let watch = Stopwatch::start();
    let faults = faults(args)?;
    let clock = Arc::new(HostClock::new(args.clock, true_now(), args.seed.0, faults.is_some()));
    let opened = args.journal.as_deref().map(open).transpose()?;
    let journal = opened.as_ref().map(|opened| opened.journal.clone());
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
    let host = Host::new(args.host());
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

    // Only now is what stands in the file in the way.
    recording.as_ref().map_or(Ok(()), |recording| recording.begin())?;
    let ntp = time_server.as_ref().map(NtpServer::addr);
    let setup = Setup::new(args, server.addrs(), ntp, zone.setup.as_ref());
    let first = Ready::new(&setup);
    serde_json::to_writer(&mut console.out, &first).map_err(std::io::Error::from)?;
    writeln!(console.out)?;
    console.out.flush()?;
    // After the ready record, which is the first line on stdout even where the journal goes there.
    recorder.write("ready", &setup);

    let own = zone.setup.as_ref().map(DnsSetup::addr);
    let signal = tokio::select! {
        () = dns::publish::publish(&args.dns, who, rpc, (&shared, &recorder), own) => "",
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
    if let Some(recording) = &recording {
        recording.end(true_now());
    }
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
