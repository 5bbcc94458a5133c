//! `kmslab shim`: this program under the names of the commands of Windows.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::console::Console;
use crate::exit::Exit;
use crate::stop::Stop;

/// What `kmslab shim` takes.
#[derive(Debug, Args)]
pub struct ShimArgs {
    /// What to do.
    #[command(subcommand)]
    pub deed: ShimVerb,
}

/// What can be done with the names.
#[derive(Debug, Subcommand)]
pub enum ShimVerb {
    /// Link slmgr, cscript, w32tm, net, ipconfig and wevtutil in a folder, to be put on PATH.
    Install(FolderArgs),
    /// Remove these links again.
    Remove(FolderArgs),
}

/// A folder.
#[derive(Debug, Args)]
pub struct FolderArgs {
    /// The folder; it is made if it is not there.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// The names under which this program is a command of Windows.
pub const NAMES: [&str; 13] = [
    "slmgr",
    "slmgr.vbs",
    "cscript",
    "cscript.exe",
    "wscript.exe",
    "w32tm",
    "w32tm.exe",
    "net",
    "net.exe",
    "ipconfig",
    "ipconfig.exe",
    "wevtutil",
    "wevtutil.exe",
];

/// Makes or removes the links.
///
/// # Errors
///
/// When the folder cannot be written, or has other files of these names.
pub fn run(args: &ShimArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let own = std::env::current_exe().and_then(|path| path.canonicalize());
    let own = own.map_err(|error| {
        Stop::new(Exit::CannotStart, format!("this program's own file: {error}"), "")
    })?;
    match &args.deed {
        ShimVerb::Install(FolderArgs { folder }) => {
            std::fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
            // All or none: a folder with half the names would mix two computers.
            let links = NAMES.map(|name| folder.join(name));
            let missing: Vec<_> = links.iter().filter(|link| !is_ours(link, &own)).collect();
            if let Some(other) = missing.iter().find(|link| link.symlink_metadata().is_ok()) {
                let message = format!(
                    "{} is there already and is none of this program's links; nothing is linked",
                    other.display()
                );
                return Err(Stop::new(Exit::CannotStart, message, "an empty folder"));
            }
            for link in missing {
                make(&own, link).map_err(|error| cannot(link, &error))?;
            }
            let folder = folder.canonicalize().map_err(|error| cannot(folder, &error))?;
            writeln!(console.out, "export PATH=\"{}:$PATH\"", folder.display())?;
        }
        ShimVerb::Remove(FolderArgs { folder }) => {
            // Told apart before any is removed: one may lead through another.
            let links = NAMES.map(|name| folder.join(name));
            let ours: Vec<_> = links.iter().filter(|link| is_ours(link, &own)).collect();
            for link in ours {
                std::fs::remove_file(link).map_err(|error| cannot(link, &error))?;
            }
        }
    }
    Ok(Exit::Ok)
}

/// Whether this is a link to this program.
fn is_ours(link: &Path, own: &Path) -> bool {
    link.is_symlink() && link.canonicalize().is_ok_and(|target| target == own)
}

#[cfg(unix)]
fn make(own: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(own, link)
}

#[cfg(not(unix))]
fn make(own: &Path, link: &Path) -> io::Result<()> {
    std::fs::hard_link(own, link)
}

fn cannot(path: &Path, error: &io::Error) -> Stop {
    Stop::new(Exit::CannotStart, format!("{}: {error}", path.display()), "a folder to write in")
}
