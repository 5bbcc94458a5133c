//! `kmslab reproduce`: the story, told and checked.

use std::path::{Path, PathBuf};

use clap::Args;
use client_sim::clock::spec::ClockSpec;
use kms_proto::kms::catalogue::parse;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::version::Version;
use kms_proto::time::window::Window;
use serde::Serialize;

use crate::console::Console;
use crate::errors::play::play;
use crate::errors::table::find;
use crate::errors::text as text_of_error;
use crate::exit::Exit;
use crate::runtime;
use crate::seed::Seed;
use crate::stop::Stop;
use crate::story::act::invalid_timestamp;
use crate::story::stage::Setting;
use crate::story::text;
use crate::values;

/// What `kmslab reproduce` takes.
#[derive(Debug, Args)]
pub struct ReproduceArgs {
    /// The code to reproduce, in virtual time; without one the story of 0xC004F06C is told, over
    /// real sockets.
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
    /// List the codes that can be reproduced, and by what.
    #[arg(long, conflicts_with = "code")]
    pub list: bool,
    /// What is wrong with the member's clock (see `kmslab clock --help`).
    #[arg(long, value_name = "SPEC", default_value = "+1d", allow_hyphen_values = true)]
    pub clock: ClockSpec,
    /// How far it may be off for the host, edge included: 4h, -30m..+4h, off.
    #[arg(long, default_value = "4h", allow_hyphen_values = true)]
    pub window: Window,
    /// The KMS protocol version spoken: 4, 5 or 6.
    #[arg(long, default_value = "6", value_parser = values::protocol)]
    pub protocol: Version,
    /// The realm whose seal both take.
    #[arg(long, default_value_t)]
    pub realm: Realm,
    /// The seed of every draw: a number, or random.
    #[arg(long)]
    pub seed: Option<Seed>,
    /// Write what went over the connections as a capture (pcapng): over sockets in the story, in
    /// virtual time where a code is given.
    #[arg(long, value_name = "FILE")]
    pub pcap: Option<PathBuf>,
    /// Print the story as one JSON document.
    #[arg(long)]
    pub json: bool,
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
        None => story(args, console),
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
    let played = play(reproduction, args.seed.map(|seed| seed.0), args.pcap.is_some())
        .map_err(|broken| Stop::new(Exit::Internal, broken.to_string(), ""))?;
    if let Some(path) = &args.pcap {
        write_capture(path, &played.capture)?;
    }
    if args.json {
        document(&played, console)?;
    } else {
        text_of_error::write(&played, console)?;
    }
    Ok(if played.reproduced { Exit::Ok } else { Exit::Failed })
}

fn story(args: &ReproduceArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let setting = Setting {
        realm: args.realm.clone(),
        seed: args.seed.unwrap_or_default().0,
        window: args.window,
        clock: args.clock,
        protocol: args.protocol,
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

/// Writes the capture of a scenario.
fn write_capture(path: &Path, capture: &[u8]) -> Result<(), Stop> {
    std::fs::write(path, capture).map_err(|error| {
        let message = format!("--pcap: cannot write {}: {error}", path.display());
        Stop::new(Exit::CannotStart, message, "a file in a folder that exists, on a disk with room")
    })
}

fn document(told: &impl Serialize, console: &mut Console<'_>) -> Result<(), Stop> {
    serde_json::to_writer_pretty(&mut console.out, told).map_err(std::io::Error::from)?;
    writeln!(console.out)?;
    Ok(())
}
