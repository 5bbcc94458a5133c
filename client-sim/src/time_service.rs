//! The Windows Time service as a state machine without sockets or clocks of its own.
//!
//! It is told what true time it is (for its timers, which run on a counter nobody sets) and what
//! the machine's clock reads (for the packets), and says what is to be done: ask a peer, turn the
//! clock, write an event. `docs/choices.md` says where it is simpler than Windows.

pub mod act;
pub mod correction;
pub mod discipline;
pub mod enact;
pub mod limit;
pub mod manual_peer;
pub mod outcome;
pub mod peer;
mod running;
pub mod sample;
pub mod settings;

use kms_proto::time::duration::Nanos;
use kms_proto::time::{FileTime, Moment};

use crate::time_service::act::Act;
use crate::time_service::outcome::Outcome;
use crate::time_service::peer::From;
pub use crate::time_service::running::Running;
use crate::time_service::settings::Settings;

/// How long a peer may take to answer.
pub const PATIENCE: Nanos = Nanos::seconds(1);

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// An answer.
    Packet {
        /// Its bytes.
        bytes: &'a [u8],
        /// Who gave it.
        from: From,
    },
    /// No answer came in time, or the peer's port is closed.
    Silence,
    /// There is no such peer: no domain controller was found, or the name has no address.
    NotFound,
}

/// The service of one machine: what the registry says, and the service while it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeService {
    /// The settings; a running service takes them over when it is told to, or starts anew.
    pub registry: Settings,
    running: Option<Running>,
    /// Questions asked, over all starts.
    asked: u64,
}

impl TimeService {
    /// A service that does not run yet.
    pub fn new(registry: Settings) -> Self {
        Self { registry, running: None, asked: 0 }
    }

    /// Whether it runs.
    pub const fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// The service while it runs.
    pub const fn running(&self) -> Option<&Running> {
        self.running.as_ref()
    }

    /// Starts it; one that runs goes on as it was.
    pub fn start(&mut self, now: Moment, wall: FileTime) -> Vec<Act> {
        if self.running.is_none() {
            self.running = Some(Running::new(self.registry.clone(), now));
            let mut acts = self.running.as_ref().map(Running::greeting).unwrap_or_default();
            acts.extend(self.poll(now, wall));
            return acts;
        }
        Vec::new()
    }

    /// Stops it: answers to what it asked come too late. A resynchronisation under way ends.
    ///
    /// Returns what a command that waits for one is told.
    pub fn stop(&mut self) -> Option<Outcome> {
        let running = self.running.take()?;
        running.awaits_resync().then_some(Outcome::ShutDown)
    }

    /// The running service takes over what the registry says, and asks its sources anew.
    pub fn update(&mut self, now: Moment, wall: FileTime) -> Vec<Act> {
        if let Some(running) = &mut self.running {
            running.update(self.registry.clone(), now);
        }
        self.poll(now, wall)
    }

    /// When it wants to be woken next, in true time.
    pub fn due(&self) -> Option<Moment> {
        self.running.as_ref()?.due()
    }

    /// Does what is due.
    pub fn poll(&mut self, now: Moment, wall: FileTime) -> Vec<Act> {
        let asked = &mut self.asked;
        self.running.as_mut().map(|running| running.poll(now, wall, asked)).unwrap_or_default()
    }

    /// Takes the answer to question `id`; one that nobody waits for is ignored.
    pub fn answer(
        &mut self,
        now: Moment,
        wall: FileTime,
        id: u64,
        answer: &Answer<'_>,
    ) -> Vec<Act> {
        let running = self.running.as_mut();
        running.map(|running| running.answer(now, wall, id, answer)).unwrap_or_default()
    }

    /// Sets the clock now: all sources are asked at once, and what they say is believed at once.
    ///
    /// `rediscover` forgets how often they were not found.
    pub fn resync(&mut self, now: Moment, wall: FileTime, rediscover: bool) -> Vec<Act> {
        let asked = &mut self.asked;
        let running = self.running.as_mut();
        running.map(|running| running.resync(now, wall, rediscover, asked)).unwrap_or_default()
    }

    /// What came of the last resynchronisation, once it has ended; told once.
    pub fn resynced(&mut self) -> Option<Outcome> {
        self.running.as_mut()?.resynced()
    }

    /// Somebody else set the clock: corrections under way have ended.
    pub fn clock_was_set(&mut self) {
        if let Some(running) = &mut self.running {
            running.clock_was_set();
        }
    }
}
