//! The journal of a command: those of its runs, and a last line that says whether it is whole.

use std::fmt;
use std::io::{self, Write};

use kms_proto::time::duration::Nanos;
use serde::Serialize;

use crate::journal::line::{Head, Line};
use crate::signal::Signal;

/// A journal being written.
///
/// Its last line has `"ev":"end"`, the number of all lines as `seq`, and `"whole":true` where every
/// run is in it from beginning to end. A journal without that line was cut off by force.
pub struct SuiteJournal {
    out: Box<dyn Write>,
    lines: u64,
}

/// The last line.
#[derive(Serialize)]
struct End {
    /// Every run is in it from beginning to end.
    whole: bool,
    /// The signal that cut it short, where one did.
    cut_by: Option<Signal>,
    /// Runs there were to be.
    runs: usize,
    /// Runs that are in it from beginning to end.
    done: usize,
}

impl SuiteJournal {
    /// An empty one.
    pub fn new(out: Box<dyn Write>) -> Self {
        Self { out, lines: 0 }
    }

    /// Adds a run's lines.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    pub fn add(&mut self, lines: &[u8]) -> io::Result<()> {
        let count = lines.split(|byte| *byte == b'\n').count().saturating_sub(1);
        self.lines += u64::try_from(count).unwrap_or(u64::MAX);
        self.out.write_all(lines)
    }

    /// Writes the last line: of so many runs, so many are done.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn end(mut self, (runs, done): (usize, usize), cut_by: Option<Signal>) -> io::Result<()> {
        let actor = "kmslab".to_owned();
        let head = Head { since_start: Nanos(0), wall: None, event: "end", actor };
        let end = End { whole: runs == done, cut_by, runs, done };
        serde_json::to_writer(&mut self.out, &Line::new(self.lines + 1, &head, &end))?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}

impl fmt::Debug for SuiteJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SuiteJournal").field("lines", &self.lines).finish_non_exhaustive()
    }
}
