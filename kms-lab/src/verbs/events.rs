//! `kmslab events`: the event log of a simulated computer.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use clap::{ArgGroup, Args};

use crate::clock::true_now;
use crate::console::Console;
use crate::event_log::record::{Record, log};
use crate::event_log::{json, text, xml};
use crate::exit::Exit;
use crate::lab::Lab;
use crate::lab::locate::{self, file};
use crate::stop::Stop;

/// What `kmslab events` takes.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form").multiple(false))]
pub struct EventsArgs {
    /// The computer, if it is not the lab's first machine or `KMSLAB_MACHINE`.
    #[arg(value_name = "MACHINE")]
    pub machine: Option<String>,
    /// The lab; the variable `KMSLAB_LAB`, or ./kmslab.lab, if left out.
    #[arg(long, value_name = "FILE")]
    pub lab: Option<PathBuf>,
    /// Only entries of this log: Application, System, "Key Management Service".
    #[arg(long, value_name = "LOG")]
    pub log: Option<String>,
    /// Only entries of these numbers, separated by commas.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub id: Vec<u16>,
    /// Print JSON, one line an entry.
    #[arg(long, group = "form")]
    pub json: bool,
    /// Print XML as wevtutil does, one line an entry.
    #[arg(long, group = "form")]
    pub xml: bool,
    /// Go on and print entries as they come, until stopped.
    #[arg(long)]
    pub follow: bool,
}

/// How often a lab that is followed is looked at.
const EVERY: Duration = Duration::from_millis(100);

/// Prints the log, oldest entry first.
///
/// # Errors
///
/// When there is no such lab, computer or log, or the output cannot be written.
pub fn run(args: &EventsArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    if let Some(name) = args.log.as_deref().filter(|name| log(name).is_none()) {
        let message = format!("no computer here has a log {name:?}");
        return Err(Stop::usage(message, "Application, System, \"Key Management Service\""));
    }
    let mut lab = Lab::open(&file(args.lab.as_ref()))?;
    let mut told = (0, 0);
    loop {
        let version = lab.version()?;
        let (begun, all) = args.records(&mut lab)?;
        if told.0 != begun {
            // Begun anew: what was told is no more.
            told = (begun, 0);
        }
        for record in all.iter().filter(|record| record.number > told.1 && args.wants(record)) {
            args.print(record, console)?;
        }
        told.1 = all.last().map_or(told.1, |record| record.number);
        console.out.flush()?;
        if !args.follow {
            return Ok(Exit::Ok);
        }
        loop {
            thread::sleep(EVERY);
            if lab.is_live() || lab.version()? != version {
                break;
            }
        }
    }
}

impl EventsArgs {
    /// All there are, and how often the lab was begun anew before.
    fn records(&self, lab: &mut Lab) -> Result<(i64, Vec<Record>), Stop> {
        let mut present = lab.look()?;
        present.follow(true_now());
        let computer = locate::computer(self.machine.as_deref());
        let actor = present.computer(computer.as_deref())?;
        Ok((present.begun, present.world.records(actor)))
    }

    fn wants(&self, record: &Record) -> bool {
        let of_log = self.log.as_deref().and_then(log);
        of_log.is_none_or(|log| log == record.event.log)
            && (self.id.is_empty() || self.id.contains(&record.event.id))
    }

    fn print(&self, record: &Record, console: &mut Console<'_>) -> Result<(), Stop> {
        if self.json {
            let line = json::line(record).map_err(std::io::Error::from)?;
            writeln!(console.out, "{line}")?;
        } else if self.xml {
            writeln!(console.out, "{}", xml::line(record))?;
        } else {
            write!(console.out, "{}", text::entry(record, console))?;
        }
        Ok(())
    }
}
