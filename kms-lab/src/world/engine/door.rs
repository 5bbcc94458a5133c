//! What travels between machines and hosts, and when it arrives.

use bytes::BytesMut;
use client_sim::net::error::Stage;
use kms_proto::draw::Draw;
use kms_proto::time::Moment;

use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::wire::{Freight, Wire};

impl World {
    /// A machine opens a connection to a port of this host.
    pub(super) fn dial(&mut self, place: usize, host: usize, port: u16) {
        let listens = self.hosts.get(host).is_some_and(|h| h.serves && h.address.port() == port);
        let (id, now) = (self.wires.opened() + 1, self.now);
        let Some(machine) = self.machines.get_mut(place) else { return };
        let link = machine.links.get(host).copied().unwrap_or_default();
        let (requests, asks) = (machine.requests, machine.asks);
        let Some(trying) = &mut machine.trying else { return };
        trying.wire = id;
        trying.stage = Stage::Connect;
        let wire = Wire {
            host,
            machine: place,
            attempt: trying.ordinal,
            asked: trying.reading,
            link,
            key: key(&machine.id, requests),
            opened: requests,
            knocking: listens,
            ordinal: 0,
            server: None,
            client: true,
            at_host: now,
            at_client: now,
            progress: now,
        };
        self.wires.open(wire);
        if self.outside.is_some() {
            self.dial_outside(id, listens.then_some(host));
        } else if listens {
            self.after(link.to_host, Event::Knock(id));
        } else {
            self.tape_refused(id, now.plus(link.to_host), port);
            let way = kms_proto::time::duration::Nanos(link.to_host.0 + link.to_client.0);
            self.after(way, Event::Refused(id));
        }
        let (connect, call) = (asks.connect.min(asks.timeout), asks.timeout);
        self.after(self.patience(connect), Event::TooLate(id, Stage::Connect));
        self.after(self.patience(call), Event::TooLate(id, Stage::Call));
    }

    /// Bytes leave the machine.
    pub(super) fn say(&mut self, id: u64, out: BytesMut) {
        if !out.is_empty() {
            self.send_to_host(id, Freight::Bytes(out.freeze()));
        }
    }

    /// The machine is done with a connection, and says so.
    pub(super) fn leave(&mut self, id: u64, how: Freight) {
        self.send_to_host(id, how);
        self.hang_up(id);
    }

    /// The machine's side is gone.
    pub(super) fn hang_up(&mut self, id: u64) {
        if let Some(wire) = self.wires.get_mut(id) {
            wire.client = false;
        }
        self.forget(id);
    }

    fn send_to_host(&mut self, id: u64, freight: Freight) {
        let now = self.now;
        let Some(freight) = self.send_outside(id, freight) else { return };
        let Some(wire) = self.wires.get_mut(id) else { return };
        wire.at_host = wire.at_host.max(now.plus(wire.link.to_host));
        let at = wire.at_host;
        self.queue.put(at, Event::AtHost(id, freight));
    }

    /// Something leaves the host at a moment.
    pub(super) fn send_to_client(&mut self, id: u64, leaves: Moment, freight: Freight) {
        let Some(wire) = self.wires.get_mut(id) else { return };
        wire.at_client = wire.at_client.max(leaves.plus(wire.link.to_client));
        let at = wire.at_client;
        self.tape_leaves(id, leaves, &freight);
        self.queue.put(at, Event::AtClient(id, freight));
    }

    /// A connection both of whose ends are gone leaves nothing behind.
    pub(super) fn forget(&mut self, id: u64) {
        let gone = |wire: &Wire| !wire.client && wire.server.is_none() && !wire.knocking;
        if self.wires.get(id).is_some_and(gone) {
            self.wires.remove(id);
        }
    }

    /// How many connections have an end that lives.
    pub fn connections(&self) -> usize {
        self.wires.len()
    }
}

/// What names the connection in every draw, whatever other machines do.
pub(super) fn key(machine: &str, ordinal: u64) -> u64 {
    let bits = Draw::new(0).keyed(machine, "connection", ordinal, 0, "key");
    u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0)
}
