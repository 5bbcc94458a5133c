//! A report and where it goes.

use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use crate::exit::Exit;
use crate::report::outcome::Suite;
use crate::report::{json, junit, tap};
use crate::stop::Stop;
use crate::suite::output::create;

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

/// A report whose file is open, and empty until it is written: what an earlier command left there
/// is gone before the first run.
pub struct OpenReport {
    form: Form,
    out: Box<dyn Write>,
}

impl Report {
    /// Opens its file.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn open(&self) -> Result<OpenReport, Stop> {
        Ok(OpenReport { form: self.form, out: create(&self.to, "--report")? })
    }
}

impl OpenReport {
    /// Writes it.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(mut self, suite: &Suite) -> Result<(), Stop> {
        let internal = |error: String| Stop::new(Exit::Internal, format!("--report: {error}"), "");
        let text = match self.form {
            Form::Junit => junit::junit(suite).map_err(|error| internal(error.to_string()))?,
            Form::Json => json::json(suite).map_err(|error| internal(error.to_string()))?,
            Form::Tap => tap::tap(suite),
        };
        self.out.write_all(text.as_bytes())?;
        self.out.flush()?;
        Ok(())
    }
}

impl fmt::Debug for OpenReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenReport").field("form", &self.form).finish_non_exhaustive()
    }
}
