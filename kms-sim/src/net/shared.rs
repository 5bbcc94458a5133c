//! What all connections of a server share.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kms_proto::time::FileTime;
use tokio::sync::watch;

use crate::host::Host;
use crate::net::meddling::Meddling;
use crate::net::observer::Observer;
use crate::net::options::Options;

/// How the host's clock is read; called once for each call judged.
pub type Now = Box<dyn Fn() -> FileTime + Send + Sync>;

/// What all connections of a server share.
pub struct Shared {
    host: Mutex<Host>,
    now: Now,
    observer: Box<dyn Observer>,
    options: Options,
    connections: AtomicU64,
    meddling: Option<Meddling>,
}

impl Shared {
    /// A host behind a lock, its clock, and who is told what happens.
    pub fn new(host: Host, now: Now, observer: Box<dyn Observer>, options: Options) -> Arc<Self> {
        Arc::new(Self::assembled(host, now, observer, options, None))
    }

    /// The same with faults in force.
    pub fn meddled(
        host: Host,
        now: Now,
        observer: Box<dyn Observer>,
        options: Options,
        meddling: Meddling,
    ) -> Arc<Self> {
        Arc::new(Self::assembled(host, now, observer, options, Some(meddling)))
    }

    fn assembled(
        host: Host,
        now: Now,
        observer: Box<dyn Observer>,
        options: Options,
        meddling: Option<Meddling>,
    ) -> Self {
        let (host, connections) = (Mutex::new(host), AtomicU64::new(0));
        Self { host, now, observer, options, connections, meddling }
    }

    /// The faults in force, if there are any.
    ///
    /// Who takes the host as well takes it first.
    pub fn meddling(&self) -> Option<&Meddling> {
        self.meddling.as_ref()
    }

    /// The host. Hold it shortly: every connection waits for it.
    pub fn host(&self) -> MutexGuard<'_, Host> {
        self.host.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the host's clock reads.
    pub fn now(&self) -> FileTime {
        (self.now)()
    }

    /// How long a peer may take for a PDU.
    pub fn idle(&self) -> Duration {
        self.options.idle
    }

    /// The limits at the door.
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// The ordinal of the next connection, from 1.
    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn observer(&self) -> &dyn Observer {
        &*self.observer
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Returns once the server stops, or is gone.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that the sender is gone: that is a stop too.
    let _ = stop.wait_for(|stopped| *stopped).await;
}
