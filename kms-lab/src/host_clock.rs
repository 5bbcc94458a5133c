//! A host's clock in real time: a clock model fed by this computer's clock.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use client_sim::clock::Clock;
use client_sim::clock::applied::Applied;
use client_sim::clock::operation::Operation;
use client_sim::clock::reading::Reading;
use client_sim::clock::spec::ClockSpec;
use kms_proto::draw::Draw;
use kms_proto::time::{FileTime, Moment};

use crate::clock::true_now;
use crate::live_clock::LiveClock;

/// The clock of a host that runs in real time, and what it last gave.
///
/// The last reading is the one the exchange being answered was judged by: readings are taken and
/// journal lines written under the host's lock.
pub struct HostClock {
    inner: Mutex<LiveClock>,
    system: Box<dyn Fn() -> Moment + Send + Sync>,
}

impl HostClock {
    /// A clock that was wrong as `spec` says when its host started; one that is `turnable` may be
    /// turned by faults.
    pub fn new(spec: ClockSpec, start: Moment, seed: u64, turnable: bool) -> Self {
        let clock = Clock::new(spec, start, Draw::new(seed), "host");
        Self::over(LiveClock::new(clock, turnable), Box::new(true_now))
    }

    /// A clock nobody turns, of an actor whose draws go by this name.
    pub fn of(actor: &str, spec: ClockSpec, start: Moment, seed: u64) -> Self {
        let clock = Clock::new(spec, start, Draw::new(seed), actor);
        Self::over(LiveClock::new(clock, false), Box::new(true_now))
    }

    /// A clock fed by another than this computer's.
    ///
    /// Whenever what feeds it jumps, so does it: each reading is made from the moment it is taken
    /// at, and from no reading before.
    pub fn over(clock: LiveClock, system: Box<dyn Fn() -> Moment + Send + Sync>) -> Self {
        Self { inner: Mutex::new(clock), system }
    }

    /// Takes a reading.
    pub fn read(&self) -> FileTime {
        let at = (self.system)();
        self.lock().read(at).filetime
    }

    /// Takes the last reading back, turns the clock at that moment, and takes the reading anew.
    pub fn turn(&self, operation: &Operation) -> Option<Applied> {
        self.lock().turn(operation)
    }

    /// What it last gave; `None` before the first reading.
    pub fn last(&self) -> Option<Reading> {
        self.lock().last()
    }

    /// The clock string it was started with.
    pub fn spec(&self) -> ClockSpec {
        *self.lock().clock().spec()
    }

    fn lock(&self) -> MutexGuard<'_, LiveClock> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for HostClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostClock").field("inner", &self.inner).finish_non_exhaustive()
    }
}
