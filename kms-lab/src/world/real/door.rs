//! A host's door on sockets: its clock, and what was seen there.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use client_sim::clock::Clock;
use client_sim::clock::reading::Reading;
use kms_proto::time::duration::{NANOS_PER_TICK, Nanos};
use kms_proto::time::{FileTime, Moment};
use kms_sim::exchange::Exchange;
use kms_sim::fault::notes::Notes;
use kms_sim::net::observer::{Ended, Observer};

use crate::clock::Stopwatch;

/// True time, made of this computer's by a scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time {
    pub(super) start: Moment,
    pub(super) scale: f64,
    watch: Stopwatch,
}

impl Time {
    /// True time that begins at `start` now, and runs `scale` times as fast.
    pub(super) fn new(start: Moment, scale: f64) -> Self {
        Self { start, scale, watch: Stopwatch::start() }
    }

    /// True time since the start, on the grain of the wire.
    pub(super) fn since_start(&self) -> Nanos {
        let Nanos(nanos) = Self::scaled_up(self.watch.elapsed(), self.scale);
        Nanos(nanos - nanos.rem_euclid(NANOS_PER_TICK))
    }

    /// This computer's time since the start.
    pub(super) fn elapsed(&self) -> Nanos {
        self.watch.elapsed()
    }

    /// A length of this computer's time, as true time.
    pub(super) fn scaled_up(length: Nanos, scale: f64) -> Nanos {
        scaled(length, scale)
    }

    /// A length of true time, as this computer's.
    pub(super) fn scaled_down(length: Nanos, scale: f64) -> Nanos {
        scaled(length, 1.0 / scale)
    }

    /// Waits until this long after the start.
    pub(super) async fn sleep_until(&self, at: Nanos) {
        let left = Self::scaled_down(Nanos(at.0.saturating_sub(self.since_start().0)), self.scale);
        if left.0 > 0 {
            tokio::time::sleep(Self::length(left)).await;
        }
        // A timer may ring a little early by this clock.
        while self.since_start() < at {
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
    }

    /// True time.
    pub(super) fn now(&self) -> Moment {
        self.start.plus(self.since_start())
    }

    /// A length as timers take it.
    pub(super) fn length(length: Nanos) -> Duration {
        Duration::from_nanos(u64::try_from(length.0).unwrap_or(0))
    }
}

#[expect(
    clippy::float_cmp,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "1 is exact; nothing here waits for 2^53 ns, and a cast from f64 holds at the ends"
)]
fn scaled(length: Nanos, scale: f64) -> Nanos {
    if scale == 1.0 { length } else { Nanos((length.0 as f64 * scale) as i64) }
}

/// What was seen at a door.
#[derive(Debug)]
pub(super) enum Seen {
    /// A connection was opened, from there.
    Opened(u64, String),
    /// A call was judged by this reading.
    Called(Box<Exchange>, Notes, Reading),
    /// Something that is no judged call was bent.
    Bent(u64, Notes),
    /// A connection ended.
    Closed(u64, Ended),
}

/// A host's clock, and what was seen since somebody last asked.
#[derive(Debug)]
pub(super) struct Door {
    time: Time,
    clock: Mutex<(Clock, Reading)>,
    seen: Mutex<Vec<Seen>>,
}

impl Door {
    /// A door whose host has this clock.
    pub(super) fn new(clock: Clock, time: Time) -> Self {
        let reading = clock.peek(time.start);
        Self { time, clock: Mutex::new((clock, reading)), seen: Mutex::new(Vec::new()) }
    }

    /// Takes a reading.
    pub(super) fn read(&self) -> FileTime {
        let at = self.time.start.plus(self.time.since_start());
        let mut inner = locked(&self.clock);
        inner.1 = inner.0.read(at);
        inner.1.filetime
    }

    /// The clock as it is now.
    pub(super) fn clock(&self) -> Clock {
        locked(&self.clock).0.clone()
    }

    /// Gives the host another clock.
    pub(super) fn set_clock(&self, clock: Clock) {
        locked(&self.clock).0 = clock;
    }

    /// What was seen, in order; it is told once.
    pub(super) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *locked(&self.seen))
    }

    fn see(&self, seen: Seen) {
        locked(&self.seen).push(seen);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a server tells of its door; a handle of its own, as the server keeps it.
#[derive(Clone, Debug)]
pub(super) struct Watcher(pub(super) Arc<Door>);

impl Observer for Watcher {
    fn opened(&self, connection: u64, peer: SocketAddr) {
        self.0.see(Seen::Opened(connection, peer.to_string()));
    }

    fn called(&self, _: u64, exchange: &Exchange, notes: &Notes) {
        // The last reading is the one the call was judged by: both are made under the host's lock.
        let reading = locked(&self.0.clock).1;
        self.0.see(Seen::Called(Box::new(*exchange), notes.clone(), reading));
    }

    fn bent(&self, connection: u64, notes: &Notes) {
        self.0.see(Seen::Bent(connection, notes.clone()));
    }

    fn closed(&self, connection: u64, why: Ended) {
        self.0.see(Seen::Closed(connection, why));
    }
}
