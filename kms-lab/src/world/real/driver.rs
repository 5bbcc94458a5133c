//! Lives through a world on sockets: sleeps until the next thing is due, and has it done.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use client_sim::clock::reading::Reading;
use client_sim::kms_host::KmsHost;
use client_sim::net;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::time::duration::Nanos;

use crate::attempt::{How, attempt_at, without_host};
use crate::world::ended::Ended;
use crate::world::engine::World;
use crate::world::engine::real::Errand;
use crate::world::judge::Judge;
use crate::world::real::door::{Seen, Time};
use crate::world::real::loopback::Loopback;
use crate::world::runner::Samples;

/// How long connections may take to end.
const GRACE: Duration = Duration::from_secs(1);

/// Lives through a world on sockets.
pub(super) struct Driver<'w> {
    pub(super) world: &'w mut World,
    pub(super) loopback: Loopback,
    pub(super) time: Time,
    /// How long it may take, of this computer's time.
    pub(super) length: Nanos,
    /// The try each open connection of each host belongs to.
    pub(super) tries: BTreeMap<(usize, u64), Try>,
}

/// A machine's try with a host.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Try {
    machine: usize,
    ordinal: u64,
    /// What the machine's clock read.
    client: Reading,
    /// The faults that had turned its clock.
    turned: Vec<String>,
}

