//! Lives through a world on sockets: waits for what is due and for what is heard, and lets the
//! world have it.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use kms_proto::time::duration::Nanos;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::clock::Stopwatch;
use crate::scale::scaled;
use crate::world::ended::Ended;
use crate::world::engine::World;
use crate::world::judge::Judge;
use crate::world::outside::Order;
use crate::world::real::door::{Seen, Time, What};
use crate::world::real::line::{Line, Word};
use crate::world::real::loopback::Loopback;
use crate::world::runner::Samples;
use crate::world::wire::Freight;

/// How long connections may take to end.
const GRACE: Duration = Duration::from_secs(1);

/// Lives through a world on sockets.
///
/// Hosts are the sockets' while the driver waits, and the world's while anything happens in it.
pub(super) struct Driver<'w> {
    world: &'w mut World,
    loopback: Loopback,
    time: Time,
    /// How long it may take, of this computer's time.
    length: Nanos,
    /// What machines send, by connection.
    lines: BTreeMap<u64, UnboundedSender<Freight>>,
    /// The world's connection that each open connection of a host is.
    opened: BTreeMap<(usize, u64), u64>,
    say: UnboundedSender<(u64, Word)>,
    words: UnboundedReceiver<(u64, Word)>,
    tasks: JoinSet<()>,
    /// This computer gave no socket, or took no connection, for want of descriptors.
    starves: bool,
}

/// What to do where a run over loopback has too few descriptors.
fn too_few() -> String {
    "too many open files: over loopback a run needs two for each machine that asks at once; raise \
     the limit of open files (ulimit -n), or let fewer machines ask at once (spread), or take mode \
     = \"virtual\""
        .to_owned()
}

impl<'w> Driver<'w> {
    pub(super) fn new(world: &'w mut World, loopback: Loopback, time: Time, length: Nanos) -> Self {
        let (say, words) = unbounded_channel();
        let (lines, opened) = (BTreeMap::new(), BTreeMap::new());
        let (tasks, starves) = (JoinSet::new(), false);
        Self { world, loopback, time, length, lines, opened, say, words, tasks, starves }
    }

    /// Lives until nothing is due and nobody asks any more, or until time is over. What is due later
    /// than there are sockets, and needs none, happens without waiting.
    ///
    /// # Errors
    ///
    /// What this computer does not give that a run over loopback needs, and what to do.
    pub(super) async fn live(
        &mut self,
        judge: &mut Judge<'_>,
        samples: &mut Option<Samples>,
    ) -> Result<Ended, String> {
        let planned = self.world.plan().length;
        let last = planned.min(scaled(self.length, self.time.scale));
        let mut looks = judge.moments().into_iter().peekable();
        loop {
            let due = self.world.next_due().filter(|due| *due <= planned);
            let asking = self.world.listens_until(last).filter(|until| *until <= planned);
            let look = looks.peek().copied();
            let Some(next) = due.into_iter().chain(asking).chain(look).min() else { break };
            if next > last {
                // Nothing is heard any more before the sockets' time is over.
                if asking.is_some() || look.is_some() || !self.lives_on(planned) {
                    return Ok(Ended::Wall);
                }
                break;
            }
            let heard = self.wait(next).await;

            self.loopback.pull(self.world, self.time.now());
            self.hear(heard);
            if self.starves {
                return Err(too_few());
            }
            let now = self.time.since_start().min(last);
            if let Some(samples) = samples {
                samples.take(self.world);
            }
            loop {
                let due = self.world.next_due();
                let look = looks.peek().copied();
                let next = due.into_iter().chain(look).min().filter(|next| *next <= now);
                let Some(next) = next else { break };
                if look == Some(next) && due.is_none_or(|due| due > next) {
                    judge.look(self.world, look);
                    looks.next();
                } else {
                    self.world.due(next);
                }
            }
            let many = self.world.exceeds_exchanges();
            self.loopback.push(self.world);
            self.carry_out();
            if many {
                return Ok(Ended::Exchanges);
            }
            if now >= last {
                return Ok(if last < planned { Ended::Wall } else { Ended::Over });
            }
        }
        if let Some(samples) = samples {
            samples.take(self.world);
        }
        Ok(Ended::Over)
    }

    /// What is left happens without sockets; `false` where it would need one.
    fn lives_on(&mut self, planned: Nanos) -> bool {
        self.loopback.pull(self.world, self.time.now());
        let watch = Stopwatch::start();
        let mut patience = || watch.elapsed() < self.length;
        let done = self.world.live_without_sockets(planned, &mut patience);
        self.loopback.push(self.world);
        done
    }

