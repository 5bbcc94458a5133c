//! A host's door on sockets: its clock, and what was seen there.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use client_sim::clock::Clock;
use client_sim::clock::applied::{Applied, Ask};
use client_sim::clock::operation::Operation;
use client_sim::clock::reading::Reading;
use client_sim::clock::set::SetTo;
use kms_proto::time::duration::{NANOS_PER_TICK, Nanos};
use kms_proto::time::{FileTime, Moment};
use kms_sim::exchange::Exchange;
use kms_sim::fault::notes::Notes;
use kms_sim::host::Host;
use kms_sim::net::meddling::Keeper;
use kms_sim::net::observer::{Ended, Observer};
use kms_sim::net::starving::is_for_want_of_descriptors;
use serde_json::{Map, Value};
use tokio::sync::Notify;

use crate::clock::Stopwatch;
use crate::live_clock::LiveClock;
use crate::scale::scaled;
use crate::world::actor::source::{Source, settled};
use crate::world::outside::Standing;
use crate::world::real::guests::Guests;
use crate::world::real::orders::Orders;

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
    /// An order to the clock, by its place, was carried out before the exchange it waited for; the
    /// host as the order saved it.
    Ordered(usize, Box<Applied>, Option<Box<Host>>),
    /// The system has no descriptor left for a connection.
    TooFew,
    /// A call was judged by this reading.
    Called(Box<Exchange>, Notes, Reading),
    /// Something that is no judged call was bent.
    Bent(u64, Notes),
    /// A connection ended.
    Closed(u64, Ended),
}

/// What is kept at a door.
#[derive(Debug)]
struct Inner {
    clock: LiveClock,
    /// The sources the clock may be set by, as they last were.
    sources: Vec<Source>,
    /// Until when the host does nothing at all.
    asleep: Option<Moment>,
    standing: Orders,
}

/// A host's clock, and what was seen since somebody last asked.
#[derive(Debug)]
pub(super) struct Door {
    time: Time,
    inner: Mutex<Inner>,
    guests: Arc<Guests>,
    seen: Mutex<Vec<Seen>>,
    /// Told whenever something was seen.
    told: Arc<Notify>,
}

impl Door {
    /// A door whose host has this clock, and these orders that wait for its exchanges.
    pub(super) fn new(
        clock: Clock,
        standing: Vec<Standing>,
        time: Time,
        (guests, told): (Arc<Guests>, Arc<Notify>),
    ) -> Self {
        let clock = LiveClock::new(clock, true);
        let standing = Orders::new(standing);
        let inner = Inner { clock, sources: Vec::new(), asleep: None, standing };
        let inner = Mutex::new(inner);
        Self { time, inner, guests, seen: Mutex::new(Vec::new()), told }
    }

    /// Takes a reading.
    pub(super) fn read(&self) -> FileTime {
        let at = self.time.now();
        locked(&self.inner).clock.read(at).filetime
    }

    /// Turns the clock as a rule has it, and takes the last reading anew.
    pub(super) fn turn(&self, id: &str, operation: &Map<String, Value>) -> Option<FileTime> {
        let operation = Operation::from_map(operation.clone()).ok()?;
        let set_by = match &operation {
            Operation::Set(SetTo::Source(name)) => Some(name.clone()),
            _ => None,
        };
        let mut inner = locked(&self.inner);
        let operation = settled(&inner.sources, self.time.now(), &operation).into_owned();
        let applied = inner.clock.turn(&operation)?;
        let reading = inner.clock.last()?.filetime;
        drop(inner);
        self.see(What::Turned(id.to_owned(), operation.name(), Box::new(applied), set_by));
        Some(reading)
    }

    /// The clock as it is now.
    pub(super) fn clock(&self) -> Clock {
        locked(&self.inner).clock.clock().clone()
    }

    /// Gives the host another clock, sources to set it by, and the moment until which it sleeps.
    pub(super) fn set_clock(&self, clock: Clock, sources: &[Source], asleep: Option<Moment>) {
        let mut inner = locked(&self.inner);
        inner.clock.replace(clock);
        inner.sources.clear();
        inner.sources.extend_from_slice(sources);
        inner.asleep = asleep;
    }

    /// Whether orders still wait for exchanges: they may need what was saved of the host.
    pub(super) fn has_orders(&self) -> bool {
        !locked(&self.inner).standing.is_empty()
    }

    /// What was saved of the host, by name.
    pub(super) fn set_saved(&self, saved: BTreeMap<Box<str>, Host>) {
        locked(&self.inner).standing.saved = saved;
    }

    /// Carries out the orders that wait for the exchange that may come next.
    fn before(&self, host: &mut Host) {
        let now = self.time.now();
        let mut inner = locked(&self.inner);
        let Inner { clock, sources, asleep, standing } = &mut *inner;
        let mut done = Vec::new();
        while let Some(order) = standing.next() {
            let operation = settled(sources, now, &order.what);
            let applied = clock.apply(now, &operation);
            if let Some(Ask::Pause(until)) = &applied.asks {
                *asleep = Some(*until);
            }
            let saved = standing.oblige(&applied, host);
            done.push(What::Ordered(order.place, Box::new(applied), saved));
        }
        drop(inner);
        for what in done {
            self.see(what);
        }
    }

    /// How long the host still does nothing at all, of this computer's time.
    fn rests(&self) -> Duration {
        let asleep = locked(&self.inner).asleep;
        let left = asleep.map_or(Nanos(0), |until| until.since(self.time.now()));
        Time::length(scaled(left, 1.0 / self.time.scale))
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

    fn not_accepted(&self, why: &io::Error) {
        if is_for_want_of_descriptors(why) {
            self.0.see(What::TooFew);
        }
    }

    fn called(&self, _: u64, exchange: &Exchange, notes: &Notes) {
        let mut inner = locked(&self.0.inner);
        inner.standing.exchanges += 1;
        // The last reading is the one the call was judged by: both are made under the host's lock.
        let Some(reading) = inner.clock.last() else { return };
        drop(inner);
        self.0.see(What::Called(Box::new(*exchange), notes.clone(), reading));
    }

    fn bent(&self, connection: u64, notes: &Notes) {
        self.0.see(What::Bent(connection, notes.clone()));
    }

    fn closed(&self, connection: u64, why: Ended) {
        self.0.see(What::Closed(connection, why));
    }
}

impl Keeper for Watcher {
    fn rests(&self) -> Duration {
        self.0.rests()
    }

    fn before(&self, host: &mut Host) {
        self.0.before(host);
    }
}
