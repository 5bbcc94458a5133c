//! The host's part: it accepts, serves, closes.

use bytes::BytesMut;
use kms_sim::exchange::Exchange;
use kms_sim::net::observer::Ended;
use kms_sim::session::{Session, Step};

use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::history::Exchanged;
use crate::world::wire::Freight;

impl World {
    /// A connection reaches the host's door.
    pub(super) fn knock(&mut self, id: u64) {
        let (draw, now) = (self.draw(), self.now);
        let Some(wire) = self.wires.get_mut(&id) else { return };
        let Some(host) = self.hosts.get_mut(wire.host) else { return };
        let to_client = wire.link.to_client;
        host.accepted += 1;
        wire.ordinal = host.accepted;
        wire.knocking = false;
        wire.progress = now;
        if host.open >= host.max_connections {
            self.tell_opened(id);
            self.tell_closed(id, Ended::Full);
            self.after(to_client, Event::Taken(id));
            self.send_to_client(id, Freight::End);
            return;
        }
        host.open += 1;
        let port = host.address.port();
        wire.server = Some(Session::new(host.session, draw, wire.key, port));
        let idle = host.idle;
        self.tell_opened(id);
        self.after(to_client, Event::Taken(id));
        self.after(idle, Event::Idle(id));
    }

    /// Something arrives at the host.
    pub(super) fn at_host(&mut self, id: u64, freight: Freight) {
        match freight {
            Freight::Bytes(bytes) => {
                let server = self.wires.get_mut(&id).and_then(|wire| wire.server.as_mut());
                if let Some(server) = server {
                    server.receive(&bytes);
                    self.serve(id);
                }
            }
            Freight::End => self.close(id, Ended::Peer),
            Freight::Reset => {
                self.close(id, Ended::Broken(std::io::ErrorKind::ConnectionReset));
            }
        }
    }

    /// Serves every whole PDU received so far.
    fn serve(&mut self, id: u64) {
        let mut out = BytesMut::new();
        let host = self.wires.get(&id).map(|wire| wire.host);
        if let Some((place, next)) = host.and_then(|h| Some((h, self.hosts.get(h)?.exchanges + 1)))
        {
            self.before_exchange(Actor::Host(place), next);
        }
        loop {
            let Some(wire) = self.wires.get_mut(&id) else { return };
            let Some(host) = self.hosts.get_mut(wire.host) else { return };
            let Some(server) = &mut wire.server else { return };
            // Only a call takes the reading; until one comes the host has looked, no more.
            let judged = host.clock.peek(self.now);
            match server.step(&mut host.host, judged.filetime, &mut out) {
                Step::Idle => break,
                Step::Sent(_) => {}
                Step::Called { outcome, .. } => {
                    let judged = host.clock.read(self.now);
                    host.exchanges += 1;
                    let (actor, result) = (Actor::Host(wire.host), outcome.result());
                    self.exchanged(id, judged, outcome);
                    self.after_result(actor, result);
                }
                Step::Close(trouble) => {
                    self.flush(id, out);
                    self.send_to_client(id, Freight::End);
                    return self.close(id, Ended::Session(trouble));
                }
            }
            if let Some(wire) = self.wires.get_mut(&id) {
                wire.progress = self.now;
            }
        }
        self.flush(id, out);
    }

    fn flush(&mut self, id: u64, out: BytesMut) {
        if !out.is_empty() {
            self.send_to_client(id, Freight::Bytes(out.freeze()));
        }
    }

    /// A host has judged a call.
    fn exchanged(
        &mut self,
        id: u64,
        judged: client_sim::clock::reading::Reading,
        exchange: Exchange,
    ) {
        let Some(wire) = self.wires.get(&id) else { return };
        let (host, machine, attempt) = (wire.host, wire.machine, wire.attempt);
        let exchange = Exchange { connection: wire.ordinal, ..exchange };
        let place = self.history.exchanges.len();
        let at = self.since_start();
        let Some(asker) = self.machines.get_mut(machine) else { return };
        // Its machine may have given up meanwhile; the reading it sent is then its last one.
        let client = match &mut asker.trying {
            Some(trying) if trying.ordinal == attempt => {
                trying.exchanges.push(place);
                trying.reading
            }
            _ => match self.history.tries.iter().rev().find(|tried| tried.machine == machine) {
                Some(last) => last.reading,
                None => return,
            },
        };
        let faults = Vec::new();
        let exchanged = Exchanged { at, host, machine, attempt, client, judged, exchange, faults };
        self.tell_exchange(&exchanged);
        self.history.exchanges.push(exchanged);
    }

    /// The host looks whether a connection has gone idle.
    pub(super) fn idle(&mut self, id: u64) {
        let now = self.now;
        let Some(wire) = self.wires.get(&id).filter(|wire| wire.server.is_some()) else { return };
        let Some(host) = self.hosts.get(wire.host) else { return };
        let until = wire.progress.plus(host.idle);
        if until <= now {
            self.send_to_client(id, Freight::End);
            self.close(id, Ended::Idle);
        } else {
            self.queue.put(until, Event::Idle(id));
        }
    }

    /// The host's side is gone.
    pub(super) fn close(&mut self, id: u64, why: Ended) {
        let Some(wire) = self.wires.get_mut(&id) else { return };
        if wire.server.take().is_some() {
            if let Some(host) = self.hosts.get_mut(wire.host) {
                host.open = host.open.saturating_sub(1);
            }
            self.tell_closed(id, why);
        }
        self.forget(id);
    }
}
