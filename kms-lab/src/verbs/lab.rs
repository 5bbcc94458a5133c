//! `kmslab lab`: makes a lab, looks at it, lets its time pass.

mod making;
mod showing;
mod zone;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use client_sim::clock::set::SetTo;
use kms_proto::time::duration::Nanos;

use crate::clock::true_now;
use crate::console::Console;
use crate::exit::Exit;
use crate::happening::Happening;
use crate::lab::Lab;
use crate::lab::export::export;
use crate::lab::locate::file;
use crate::scenario::values;
use crate::stop::Stop;

/// What `kmslab lab` takes.
#[derive(Debug, Args)]
pub struct LabArgs {
    /// The lab; the variable `KMSLAB_LAB`, or ./kmslab.lab, if left out.
    #[arg(long, global = true, value_name = "FILE")]
    pub lab: Option<PathBuf>,
    /// What to do with it.
    #[command(subcommand)]
    pub deed: LabVerb,
}

/// What can be done with a lab.
#[derive(Debug, Subcommand)]
pub enum LabVerb {
    /// Make a lab: a world of one's own, in which time stands still unless told to pass.
    New(making::NewArgs),
    /// List its computers and what their clocks show.
    List(showing::ShowArgs),
    /// Show what was done so far, or what is in DNS.
    Show(zone::ShowArgs),
    /// Let time pass.
    Advance(AdvanceArgs),
    /// Set a clock.
    Set(SetArgs),
    /// Let something happen to a machine.
    Happens(HappensArgs),
    /// Print it as a scenario: what was done becomes steps, what it printed expectations.
    Export,
    /// Forget what was done: the lab is as it was made.
    Reset,
}

/// What `kmslab lab advance` takes.
#[derive(Debug, Args)]
pub struct AdvanceArgs {
    /// How much time passes: 20m, 7d.
    #[arg(value_name = "LENGTH", value_parser = values::length)]
    pub length: Nanos,
}

/// What `kmslab lab set` takes.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// A host, machine, time source or DNS server.
    #[arg(value_name = "MACHINE")]
    pub machine: String,
    /// What of it.
    #[arg(value_name = "clock", value_parser = ["clock"])]
    pub what: String,
    /// What it reads then: true, an offset from true time (+5h), or an instant
    /// (2026-01-01T00:00:00Z).
    #[arg(value_name = "TO", value_parser = values::set_to, allow_hyphen_values = true)]
    pub to: SetTo,
}

/// What `kmslab lab happens` takes.
#[derive(Debug, Args)]
pub struct HappensArgs {
    /// The machine.
    #[arg(value_name = "MACHINE")]
    pub machine: String,
    /// What happens: restarted, hardware-changed, network-changed, service-stopping,
    /// service-started, non-genuine.
    #[arg(value_name = "WHAT", value_parser = Happening::parse)]
    pub what: Happening,
}

/// Does it.
///
/// # Errors
///
/// When there is no such lab, it cannot be written, or the output cannot.
pub fn run(args: &LabArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let file = || file(args.lab.as_ref());
    match &args.deed {
        LabVerb::New(new) => making::run(new, args.lab.as_ref(), console)?,
        LabVerb::List(show) => {
            showing::computers(&mut Lab::open(&file())?, show, console)?;
        }
        LabVerb::Show(show) => zone::run(&mut Lab::open(&file())?, show, console)?,
        LabVerb::Advance(advance) => {
            let true_time = Lab::open(&file())?.change(|present| {
                if present.head.live_since.is_some() {
                    let message = "this lab follows the computer's clock: time passes by itself";
                    return Err(Stop::usage(message, "kmslab lab new without --live"));
                }
                let entry = present.advance(advance.length)?;
                Ok((entry, present.world.now().filetime()))
            })?;
            writeln!(console.out, "{}", showing::seconds(true_time))?;
        }
        LabVerb::Set(set) => {
            let (id, shows) = Lab::open(&file())?.change(|present| {
                present.follow(true_now());
                let actor = present.actor(&set.machine)?;
                if let SetTo::Source(name) = &set.to
                    && !present.world.sources.iter().any(|source| *source.id == **name)
                {
                    let message = format!("there is no time source {name:?} in this lab");
                    return Err(Stop::usage(message, "kmslab lab list"));
                }
                let entry = present.set(actor, set.to.clone());
                let now = present.world.now();
                let shows = present.world.clock(actor).map(|clock| clock.peek(now));
                Ok((entry, (present.world.id(actor).to_owned(), shows)))
            })?;
            if let Some(shows) = shows {
                let (time, off) = (showing::seconds(shows.filetime), shows.injected);
                writeln!(console.out, "{id}  {time}  {off}")?;
            }
        }
        LabVerb::Happens(happens) => Lab::open(&file())?.change(|present| {
            present.follow(true_now());
            let actor = present.actor(&happens.machine)?;
            Ok((present.happens(actor, happens.what)?, ()))
        })?,
        LabVerb::Export => {
            let present = Lab::open(&file())?.look()?;
            write!(console.out, "{}", export(&present))?;
            let included = present.head.sources.iter().skip(1).map(|source| source.name.as_str());
            let included: Vec<&str> = included.collect();
            if !included.is_empty() {
                writeln!(console.err, "kmslab: it includes {}", included.join(", "))?;
            }
        }
        LabVerb::Reset => Lab::open(&file())?.reset()?,
    }
    Ok(Exit::Ok)
}
