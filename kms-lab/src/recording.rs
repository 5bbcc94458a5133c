//! What goes over the sockets of a host, recorded as a capture.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kms_proto::capture::block::{END_LENGTH, is_ended};
use kms_proto::capture::passed::{Passed, Side};
use kms_proto::capture::tape::Tape;
use kms_proto::draw::Draw;
use kms_proto::time::Moment;
use kms_sim::net::tap::{Tap, Taps};

use crate::kept::Kept;
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
    /// All of it could be written.
    whole: bool,
}

/// Where it goes.
#[derive(Debug)]
enum To {
    File(Kept),
    Memory(Vec<u8>),
    /// Nowhere any more: it has ended, or the file could not be written on.
    Nowhere,
}

impl Recording {
    /// A capture in a file; what stands there is left alone until it begins.
    ///
    /// # Errors
    ///
    /// As [`open`].
    pub fn file(path: &Path, seed: u64) -> Result<Arc<Self>, Stop> {
        let tape = Tape::new(APPLICATION, "", &[], Draw::new(seed));
        Ok(Self::new(tape, To::File(open(path)?)))
    }

    /// A capture in memory.
    pub fn memory(tape: Tape) -> Arc<Self> {
        Self::new(tape, To::Memory(Vec::new()))
    }

    fn new(tape: Tape, to: To) -> Arc<Self> {
        Arc::new(Self { inner: Mutex::new(Inner { tape, to, whole: true }) })
    }

    /// Begins it, now that there will be something to capture: what a killed host left in the file is
    /// put aside, and the first blocks are written.
    ///
    /// # Errors
    ///
    /// When that cannot be done.
    pub fn begin(&self) -> Result<(), Stop> {
        let mut inner = self.lock();
        let Inner { tape, to: To::File(file), .. } = &mut *inner else { return Ok(()) };
        file.write(&tape.take()).map_err(|unfit| file.cannot(&unfit.error))
    }

    /// Ends it in order; what is told later is not in it.
    pub fn end(&self, at: Moment) {
        let mut inner = self.lock();
        inner.tape.end(at);
        inner.write();
        if let To::File(_) = inner.to {
            inner.to = To::Nowhere;
        }
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
            To::File(_) | To::Nowhere => Vec::new(),
        }
    }

    /// How many connections are open, as far as was told.
    pub fn connections(&self) -> usize {
        self.lock().tape.connections()
    }

    /// Whether all of it could be written.
    pub fn is_whole(&self) -> bool {
        self.lock().whole
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
            To::File(file) => {
                let Err(unfit) = file.write(&blocks) else { return };
                let kept = if unfit.gone { "what is there can be read" } else { "it is cut" };
                let error = &unfit.error;
                file.say(format_args!(
                    ": {error}: the capture ends here ({kept}), the host serves on"
                ));
                self.to = To::Nowhere;
                self.whole = false;
            }
        }
    }
}

/// Opens a file for a capture.
///
/// # Errors
///
/// When it cannot be made or written, another process writes it, or it is a pipe that nobody reads.
pub fn open(path: &Path) -> Result<Kept, Stop> {
    Kept::open(path, "--pcap", |file| Ok((!ends_in_order(file)?).then(String::new)))
}

fn ends_in_order(file: &mut File) -> io::Result<bool> {
    let length = u64::try_from(END_LENGTH).unwrap_or(0);
    let start = file.seek(SeekFrom::End(0))?.saturating_sub(length);
    file.seek(SeekFrom::Start(start))?;
    let mut last = Vec::new();
    file.take(length).read_to_end(&mut last)?;
    Ok(is_ended(&last))
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
