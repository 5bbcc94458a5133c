//! Where a journal goes: a file, or stdout.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::exit::Exit;
use crate::journal::Journal;
use crate::journal::kept::Lines;
use crate::journal::queue::{Drained, Queue};
use crate::stop::Stop;

/// A journal that was opened, and how it is closed.
#[derive(Debug)]
pub struct Opened {
    /// The journal.
    pub journal: Arc<Journal>,
    drained: Option<Drained>,
}

/// Opens a journal: `-` is stdout, anything else a file that is made anew with its first line.
///
/// A file is written before the answer a line tells of. Stdout may be a pipe that nobody reads, so
/// its lines are queued, and those a reader is too far behind for are counted as lost.
///
/// # Errors
///
/// When the file cannot be made, another process writes it, or it is a pipe that nobody reads.
pub fn open(path: &Path) -> Result<Opened, Stop> {
    if path.as_os_str() == "-" {
        let cannot = |error: io::Error| {
            let message = format!("--journal: cannot write to stdout: {error}");
            Stop::new(Exit::CannotStart, message, "a file")
        };
        // A descriptor of its own: a reader that stalls must not hold the lock of our stdout.
        let stdout = io::stdout().as_fd().try_clone_to_owned().map_err(cannot)?;
        let (queue, drained) = Queue::before(File::from(stdout)).map_err(cannot)?;
        let journal = Arc::new(Journal::new(Box::new(queue)));
        return Ok(Opened { journal, drained: Some(drained) });
    }
    let lines = Lines::open(path)?;
    Ok(Opened { journal: Arc::new(Journal::new(Box::new(lines))), drained: None })
}

impl Opened {
    /// Closes it, giving a slow reader `patience`; says how many lines did not get through, or
    /// `None` where the reader still has not taken what was queued.
    pub fn close(&self, patience: Duration) -> Option<u64> {
        self.journal.close();
        let through = self.drained.as_ref().is_none_or(|drained| drained.within(patience));
        through.then(|| self.journal.counts().1)
    }
}