    /// Waits until this long after the start, or until something is heard.
    async fn wait(&mut self, until: Nanos) -> Vec<(u64, Word)> {
        let mut heard = Vec::new();
        tokio::select! {
            () = self.time.sleep_until(until) => {}
            () = self.loopback.seen.notified() => {}
            word = self.words.recv() => heard.extend(word),
        }
        heard.extend(std::iter::from_fn(|| self.words.try_recv().ok()));
        heard
    }

    /// Takes in what hosts saw and what machines heard; now is then.
    fn hear(&mut self, heard: Vec<(u64, Word)>) {
        for (host, seen) in self.loopback.seen() {
            self.world.set_now(seen.at);
            self.take(host, seen);
        }
        self.world.set_now(self.time.now());
        for (wire, word) in heard {
            match word {
                Word::Taken => self.world.was_taken(wire),
                Word::Nothing(why, shut) => self.world.came_to_nothing(wire, why, shut),
                Word::TooFew => self.starves = true,
                Word::Arrived(freight) => self.arrived(wire, freight),
                Word::Over => {
                    self.lines.remove(&wire);
                    self.world.is_over(wire);
                }
            }
        }
    }

    fn arrived(&mut self, wire: u64, freight: Freight) {
        let shut = match freight {
            Freight::Reset | Freight::End => self.shut_before(wire),
            Freight::Bytes(_) => None,
        };
        if shut.is_some() {
            self.world.came_to_nothing(wire, io::ErrorKind::ConnectionReset, shut);
        } else {
            self.world.arrived(wire, freight);
        }
    }

    /// The moment, if a connection that ends was never seen by its host, whose door is shut: the
    /// system took it, and the door was shut before anybody came for it.
    fn shut_before(&self, wire: u64) -> Option<Nanos> {
        let host = self.world.never_opened(wire)?;
        self.loopback.entrance(host)?.is_shut()
    }

    /// Takes in what a host saw.
    fn take(&mut self, host: usize, seen: Seen) {
        let of = |conn: u64| self.opened.get(&(host, conn)).copied();
        match seen.what {
            What::Opened(conn, who, wire) => {
                if let Some(wire) = wire {
                    self.opened.insert((host, conn), wire);
                }
                self.world.was_opened(host, conn, wire, &who);
            }
            What::Turned(id, op, applied, set_by) => {
                self.world.was_turned(host, &id, op, *applied, set_by.as_deref());
            }
            What::Called(exchange, notes, judged) => {
                if let Some(wire) = of(exchange.connection) {
                    self.world.was_called(wire, judged, &exchange, notes);
                }
            }
            What::Ordered(place, applied, saved) => {
                self.world.was_ordered(host, place, &applied, saved);
            }
            What::TooFew => self.starves = true,
            What::Bent(conn, notes) => self.world.was_bent(host, conn, of(conn), &notes),
            What::Closed(conn, why) => {
                let wire = self.opened.remove(&(host, conn));
                self.world.was_closed(host, conn, wire, why);
            }
        }
    }

    /// Does on sockets what the world asks for.
    fn carry_out(&mut self) {
        for order in self.world.orders() {
            match order {
                Order::Dial { wire, host } => self.dial(wire, host),
                Order::Send(wire, freight) => {
                    // A socket that is closed already said so.
                    let _ = self.lines.get(&wire).map(|line| line.send(freight));
                }
            }
        }
    }

    fn dial(&mut self, wire: u64, host: Option<usize>) {
        let (send, orders) = unbounded_channel();
        self.lines.insert(wire, send);
        let entrance = host.and_then(|host| self.loopback.entrance(host));
        let guest = self.world.guest(wire);
        let guests = self.loopback.guests.clone();
        let bound = move |port| {
            if let Some((id, caller)) = &guest {
                guests.announce(port, id.clone(), caller.clone(), wire);
            }
        };
        let line = Line { wire, orders, words: self.say.clone() };
        self.tasks.spawn(line.live(entrance, bound));
    }

    /// Ends every connection, and tells of their ends; hosts are the world's then.
    pub(super) async fn close(mut self) {
        self.tasks.shutdown().await;
        for server in std::mem::take(&mut self.loopback.servers) {
            server.shutdown(GRACE).await;
        }
        self.loopback.pull(self.world, self.time.now());
        for (host, seen) in self.loopback.seen() {
            self.world.set_now(seen.at);
            self.take(host, seen);
        }
    }
}
