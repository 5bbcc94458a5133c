//! Reports, journals and plots, and where they go.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::exit::Exit;
use crate::report::outcome::Suite;
use crate::report::{json, junit, tap};
use crate::stop::Stop;

/// A report and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    form: Form,
    /// The file; `-` is stdout.
    pub to: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Junit,
    Json,
    Tap,
}

impl FromStr for Report {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = "one of junit=FILE, json=FILE, tap=FILE; - is stdout";
        let (form, to) = text.split_once('=').ok_or(hint)?;
        let form = match form {
            "junit" => Form::Junit,
            "json" => Form::Json,
            "tap" => Form::Tap,
            _ => return Err(hint.to_owned()),
        };
        if to.is_empty() { Err(hint.to_owned()) } else { Ok(Self { form, to: to.into() }) }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match self.form {
            Form::Junit => "junit",
            Form::Json => "json",
            Form::Tap => "tap",
        };
        write!(f, "{form}={}", self.to.display())
    }
}

/// Opens what is to be written: `-` is stdout.
///
/// # Errors
///
/// When it cannot be written; `what` names the option.
pub fn create(path: &Path, what: &str) -> Result<Box<dyn Write>, Stop> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdout()));
    }
    let file = File::create(path).map_err(|error| {
        let message = format!("{what}: cannot write {}: {error}", path.display());
        Stop::new(Exit::CannotStart, message, "a file in a folder that exists")
    })?;
    Ok(Box::new(BufWriter::new(file)))
}

/// Writes a report.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_report(report: &Report, suite: &Suite) -> Result<(), Stop> {
    let internal = |error: String| Stop::new(Exit::Internal, format!("--report: {error}"), "");
    let text = match report.form {
        Form::Junit => junit::junit(suite).map_err(|error| internal(error.to_string()))?,
        Form::Json => json::json(suite).map_err(|error| internal(error.to_string()))?,
        Form::Tap => tap::tap(suite),
    };
    let mut file = create(&report.to, "--report")?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    Ok(())
}

/// One file a run: `plot.svg`, then `plot-2.svg`.
///
/// # Errors
///
/// When one cannot be written.
pub fn write_plots(path: &Path, plots: &[String]) -> Result<(), Stop> {
    for (number, plot) in (1..).zip(plots) {
        let mut file = create(&numbered(path, number), "--plot")?;
        file.write_all(plot.as_bytes())?;
        file.flush()?;
    }
    Ok(())
}

/// Writes a run's capture: `capture.pcapng`, then `capture-2.pcapng`.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_capture(path: &Path, number: usize, capture: &[u8]) -> Result<(), Stop> {
    let own = numbered(path, number);
    let mut file = create(&own, "--pcap")?;
    file.write_all(capture).and_then(|()| file.flush()).map_err(|error| {
        let message = format!("--pcap: cannot write {}: {error}", own.display());
        Stop::new(Exit::Internal, message, "a disk with room")
    })
}

/// The file of the run with this number, from 1: the first has the name that was given.
fn numbered(path: &Path, number: usize) -> PathBuf {
    if number == 1 {
        return path.to_owned();
    }
    let part = |part: Option<&std::ffi::OsStr>| {
        part.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let (stem, ending) = (part(path.file_stem()), part(path.extension()));
    let dot = if ending.is_empty() { "" } else { "." };
    path.with_file_name(format!("{stem}-{number}{dot}{ending}"))
}
