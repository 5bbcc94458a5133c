//! A stream whose reader may leave before the end: what is said then is said to nobody.
//!
//! A result does not depend on whether somebody listens to the whole of it: `kmslab run … | head`
//! ends with the code of the run, and has written its reports.

use std::io::{self, ErrorKind, Write};

/// Writes to a pipe until its reader has closed it, and from then on to nobody.
#[derive(Debug)]
pub struct Listener<W> {
    to: W,
    gone: bool,
}

impl<W> Listener<W> {
    /// Writes to `to`.
    pub const fn new(to: W) -> Self {
        Self { to, gone: false }
    }

    fn heard<T>(&mut self, told: io::Result<T>, to_nobody: T) -> io::Result<T> {
        match told {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(to_nobody)
            }
            told => told,
        }
    }
}

impl<W: Write> Write for Listener<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(bytes.len());
        }
        let told = self.to.write(bytes);
        self.heard(told, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        let told = self.to.flush();
        self.heard(told, ())
    }
}
