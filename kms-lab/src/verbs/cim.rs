//! `kmslab cim`: what a query of WMI finds on a simulated computer.

use std::path::PathBuf;

use clap::Args;
use kms_proto::windows::wql::answer::answer;

use crate::clock::true_now;
use crate::console::Console;
use crate::exit::Exit;
use crate::lab::Lab;
use crate::lab::locate::{self, file};
use crate::prompt::reply::Reply;
use crate::stop::Stop;

/// What `kmslab cim` takes.
#[derive(Debug, Args)]
#[command(after_help = "The classes are SoftwareLicensingService and SoftwareLicensingProduct. \
The exit code is the low byte of the error's number (0x80041017: invalid query, 0x80041010: no \
such class).")]
pub struct CimArgs {
    /// The query: SELECT * or properties FROM a class, and WHERE.
    #[arg(value_name = "WQL")]
    pub query: String,
    /// The computer, if it is not the lab's first machine or `KMSLAB_MACHINE`.
    #[arg(long = "on", value_name = "MACHINE")]
    pub machine: Option<String>,
    /// The lab; the variable `KMSLAB_LAB`, or ./kmslab.lab, if left out.
    #[arg(long, value_name = "FILE")]
    pub lab: Option<PathBuf>,
}

/// Prints the instances that are found, as a JSON array.
///
/// # Errors
///
/// When there is no such lab or computer, or the output cannot be written.
pub fn run(args: &CimArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let mut present = Lab::open(&file(args.lab.as_ref()))?.look()?;
    present.follow(true_now());
    let computer = locate::computer(args.machine.as_deref());
    let actor = present.computer(computer.as_deref())?;
    match answer(&args.query, |class| present.world.instances(actor, class)) {
        Ok(found) => {
            serde_json::to_writer_pretty(&mut console.out, &found).map_err(std::io::Error::from)?;
            writeln!(console.out)?;
            Ok(Exit::Ok)
        }
        Err(failed) => {
            writeln!(console.err, "{failed} ({})", failed.code())?;
            Ok(Exit::Windows(Reply::failed("", failed.code().0).exit()))
        }
    }
}
