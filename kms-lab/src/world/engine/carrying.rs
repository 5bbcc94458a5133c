//! What a host sends, carried out: each piece in its time.

use kms_proto::time::duration::Nanos;
use kms_sim::fault::delivery::{Delivery, What};
use kms_sim::net::observer::Ended;

use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::wire::Freight;

impl World {
    /// The host's process died: every other connection hears of it at once.
    pub(super) fn died(&mut self, place: usize, id: u64) {
        let now = self.now;
        if let Some(host) = self.hosts.get_mut(place) {
            host.clock.bounce(now);
        }
        let others: Vec<u64> = self
            .wires
            .iter()
            .filter(|(other, wire)| *other != id && wire.host == place && wire.server.is_some())
            .map(|(other, _)| other)
            .collect();
        for other in others {
            self.carry_part(other, Nanos(0), What::Reset, Ended::Fault);
        }
    }

    /// Lets a delivery leave: each piece after the one before.
    pub(super) fn carry(&mut self, id: u64, mut delivery: Delivery, why: Ended) {
        for part in delivery.take() {
            self.carry_part(id, part.after, part.what, why);
        }
    }

    pub(super) fn carry_part(&mut self, id: u64, after: Nanos, what: What, why: Ended) {
        let now = self.now;
        let Some(served) = self.wires.get_mut(id).and_then(|wire| wire.server.as_mut()) else {
            return;
        };
        let at = served.leaves.max(now).plus(after);
        served.leaves = at;
        if served.mute && what != What::Reset {
            return;
        }
        match what {
            What::Send(bytes) if bytes.is_empty() => {}
            What::Send(bytes) => self.send_to_client(id, at, Freight::Bytes(bytes)),
            What::HalfClose => {
                served.mute = true;
                self.send_to_client(id, at, Freight::End);
            }
            What::Stall => {
                served.mute = true;
                served.deaf = true;
            }
            What::Close | What::Reset => {
                served.mute = true;
                served.deaf = true;
                let freight = if what == What::Close { Freight::End } else { Freight::Reset };
                self.send_to_client(id, at, freight);
                if at <= now {
                    self.close(id, why);
                } else {
                    self.queue.put(at, Event::Shut(id, why));
                }
            }
        }
    }
}
