//! The faults of a host on sockets, and the time they go by.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kms_proto::time::duration::Nanos;
use tokio::sync::watch;

use crate::fault::faults::Faults;

/// How true time since the start is read.
pub type Elapsed = Box<dyn Fn() -> Nanos + Send + Sync>;

/// Faults behind a lock.
pub struct Meddling {
    faults: Mutex<Faults>,
    elapsed: Elapsed,
    changed: watch::Sender<()>,
}

impl Meddling {
    /// These faults, by this time.
    pub fn new(faults: Faults, elapsed: Elapsed) -> Self {
        Self { faults: Mutex::new(faults), elapsed, changed: watch::channel(()).0 }
    }

    /// The faults. Hold them shortly, and take the host before them where both are needed.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True time since the start.
    pub fn elapsed(&self) -> Nanos {
        (self.elapsed)()
    }

    /// Lets connections and listening sockets look again: the process died, or the door shut.
    ///
    /// To be called after a rule was put in force or taken out of it.
    pub fn notify(&self) {
        self.changed.send_replace(());
    }

    /// Woken by [`notify`](Self::notify).
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}

impl fmt::Debug for Meddling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meddling").field("faults", &self.faults).finish_non_exhaustive()
    }
}
