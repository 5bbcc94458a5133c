//! The journal: NDJSON, one line an event, written before the answer it tells of.

pub mod kept;
pub mod line;
pub mod open;
pub mod period;
pub mod queue;

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::journal::line::{Head, Line};

/// A journal being written.
///
/// Each line goes out in one write, so a process that is killed leaves whole lines behind it. A
/// line that cannot be written is counted, and said once at the end: the host serves on.
pub struct Journal {
    inner: Mutex<Inner>,
}

struct Inner {
    out: Box<dyn Write + Send>,
    line: Vec<u8>,
    written: u64,
    lost: u64,
}

impl Journal {
    /// A journal into `out`.
    pub fn new(out: Box<dyn Write + Send>) -> Self {
        let line = Vec::with_capacity(1024);
        Self { inner: Mutex::new(Inner { out, line, written: 0, lost: 0 }) }
    }

    /// Writes one line; its sequence number is the next.
    pub fn write<B: Serialize>(&self, head: &Head, body: &B) {
        let mut guard = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = &mut *guard;
        inner.line.clear();
        let seq = inner.written + inner.lost + 1;
        let made = serde_json::to_writer(&mut inner.line, &Line::new(seq, head, body));
        inner.line.push(b'\n');
        let whole = made.is_ok()
            && inner.out.write_all(&inner.line).and_then(|()| inner.out.flush()).is_ok();
        if whole {
            inner.written += 1;
        } else {
            inner.lost += 1;
        }
    }

    /// Lets go of what it writes into; later lines are lost, and counted.
    pub fn close(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).out = Box::new(Closed);
    }

    /// Lines written, and lines that could not be.
    pub fn counts(&self) -> (u64, u64) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        (inner.written, inner.lost)
    }
}

/// Where lines go after the end.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("counts", &self.counts()).finish_non_exhaustive()
    }
}
