//! `kmslab sntp`: asks a time server on a real network, as `w32tm /stripchart` does.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use client_sim::clock::Clock;
use client_sim::clock::spec::ClockSpec;
use client_sim::kms_host::KmsHost;
use client_sim::net::sntp;
use client_sim::time_service::sample::{Doubt, Sample};
use client_sim::w32tm::chart::Chart;
use client_sim::w32tm::command::Stripchart;
use kms_proto::draw::Draw;
use kms_proto::ntp::PORT;
use kms_proto::ntp::packet::Packet;
use kms_proto::wire::{Order, Wire};
use serde::Serialize;

use crate::clock::true_now;
use crate::console::Console;
use crate::exit::Exit;
use crate::runtime;
use crate::seed::Seed;
use crate::stop::Stop;
use crate::values;

/// What `kmslab sntp` takes.
#[derive(Debug, Args)]
pub struct SntpArgs {
    /// The server: NAME or NAME:PORT; port 123 if left out.
    pub server: String,
    /// How many times it is asked.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub samples: u32,
    /// How long between two questions, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    pub period: u32,
    /// How long an answer may take.
    #[arg(long, value_name = "LENGTH", default_value = "1s", value_parser = values::length)]
    pub timeout: Duration,
    /// The clock of the machine that asks (see `kmslab clock --help`).
    #[arg(long, value_name = "SPEC", default_value = "0", allow_hyphen_values = true)]
    pub clock: ClockSpec,
    /// The seed of every draw: a number, or random.
    #[arg(long, default_value_t)]
    pub seed: Seed,
    /// Print a JSON line for each answer.
    #[arg(long)]
    pub json: bool,
}

/// An answer as JSON.
#[derive(Serialize)]
struct Line<'a> {
    server: &'a str,
    address: SocketAddr,
    answered: bool,
    /// Why it is not believed, or did not come.
    trouble: Option<String>,
    offset_ns: Option<i64>,
    delay_ns: Option<i64>,
    leap: Option<u8>,
    stratum: Option<u8>,
    reference_id: Option<String>,
}

/// Asks, and prints a line for each question.
///
/// # Errors
///
/// When the name has no address.
pub fn run(args: &SntpArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    runtime::block_on(ask(args, console))?
}

async fn ask(args: &SntpArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let address = resolve(&args.server).await?;
    let mut clock = Clock::new(args.clock, true_now(), Draw::new(args.seed.0), "client");
    let mut chart = Chart::new(Stripchart {
        computer: args.server.clone(),
        period: args.period,
        data_only: false,
        samples: Some(args.samples),
    });
    if !args.json {
        let head = chart.head(address, clock.peek(true_now()).wall);
        console.out.write_all(head.as_bytes())?;
    }
    let mut all_good = true;
    while !chart.is_over() {
        let asked = clock.read(true_now()).wall;
        let question = Chart::request(asked);
        let answer = sntp::ask(address, &question, args.timeout).await;
        let came = clock.read(true_now()).wall;
        let sample =
            answer.as_ref().ok().map(|answer| Sample::new(answer, question.transmit, came));
        all_good &= matches!(sample, Some(Ok(_)));
        let bytes = answer.as_ref().ok().map(|answer| answer.to_bytes(Order::Big));
        let text = chart.line(asked, bytes.as_ref().map(|bytes| (&bytes[..], came)));
        if args.json {
            let line = line(args, address, &answer, sample);
            serde_json::to_writer(&mut console.out, &line).map_err(std::io::Error::from)?;
            writeln!(console.out)?;
        } else {
            console.out.write_all(text.as_bytes())?;
        }
        console.out.flush()?;
        if !chart.is_over() {
            tokio::time::sleep(Duration::from_secs(args.period.into())).await;
        }
    }
    Ok(if all_good { Exit::Ok } else { Exit::Failed })
}

fn line<'a>(
    args: &'a SntpArgs,
    address: SocketAddr,
    answer: &std::io::Result<Packet>,
    sample: Option<Result<Sample, Doubt>>,
) -> Line<'a> {
    let packet = answer.as_ref().ok();
    let good = sample.and_then(Result::ok);
    let trouble = match (answer, sample) {
        (Err(error), _) => Some(error.to_string()),
        (_, Some(Err(doubt))) => Some(doubt.to_string()),
        _ => None,
    };
    Line {
        server: &args.server,
        address,
        answered: packet.is_some(),
        trouble,
        offset_ns: good.map(|sample| sample.offset.0),
        delay_ns: good.map(|sample| sample.delay.0),
        leap: packet.map(|packet| packet.leap.number()),
        stratum: packet.map(|packet| packet.stratum),
        reference_id: packet.map(|packet| packet.reference_id.to_string()),
    }
}

async fn resolve(text: &str) -> Result<SocketAddr, Stop> {
    if let Ok(address) = values::address(text, PORT) {
        return Ok(address);
    }
    let name: KmsHost = match text.rsplit_once(':') {
        Some(_) => text.parse(),
        None => format!("{text}:{PORT}").parse(),
    }
    .map_err(|error| Stop::usage(format!("{text}: {error}"), "a name, such as time.lab.example"))?;
    let found = tokio::net::lookup_host((name.name(), name.port())).await;
    let first = found.ok().and_then(|mut addresses| addresses.next());
    first.ok_or_else(|| {
        Stop::new(Exit::CannotStart, format!("{text} has no address"), "is the name right?")
    })
}
