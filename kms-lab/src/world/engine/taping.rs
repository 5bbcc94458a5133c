//! What the world's capture is told.

use std::net::SocketAddr;

use kms_proto::capture::tape::Tape;
use kms_proto::draw::Draw;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_sim::net::observer::Ended;

use crate::recording::APPLICATION;
use crate::scenario::machine::address as machine_ip;
use crate::world::engine::World;
use crate::world::tape::{Ends, WorldTape, machine_port};
use crate::world::wire::{Freight, Wire};

impl World {
    /// An empty capture of this world, with everybody's addresses and names.
    pub fn empty_tape(&self, comment: &str) -> Tape {
        let hosts = self.hosts.iter().map(|host| (host.ip, host.address.name().to_owned()));
        let machines =
            (0..).zip(&self.machines).map(|(place, m)| (machine_ip(place), m.id.clone()));
        let names: Vec<_> = hosts.chain(machines).collect();
        Tape::new(APPLICATION, comment, &names, Draw::new(self.plan.seed))
    }

    /// From now on all that goes over connections is captured.
    pub fn record(&mut self, comment: &str) {
        self.tape = Some(WorldTape::new(self.empty_tape(comment)));
    }

    /// The capture, which ends now; empty where nobody asked for one.
    pub fn recorded(&mut self) -> Vec<u8> {
        self.tape.take().map_or_else(Vec::new, |tape| tape.finish(self.now))
    }

    /// A connection reached its host, which takes it.
    pub(super) fn tape_opened(&mut self, id: u64) {
        let (now, Some(ends)) = (self.now, self.ends(id)) else { return };
        let round_trip = self.wires.get(id).map_or(Nanos(0), Wire::round_trip);
        if let Some(tape) = &mut self.tape {
            tape.opened(id, now, ends, round_trip);
        }
    }

    /// A connection will reach a port where nobody listens.
    pub(super) fn tape_refused(&mut self, id: u64, at: Moment, port: u16) {
        let (now, Some((client, server))) = (self.now, self.ends(id)) else { return };
        if let Some(tape) = &mut self.tape {
            tape.refused(now, at, (client, SocketAddr::new(server.ip(), port)));
        }
    }

    /// A host took what a client sent.
    pub(super) fn tape_came(&mut self, id: u64, freight: &Freight) {
        if let Some(tape) = &mut self.tape {
            tape.came(id, self.now, freight);
        }
    }

    /// Something leaves a host.
    pub(super) fn tape_leaves(&mut self, id: u64, at: Moment, freight: &Freight) {
        let Some(tape) = &mut self.tape else { return };
        let Some(wire) = self.wires.get(id) else { return };
        tape.leaves(id, (self.now, at), freight, wire.round_trip());
    }

    /// The host's side of a connection ended, for this reason.
    pub(super) fn tape_ended(&mut self, id: u64, why: Ended) {
        match why {
            Ended::Peer => self.tape_came(id, &Freight::End),
            Ended::Broken(_) => self.tape_came(id, &Freight::Reset),
            _ => {}
        }
        if let Some(tape) = &mut self.tape {
            tape.stops(id, self.now);
        }
        self.tape_leaves(id, self.now, &Freight::End);
    }

    fn ends(&self, id: u64) -> Option<Ends> {
        let wire = self.wires.get(id).filter(|_| self.tape.is_some())?;
        let host = self.hosts.get(wire.host)?;
        let client = SocketAddr::new(machine_ip(wire.machine), machine_port(wire.opened));
        Some((client, SocketAddr::new(host.ip, host.address.port())))
    }
}
