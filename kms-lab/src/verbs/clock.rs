//! `kmslab clock`: reads a clock string and prints what such a clock shows.

use clap::Args;
use client_sim::clock::Clock;
use client_sim::clock::preset::PRESETS;
use client_sim::clock::reading::Reading;
use client_sim::clock::spec::ClockSpec;
use client_sim::clock::wall_time::WallTime;
use kms_proto::draw::Draw;
use kms_proto::text::TextError;
use kms_proto::time::duration::{self, Nanos};
use kms_proto::time::window::Window;
use kms_proto::time::{FileTime, Moment};
use serde::Serialize;

use crate::console::{BAD, Console, GOOD, HEADING};
use crate::exit::Exit;
use crate::stop::Stop;

/// When no samples are asked for: the first seconds, the edge of KMS, the lives of a licence.
const SAMPLES: &str = "0,1s,1m,1h,4h,1d,7d,30d,180d";

/// What `kmslab clock` takes.
#[derive(Debug, Args)]
#[command(after_help = "Clock strings:\n  \
  0  true time            +4h1m  ahead           -30m  behind\n  \
  @2020-02-02T00:00:00Z   shows this at the start, then runs\n  \
  =2020-02-02T00:00:00Z   shows this, stands still\n  \
  then, each once: x2, x0.5 (rate)  +250ppm  jitter:5ms  res:1s\n  \
  local-as-utc:Asia/Kolkata  utc-as-local:Europe/Berlin  filetime:0x0\n  \
  preset:NAME  (kmslab clock --presets lists them)")]
pub struct ClockArgs {
    /// The clock string.
    #[arg(value_name = "SPEC", required_unless_present = "presets", allow_hyphen_values = true)]
    pub spec: Option<String>,
    /// True time at the start, RFC 3339.
    #[arg(long, value_name = "INSTANT", default_value = "2026-01-01T00:00:00Z")]
    pub start: String,
    /// When to sample, as lengths after the start.
    #[arg(long, value_name = "LENGTHS", default_value = SAMPLES)]
    pub at: String,
    /// The window the last column judges by, the host's clock being true.
    #[arg(long, default_value = "4h", allow_hyphen_values = true)]
    pub window: Window,
    /// The seed that jitter is drawn from.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
    /// List the presets.
    #[arg(long, conflicts_with = "spec")]
    pub presets: bool,
}

/// One row.
#[derive(Serialize)]
struct Sample {
    after: Nanos,
    true_time: FileTime,
    shows: FileTime,
    shows_text: String,
    off_by: String,
    saturated: bool,
    inside: bool,
}

/// The whole document.
#[derive(Serialize)]
struct Samples<'a> {
    clock: String,
    start: String,
    window: Window,
    warnings: &'a [String],
    rows: &'a [Sample],
}

/// Prints the samples.
///
/// # Errors
///
/// When the clock, the start or a length cannot be read, or the output cannot be written.
pub fn run(args: &ClockArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let Some(typed) = args.spec.as_deref() else { return presets(console) };
    let spec: ClockSpec =
        typed.parse().map_err(|e| Stop::text("clock", typed, &e, "kmslab clock --help"))?;
    let start: WallTime = args.start.parse().map_err(|e: TextError| {
        Stop::text("--start", &args.start, &e, "--start 2026-01-01T00:00:00Z")
    })?;
    let start = i64::try_from(start.unix_nanos()).map(Moment).map_err(|_| {
        Stop::usage(format!("--start: {} is not in 1678 to 2261", args.start), "a nearer start")
    })?;
    let lengths = lengths(&args.at)?;
    let warnings = spec.warnings();
    let mut clock = Clock::new(spec, start, Draw::new(args.seed), "clock");
    let samples: Vec<Sample> =
        lengths.into_iter().map(|after| sample(&mut clock, start, after, args.window)).collect();
    if args.json {
        let (clock, start) = (spec.to_string(), start.filetime().to_string());
        let samples =
            Samples { clock, start, window: args.window, warnings: &warnings, rows: &samples };
        serde_json::to_writer_pretty(&mut console.out, &samples).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
        return Ok(Exit::Ok);
    }
    for warning in &warnings {
        writeln!(console.err, "kmslab: warning: {warning}")?;
    }
    writeln!(console.out, "clock {spec}   window {}   host clock true", args.window)?;
    let head = format!("{:>8}  {:<29}  {:<29}  {:<22}  KMS", "after", "true", "shows", "off by");
    writeln!(console.out, "{}", console.paint(HEADING, &head))?;
    for row in &samples {
        let verdict = if row.inside {
            console.paint(GOOD, "granted")
        } else {
            console.paint(BAD, "0xC004F06C")
        };
        let (after, off) = (row.after.to_string(), &row.off_by);
        let note = if row.saturated { "  (held at the end of FILETIME)" } else { "" };
        let (truth, shows) = (row.true_time.to_string(), &row.shows_text);
        writeln!(console.out, "{after:>8}  {truth:<29}  {shows:<29}  {off:<22}  {verdict}{note}")?;
    }
    Ok(Exit::Ok)
}

fn sample(clock: &mut Clock, start: Moment, after: Nanos, window: Window) -> Sample {
    let at = start.plus(after);
    let Reading { filetime, injected, saturated, .. } = clock.read(at);
    Sample {
        after,
        true_time: at.filetime(),
        shows: filetime,
        shows_text: filetime.to_string(),
        off_by: injected.to_string(),
        saturated,
        inside: window.holds(injected),
    }
}

/// Reads lengths with commas between them.
fn lengths(text: &str) -> Result<Vec<Nanos>, Stop> {
    let mut before = 0;
    let mut lengths = Vec::new();
    for part in text.split(',') {
        let length = duration::parse(part).map_err(|e| {
            Stop::text("--at", text, &e.after(before), "lengths such as --at 0,90s,1h,4h")
        })?;
        lengths.push(length);
        before += part.chars().count() + 1;
    }
    Ok(lengths)
}

fn presets(console: &mut Console<'_>) -> Result<Exit, Stop> {
    for preset in PRESETS {
        writeln!(
            console.out,
            "preset:{:<24} {:<40} {}",
            preset.name, preset.clock, preset.incident
        )?;
    }
    Ok(Exit::Ok)
}