impl Driver<'_> {
    pub(super) async fn live(
        &mut self,
        judge: &mut Judge<'_>,
        samples: &mut Option<Samples>,
    ) -> Ended {
        let length = self.world.plan().length;
        let last = Nanos(Time::scaled_up(self.length, self.time.scale).0.min(length.0));
        let mut looks = judge.moments().into_iter().peekable();
        loop {
            let due = self.world.next_due().filter(|due| *due <= last);
            let look = looks.peek().copied();
            let Some(next) = due.into_iter().chain(look).min() else { break };
            self.time.sleep_until(next).await;
            self.world.set_now(self.time.now());
            if let Some(samples) = samples {
                samples.take(self.world);
            }
            if self.world.exceeds_exchanges() {
                return Ended::Exchanges;
            }
            if self.time.elapsed() > self.length {
                return Ended::Wall;
            }
            if look == Some(next) && due.is_none_or(|due| due > next) {
                judge.look(self.world, look);
                looks.next();
                continue;
            }
            let errands = self.world.due();
            self.loopback.push(self.world);
            for errand in errands {
                self.run_errand(&errand).await;
            }
        }
        if let Some(samples) = samples {
            samples.take(self.world);
        }
        Ended::Over
    }

    /// Ends every connection, and tells of their ends.
    pub(super) async fn close(mut self) {
        let mut doors = Vec::new();
        for (door, _, server) in std::mem::take(&mut self.loopback.doors) {
            server.shutdown(GRACE).await;
            doors.push(door);
        }
        for (host, door) in doors.iter().enumerate() {
            for seen in door.seen() {
                self.take(host, seen);
            }
        }
    }

    /// A machine's attempt that ends where it begins: DNS names no host.
    fn find_nobody(&mut self, errand: &Errand, failure: DnsFailure) {
        self.world.set_now(self.time.now());
        let turned = self.world.about_to_ask(errand.machine);
        let at = self.time.now();
        let began = at.since(self.world.plan().start);
        let Some(actor) = self.world.machines.get_mut(errand.machine) else { return };
        let how = How { version: actor.asks.version, fold: actor.asks.fold, ..How::default() };
        let (machine, clock) = (&mut actor.machine, &mut actor.clock);
        let done = without_host(machine, (clock, at), failure, &how);
        let faults = errand.answered.faults.iter().cloned().chain(turned).collect();
        let (nobody, seen) = (KmsHost::nobody(), (Vec::new(), faults));
        self.world.tried(errand, (None, &nobody), (began, true), done, seen);
    }

    /// A machine's attempt, with one host after the other.
    async fn run_errand(&mut self, errand: &Errand) {
        let after = Time::scaled_down(errand.answered.after, self.time.scale);
        tokio::time::sleep(Time::length(after)).await;
        if let (Some(failure), []) = (errand.answered.why, errand.hosts.as_slice()) {
            return self.find_nobody(errand, failure);
        }
        let count = errand.hosts.len();
        for (tried, name) in (1..).zip(&errand.hosts) {
            let host = self.world.hosts.iter().position(|h| h.address.name() == name.name());
            let listens = host.filter(|host| {
                self.world.hosts.get(*host).is_some_and(|h| h.address.port() == name.port())
            });
            let real = listens.and_then(|host| self.loopback.address(host));
            // Port 9 is discard's, where nobody listens on loopback: the connection is refused.
            let address = real.unwrap_or((Ipv4Addr::LOCALHOST, 9).into());
            self.world.set_now(self.time.now());
            let turned = self.world.about_to_ask(errand.machine);
            self.loopback.push(self.world);
            let at = self.time.now();
            let began = at.since(self.world.plan().start);
            let seed = self.world.plan().seed;
            let Some((id, caller)) = self.world.guest(errand.machine) else { return };
            let Some(actor) = self.world.machines.get_mut(errand.machine) else { return };
            let how = How {
                version: actor.asks.version,
                session: actor.asks.session,
                seed,
                timeout: Time::length(actor.asks.timeout),
                fold: actor.asks.fold,
                n_policy: actor.asks.n_policy,
            };
            let (machine, clock) = (&mut actor.machine, &mut actor.clock);
            let guests = &self.loopback.guests;
            let bound = |port| guests.announce(port, &id, caller.clone());
            let bound: net::Bound<'_> = &bound;
            let from = (errand.ordinal, Some(bound));
            let known = (name, &[address][..]);
            let done = attempt_at(machine, (clock, at), known, &how, from).await;
            self.world.set_now(self.time.now());
            self.loopback.pull(self.world);
            let before = if tried == 1 { errand.answered.faults.clone() } else { Vec::new() };
            let (machine, ordinal, client) = (errand.machine, errand.ordinal, done.reading);
            let (exchanges, faults) = self.hear(&Try { machine, ordinal, client, turned }, before);
            let last = done.outcome.activated() || tried == count;
            self.world.tried(errand, (host, name), (began, last), done, (exchanges, faults));
            if last {
                return;
            }
        }
    }

    /// Takes in what the hosts saw meanwhile: the exchanges of a try, and the faults that bent it,
    /// with those that had bent it `before`.
    fn hear(&mut self, try_: &Try, before: Vec<String>) -> (Vec<usize>, Vec<String>) {
        let (mut exchanges, mut faults) = (Vec::new(), before);
        let mut blame = |bent: &[String]| {
            for fault in bent {
                if !faults.contains(fault) {
                    faults.push(fault.clone());
                }
            }
        };
        blame(&try_.turned);
        let doors: Vec<_> = self.loopback.doors.iter().map(|(door, _, _)| door.clone()).collect();
        for (host, door) in doors.iter().enumerate() {
            for seen in door.seen() {
                let conn = seen.connection();
                if let Seen::Opened(conn, _) = &seen {
                    self.tries.insert((host, *conn), try_.clone());
                }
                let own = conn.and_then(|conn| self.tries.get(&(host, conn)));
                let own = own.is_none_or(|own| own == try_);
                let (bent, exchange) = self.take(host, seen);
                if own {
                    blame(&bent);
                    exchanges.extend(exchange);
                }
            }
        }
        (exchanges, faults)
    }

    /// Takes in what a host saw: the faults it names, and the place of an exchange.
    fn take(&mut self, host: usize, seen: Seen) -> (Vec<String>, Option<usize>) {
        match seen {
            Seen::Called(exchange, mut notes, judged) => {
                let of = self.tries.get(&(host, exchange.connection));
                let Some(Try { machine, ordinal, client, turned }) = of else {
                    return (Vec::new(), None);
                };
                notes.faults.splice(0..0, turned.iter().cloned());
                let faults = notes.faults.clone();
                let (who, readings) = ((host, *machine, *ordinal), (*client, judged));
                return (faults, Some(self.world.judged(who, readings, &exchange, notes)));
            }
            Seen::Bent(conn, notes) => {
                self.world.bent_on(host, conn, &notes);
                return (notes.faults, None);
            }
            Seen::Turned(id, op, applied) => self.world.turned_on(host, &id, op, *applied),
            Seen::Opened(conn, peer) => {
                if let Some(host) = self.world.hosts.get_mut(host) {
                    host.accepted += 1;
                }
                self.world.tell_opened_on(host, conn, &peer);
            }
            Seen::Closed(conn, why) => {
                self.tries.remove(&(host, conn));
                self.world.tell_closed_on(host, conn, why);
            }
        }
        (Vec::new(), None)
    }
}
