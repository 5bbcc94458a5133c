//! The faults of a host on sockets, and the time they go by.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::fault::faults::Faults;
use crate::fault::known::Caller;
use crate::host::Host;

/// How true time since the start is read.
pub type Elapsed = Box<dyn Fn() -> Nanos + Send + Sync>;

/// Who connects from an address, as far as it is known; asked once, before anything is served.
pub type Callers = Box<dyn Fn(SocketAddr) -> Caller + Send + Sync>;

/// Carries out an operation of a rule on the host's clock, and takes the reading anew; `None` where
/// the clock cannot be turned so.
pub type Turns = Box<dyn Fn(&str, &Map<String, Value>) -> Option<FileTime> + Send + Sync>;

/// Who keeps a host beside its faults.
pub trait Keeper: Send + Sync {
    /// How long the host still does nothing at all, of this computer's time. What comes meanwhile
    /// waits.
    fn rests(&self) -> Duration;

    /// The host is about to take what came; its lock is held.
    fn before(&self, host: &mut Host);
}

/// Faults behind a lock.
pub struct Meddling {
    faults: Mutex<Faults>,
    elapsed: Elapsed,
    callers: Option<Callers>,
    turns: Option<Turns>,
    keeper: Option<Box<dyn Keeper>>,
    changed: watch::Sender<()>,
}

impl Meddling {
    /// These faults, by this time.
    pub fn new(faults: Faults, elapsed: Elapsed) -> Self {
        let changed = watch::channel(()).0;
        let faults = Mutex::new(faults);
        Self { faults, elapsed, callers: None, turns: None, keeper: None, changed }
    }

    /// The same, where it is known who connects. Without it a client is its address until its first
    /// request says more.
    ///
    /// Who knows that also learns of clients that found the door shut, and is to say so by
    /// [`Faults::turned_away`]. Without it each shutting of the door counts, whoever finds it shut.
    #[must_use]
    pub fn knowing(self, callers: Callers) -> Self {
        Self { callers: Some(callers), ..self }
    }

    /// The same, whose host has a clock that rules may turn.
    #[must_use]
    pub fn turning(self, turns: Turns) -> Self {
        Self { turns: Some(turns), ..self }
    }

    /// The same, whose host somebody keeps.
    #[must_use]
    pub fn kept(self, keeper: Box<dyn Keeper>) -> Self {
        Self { keeper: Some(keeper), ..self }
    }

    /// Who keeps the host.
    pub(crate) fn keeper(&self) -> Option<&dyn Keeper> {
        self.keeper.as_deref()
    }

    /// The faults. Hold them shortly, and take the host before them where both are needed.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True time since the start.
    pub fn elapsed(&self) -> Nanos {
        (self.elapsed)()
    }

    /// Whether somebody tells of clients that found the door shut.
    pub(crate) const fn knows_who_is_turned_away(&self) -> bool {
        self.callers.is_some()
    }

    /// Who connects from an address.
    pub(crate) fn caller(&self, peer: SocketAddr) -> Caller {
        match &self.callers {
            Some(callers) => callers(peer),
            None => Caller { peer: Some(peer.ip()), ..Caller::default() },
        }
    }

    /// Turns the host's clock as a rule has it.
    pub(crate) fn turn(&self, id: &str, operation: &Map<String, Value>) -> Option<FileTime> {
        self.turns.as_ref().and_then(|turns| turns(id, operation))
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
