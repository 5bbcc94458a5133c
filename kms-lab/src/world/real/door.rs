//! A host's door on sockets: its clock, and what was seen there.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use client_sim::clock::Clock;
use client_sim::clock::applied::Applied;
use client_sim::clock::operation::Operation;
use client_sim::clock::reading::Reading;
use client_sim::clock::set::SetTo;
use kms_proto::time::duration::{NANOS_PER_TICK, Nanos};
use kms_proto::time::{FileTime, Moment};
use kms_sim::exchange::Exchange;
use kms_sim::fault::known::Caller;
use kms_sim::fault::notes::Notes;
use kms_sim::net::observer::{Ended, Observer};
use serde_json::{Map, Value};
use tokio::sync::Notify;

use crate::clock::Stopwatch;
use crate::live_clock::LiveClock;
use crate::scale::scaled;
use crate::world::actor::source::{Source, settled};

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
        let Nanos(nanos) = scaled(self.watch.elapsed(), self.scale);
        Nanos(nanos - nanos.rem_euclid(NANOS_PER_TICK))
    }

    /// Waits until this long after the start.
    pub(super) async fn sleep_until(&self, at: Nanos) {
        let left = scaled(Nanos(at.0.saturating_sub(self.since_start().0)), 1.0 / self.scale);
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

/// What was seen at a door, and when.
#[derive(Debug)]
pub(super) struct Seen {
    /// True time.
    pub(super) at: Moment,
    /// What.
    pub(super) what: What,
}

/// What can be seen at a door.
#[derive(Debug)]
pub(super) enum What {
    /// A connection was opened, by this machine or from there; the world's connection it is.
    Opened(u64, String, Option<u64>),
    /// A rule turned the clock before a call was judged; the source it was set by.
    Turned(String, &'static str, Box<Applied>, Option<Box<str>>),
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
    /// The clock, and the sources it may be set by as they last were.
    clock: Mutex<(LiveClock, Vec<Source>)>,
    guests: Arc<Guests>,
    seen: Mutex<Vec<Seen>>,
    /// Told whenever something was seen.
    told: Arc<Notify>,
}

impl Door {
    /// A door whose host has this clock.
    pub(super) fn new(
        clock: Clock,
        time: Time,
        (guests, told): (Arc<Guests>, Arc<Notify>),
    ) -> Self {
        let clock = Mutex::new((LiveClock::new(clock, true), Vec::new()));
        Self { time, clock, guests, seen: Mutex::new(Vec::new()), told }
    }

    /// Takes a reading.
    pub(super) fn read(&self) -> FileTime {
        let at = self.time.now();
        locked(&self.clock).0.read(at).filetime
    }

    /// Turns the clock as a rule has it, and takes the last reading anew.
    pub(super) fn turn(&self, id: &str, operation: &Map<String, Value>) -> Option<FileTime> {
        let operation = Operation::from_map(operation.clone()).ok()?;
        let set_by = match &operation {
            Operation::Set(SetTo::Source(name)) => Some(name.clone()),
            _ => None,
        };
        let mut inner = locked(&self.clock);
        let operation = settled(&inner.1, self.time.now(), &operation).into_owned();
        let applied = inner.0.turn(&operation)?;
        let reading = inner.0.last()?.filetime;
        drop(inner);
        self.see(What::Turned(id.to_owned(), operation.name(), Box::new(applied), set_by));
        Some(reading)
    }

    /// The clock as it is now.
    pub(super) fn clock(&self) -> Clock {
        locked(&self.clock).0.clock().clone()
    }

    /// Gives the host another clock, and sources to set it by.
    pub(super) fn set_clock(&self, clock: Clock, sources: &[Source]) {
        let mut inner = locked(&self.clock);
        inner.0.replace(clock);
        inner.1.clear();
        inner.1.extend_from_slice(sources);
    }

    /// What was seen, in order; it is told once.
    pub(super) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *locked(&self.seen))
    }

    fn see(&self, what: What) {
        let at = self.time.now();
        locked(&self.seen).push(Seen { at, what });
        self.told.notify_one();
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
        let guest = self.0.guests.guest(peer);
        let (who, wire) = guest.unzip();
        let who = who.unwrap_or_else(|| peer.to_string());
        self.0.see(What::Opened(connection, who, wire));
    }

    fn called(&self, _: u64, exchange: &Exchange, notes: &Notes) {
        // The last reading is the one the call was judged by: both are made under the host's lock.
        let Some(reading) = locked(&self.0.clock).0.last() else { return };
        self.0.see(What::Called(Box::new(*exchange), notes.clone(), reading));
    }

    fn bent(&self, connection: u64, notes: &Notes) {
        self.0.see(What::Bent(connection, notes.clone()));
    }

    fn closed(&self, connection: u64, why: Ended) {
        self.0.see(What::Closed(connection, why));
    }
}

/// Which machine has which local port: told before the port connects, so that a host knows who
/// comes as it does in virtual time.
#[derive(Debug, Default)]
pub(super) struct Guests(Mutex<BTreeMap<u16, (String, Caller, u64)>>);

impl Guests {
    /// A machine is about to connect from a port, by a connection of its world.
    pub(super) fn announce(&self, port: u16, id: String, caller: Caller, wire: u64) {
        locked(&self.0).insert(port, (id, caller, wire));
    }

    /// Who connects; of somebody who is no machine of this world, only the address is known.
    pub(super) fn caller(&self, peer: SocketAddr) -> Caller {
        let stranger = || Caller { peer: Some(peer.ip()), ..Caller::default() };
        locked(&self.0).get(&peer.port()).map_or_else(stranger, |(_, caller, _)| caller.clone())
    }

    /// The machine that connects from an address, and by which connection of its world.
    fn guest(&self, peer: SocketAddr) -> Option<(String, u64)> {
        locked(&self.0).get(&peer.port()).map(|(id, _, wire)| (id.clone(), *wire))
    }
}
