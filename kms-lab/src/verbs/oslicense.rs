//! `kmslab oslicense`: what `Get-KmsLicenseInfo` shows of a simulated computer.

use std::path::PathBuf;

use clap::Args;
use kms_proto::windows::os_license::{format_list, kms_license_info};

use crate::clock::true_now;
use crate::console::Console;
use crate::exit::Exit;
use crate::lab::Lab;
use crate::lab::locate::{self, file};
use crate::stop::Stop;

/// What `kmslab oslicense` takes.
#[derive(Debug, Args)]
pub struct OsLicenseArgs {
    /// The computer, if it is not the lab's first machine or `KMSLAB_MACHINE`.
    #[arg(value_name = "MACHINE")]
    pub machine: Option<String>,
    /// The lab; the variable `KMSLAB_LAB`, or ./kmslab.lab, if left out.
    #[arg(long, value_name = "FILE")]
    pub lab: Option<PathBuf>,
    /// Print the object as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Prints the object, as PowerShell's Format-List does or as JSON.
///
/// # Errors
///
/// When there is no such lab or computer, or the output cannot be written.
pub fn run(args: &OsLicenseArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let mut present = Lab::open(&file(args.lab.as_ref()))?.look()?;
    present.follow(true_now());
    let computer = locate::computer(args.machine.as_deref());
    let actor = present.computer(computer.as_deref())?;
    let of = |class| present.world.instances(actor, class).unwrap_or_default();
    let service = of("SoftwareLicensingService").into_iter().next().unwrap_or_default();
    let info = kms_license_info(&service, &of("SoftwareLicensingProduct"));
    if args.json {
        serde_json::to_writer_pretty(&mut console.out, &info).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
    } else {
        write!(console.out, "{}", format_list(&info))?;
    }
    Ok(Exit::Ok)
}
