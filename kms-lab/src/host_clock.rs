//! A host's clock in real time: a clock model fed by this computer's clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use client_sim::clock::Clock;
use client_sim::clock::reading::Reading;
use client_sim::clock::spec::ClockSpec;
use kms_proto::draw::Draw;
use kms_proto::time::{FileTime, Moment};

use crate::clock::true_now;

/// The clock of a host that runs in real time, and what it last gave.
///
/// The last reading is the one the exchange being answered was judged by: readings are taken and
/// journal lines written under the host's lock.
#[derive(Debug)]
pub struct HostClock {
    inner: Mutex<(Clock, Option<Reading>)>,
}

impl HostClock {
    /// A clock that was wrong as `spec` says when its host started.
    pub fn new(spec: ClockSpec, start: Moment, seed: u64) -> Self {
        Self::of("host", spec, start, seed)
    }

    /// The same, of an actor whose draws go by this name.
    pub fn of(actor: &str, spec: ClockSpec, start: Moment, seed: u64) -> Self {
        let clock = Clock::new(spec, start, Draw::new(seed), actor);
        Self { inner: Mutex::new((clock, None)) }
    }

    /// Takes a reading.
    pub fn read(&self) -> FileTime {
        let at = true_now();
        let mut inner = self.lock();
        let reading = inner.0.read(at);
        inner.1 = Some(reading);
        reading.filetime
    }

    /// What it last gave; `None` before the first reading.
    pub fn last(&self) -> Option<Reading> {
        self.lock().1
    }

    /// The clock string it was started with.
    pub fn spec(&self) -> ClockSpec {
        *self.lock().0.spec()
    }

    fn lock(&self) -> MutexGuard<'_, (Clock, Option<Reading>)> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
