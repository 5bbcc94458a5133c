//! `kmslab reproduce`: the story, told and checked.

use std::io;
use std::path::PathBuf;

use clap::Args;
use client_sim::clock::spec::ClockSpec;
use kms_proto::kms::catalogue::parse;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::version::Version;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;
use serde::Serialize;

use crate::console::Console;
use crate::errors::play::{Played, play};
use crate::errors::table::{Reproduction, find};
use crate::errors::text as text_of_error;
use crate::exit::Exit;
use crate::recording::open;
use crate::runtime;
use crate::seed::Seed;
use crate::stop::Stop;
use crate::story::act::invalid_timestamp;
use crate::story::stage::Setting;
use crate::story::text;
use crate::story::whole::STORY;
use crate::values;

/// What `kmslab reproduce` takes.
#[derive(Debug, Args)]
pub struct ReproduceArgs {
    /// The code to reproduce, by a scenario of its own; without one the whole story of 0xC004F06C is
    /// told. Both in virtual time.
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
    /// List the codes that can be reproduced, and by what.
    #[arg(long, conflicts_with = "code")]
    pub list: bool,
    /// The seed of every draw: a number, or random.
    #[arg(long)]
    pub seed: Option<Seed>,
    /// Write what went over the connections as a capture (pcapng).
    #[arg(long, value_name = "FILE", value_parser = values::capture())]
    pub pcap: Option<PathBuf>,
    /// Print what happened and what was expected as one JSON document.
    #[arg(long)]
    pub json: bool,
    /// The choices over real sockets.
    #[command(flatten)]
    pub over_tcp: OverTcp,
}

/// What can be chosen about the middle of the story, over real sockets.
#[derive(Debug, Args)]
#[command(next_help_heading = "Over TCP (each of these means --tcp)")]
pub struct OverTcp {
    /// Tell only the refusal and the repair, between a host and a member on loopback.
    #[arg(long, conflicts_with_all = ["code", "list"])]
    pub tcp: bool,
    /// What is wrong with the member's clock (see `kmslab clock --help`); +1d if left out.
    #[arg(long, value_name = "SPEC", allow_hyphen_values = true)]
    #[arg(conflicts_with_all = ["code", "list"])]
    pub clock: Option<ClockSpec>,
    /// How far it may be off for the host, edge included: 4h, -30m..+4h, off; 4h if left out.
    #[arg(long, allow_hyphen_values = true, conflicts_with_all = ["code", "list"])]
    pub window: Option<Window>,
    /// The KMS protocol version spoken: 4, 5 or 6; 6 if left out.
    #[arg(long, value_parser = values::protocol, conflicts_with_all = ["code", "list"])]
    pub protocol: Option<Version>,
    /// The realm whose seal both take; kms-lab if left out.
    #[arg(long, conflicts_with_all = ["code", "list"])]
    pub realm: Option<Realm>,
}

impl OverTcp {
    /// Whether the story is to be told over real sockets.
    const fn is_wanted(&self) -> bool {
        self.tcp
            || self.clock.is_some()
            || self.window.is_some()
            || self.protocol.is_some()
            || self.realm.is_some()
    }
}

/// Plays the story, or the scenario of a code; succeeds only if every surface showed what is
/// documented.
///
/// # Errors
///
/// When the code is none this verb knows, no port can be had, or the output cannot be written.
pub fn run(args: &ReproduceArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    if args.list {
        text_of_error::list(console)?;
        return Ok(Exit::Ok);
    }
    match &args.code {
        Some(code) => error(code, args, console),
        None if args.over_tcp.is_wanted() => over_tcp(args, console),
        None => played(&STORY, args, text_of_error::write_story, console),
    }
}

/// One code, by its scenario.
fn error(code: &str, args: &ReproduceArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let code =
        parse(code).map_err(|e| Stop::text("CODE", code, &e, "kmslab reproduce 0xC004F06C"))?;
    let Some(reproduction) = find(code) else {
        return Err(Stop::usage(
            format!("{code} cannot be reproduced by a scenario"),
            format!(
                "kmslab reproduce --list, kmslab explain {code}, or kmslab serve --refuse {code}"
            ),
        ));
    };
    played(reproduction, args, text_of_error::write, console)
}

/// Plays a scenario, and tells and judges what came of it.
fn played(
    reproduction: &Reproduction,
    args: &ReproduceArgs,
    write: impl FnOnce(&Played, &mut Console<'_>) -> io::Result<()>,
    console: &mut Console<'_>,
) -> Result<Exit, Stop> {
    let file =
        args.pcap.as_deref().map(|path| runtime::block_on(async { open(path) })?).transpose()?;
    let played = play(reproduction, args.seed.map(|seed| seed.0), args.pcap.is_some())
        .map_err(|broken| Stop::new(Exit::Internal, broken.to_string(), ""))?;
    if let Some(mut file) = file {
        file.write(&played.capture).map_err(|unfit| file.cannot(&unfit.error))?;
    }
    if args.json {
        document(&played, console)?;
    } else {
        write(&played, console)?;
    }
    Ok(if played.reproduced { Exit::Ok } else { Exit::Failed })
}

/// The middle of the story, between two computers on loopback.
fn over_tcp(args: &ReproduceArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let of = &args.over_tcp;
    let setting = Setting {
        realm: of.realm.clone().unwrap_or_default(),
        seed: args.seed.unwrap_or_default().0,
        window: of.window.unwrap_or_default(),
        clock: of.clock.unwrap_or_else(|| ClockSpec::offset(Nanos::hours(24))),
        protocol: of.protocol.unwrap_or(Version::V6),
        pcap: args.pcap.clone(),
    };
    let story = runtime::block_on(invalid_timestamp(&setting))??;
    if args.json {
        document(&story, console)?;
    } else {
        text::write(&story, console)?;
    }
    Ok(if story.reproduced { Exit::Ok } else { Exit::Failed })
}

fn document(told: &impl Serialize, console: &mut Console<'_>) -> Result<(), Stop> {
    serde_json::to_writer_pretty(&mut console.out, told).map_err(io::Error::from)?;
    writeln!(console.out)?;
    Ok(())
}
