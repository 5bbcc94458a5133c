//! What goes over the sockets of a host, recorded as a capture.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kms_proto::capture::passed::{Passed, Side};
use kms_proto::capture::tape::Tape;
use kms_proto::draw::Draw;
use kms_proto::time::Moment;
use kms_sim::net::tap::{Tap, Taps};

use crate::exit::Exit;
use crate::stop::Stop;

/// What a capture says it was made by.
pub const APPLICATION: &str = concat!("kmslab ", env!("CARGO_PKG_VERSION"));

/// True time, however it passes.
pub type Now = Box<dyn Fn() -> Moment + Send + Sync>;

/// A capture of connections that are open now.
///
/// What one call tells goes out in one write, whole blocks, and before the answer it tells of: a
/// process that is killed leaves a file that can be read.
#[derive(Debug)]
pub struct Recording {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    tape: Tape,
    to: To,
}

/// Where it goes.
#[derive(Debug)]
enum To {
    File {
        file: File,
        path: PathBuf,
        written: u64,
    },
    Memory(Vec<u8>),
    /// Nowhere any more: the file could not be written on.
    Nowhere,
}

impl Recording {
    /// A capture in a file that is made anew.
    ///
    /// # Errors
    ///
    /// When the file cannot be made, or its first blocks not written.
    pub fn file(path: &Path, seed: u64) -> Result<Arc<Self>, Stop> {
        let cannot = |error: io::Error| {
            let message = format!("--pcap: cannot write {}: {error}", path.display());
            Stop::new(
                Exit::CannotStart,
                message,
                "a file in a folder that exists, on a disk with room",
            )
        };
        let mut file = File::create(path).map_err(cannot)?;
        let mut tape = Tape::new(APPLICATION, "", &[], Draw::new(seed));
        let first = tape.take();
        file.write_all(&first).map_err(cannot)?;
        let written = u64::try_from(first.len()).unwrap_or(u64::MAX);
        let to = To::File { file, path: path.to_owned(), written };
        Ok(Arc::new(Self { inner: Mutex::new(Inner { tape, to }) }))
    }

    /// A capture in memory.
    pub fn memory(tape: Tape) -> Arc<Self> {
        Arc::new(Self { inner: Mutex::new(Inner { tape, to: To::Memory(Vec::new()) }) })
    }

    /// A tap on the connections of the host numbered `host`.
    pub fn taps(self: &Arc<Self>, host: u64, now: Now) -> Taps {
        Taps::on(HostTap { recording: self.clone(), host, now })
    }

    /// Takes what a capture in memory has come to.
    pub fn take(&self) -> Vec<u8> {
        let mut inner = self.lock();
        inner.write();
        match &mut inner.to {
            To::Memory(bytes) => std::mem::take(bytes),
            To::File { .. } | To::Nowhere => Vec::new(),
        }
    }

    /// How many connections are open, as far as was told.
    pub fn connections(&self) -> usize {
        self.lock().tape.connections()
    }

    /// Whether all of it could be written.
    pub fn is_whole(&self) -> bool {
        !matches!(self.lock().to, To::Nowhere)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn write(&mut self) {
        let blocks = self.tape.take();
        match &mut self.to {
            To::Nowhere => {}
            To::Memory(bytes) => bytes.extend_from_slice(&blocks),
            To::File { file, path, written } => match file.write_all(&blocks) {
                Ok(()) => *written += u64::try_from(blocks.len()).unwrap_or(0),
                Err(error) => {
                    // What was written of these blocks goes, so that the file ends with a whole one.
                    let cut = file.set_len(*written);
                    let kept = if cut.is_ok() { "what is there can be read" } else { "it is cut" };
                    let path = path.display();
                    // Whoever started the host reads it; when nobody does, it serves on all the same.
                    let _ = writeln!(
                        io::stderr(),
                        "kmslab: --pcap: {path}: {error}: the capture ends here ({kept}), \
                         the host serves on"
                    );
                    self.to = To::Nowhere;
                }
            },
        }
    }
}

/// One host's connections.
struct HostTap {
    recording: Arc<Recording>,
    host: u64,
    now: Now,
}

impl Tap for HostTap {
    fn opened(&self, connection: u64, client: SocketAddr, server: SocketAddr) {
        let mut inner = self.recording.lock();
        let (key, at) = ((self.host, connection), (self.now)());
        inner.tape.open(key, at, (client, server));
        inner.tape.pass(key, at, Side::Client, Passed::Ack);
        inner.write();
    }

    fn passed(&self, connection: u64, side: Side, passed: Passed<'_>) {
        let mut inner = self.recording.lock();
        let (key, at) = ((self.host, connection), (self.now)());
        inner.tape.pass(key, at, side, passed);
        inner.tape.pass(key, at, side.other(), Passed::Ack);
        inner.write();
    }
}

impl fmt::Debug for HostTap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostTap").field("host", &self.host).finish_non_exhaustive()
    }
}
