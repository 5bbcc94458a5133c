//! Reports, journals and plots, and where they go.

pub mod journal;
pub mod per_run;
pub mod places;
pub mod report;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::exit::Exit;
use crate::listener::Listener;
use crate::stop::Stop;

/// Opens what is to be written, and empties it: `-` is stdout.
///
/// # Errors
///
/// When it cannot be written; `what` names the option.
pub fn create(path: &Path, what: &str) -> Result<Box<dyn Write>, Stop> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(Listener::new(io::stdout())));
    }
    let file = File::create(path).map_err(|error| {
        let message = format!("{what}: cannot write {}: {error}", path.display());
        Stop::new(Exit::CannotStart, message, "a file in a folder that exists")
    })?;
    Ok(Box::new(BufWriter::new(file)))
}
