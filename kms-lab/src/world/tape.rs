//! A world's capture: what goes over its connections, as a host's network card would see it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use kms_proto::capture::passed::{Passed, Side};
use kms_proto::capture::tape::Tape;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::world::wire::Freight;

/// Client and server of a connection.
pub type Ends = (SocketAddr, SocketAddr);

/// The first of the ports that Windows connects from, and how many there are.
const PORTS: (u16, u64) = (49_152, 16_384);

/// A capture of a world's connections.
///
/// A host decides at once what leaves later; each packet is written when it leaves.
#[derive(Clone, Debug)]
pub struct WorldTape {
    tape: Tape,
    due: BTreeMap<(Moment, u64), Due>,
    put: u64,
}

/// What is to be written once its moment has come.
#[derive(Clone, Debug)]
struct Due {
    wire: u64,
    side: Side,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Freight(Freight),
    Ack,
    Refuse(Ends),
}

impl WorldTape {
    /// A capture that goes on from `tape`.
    pub const fn new(tape: Tape) -> Self {
        Self { tape, due: BTreeMap::new(), put: 0 }
    }

    /// A connection reached its host; the client acknowledges after `round_trip`.
    pub fn opened(&mut self, wire: u64, now: Moment, ends: Ends, round_trip: Nanos) {
        self.until(now);
        self.tape.open((0, wire), now, ends);
        self.put(now.plus(round_trip), Due { wire, side: Side::Client, what: What::Ack });
        self.until(now);
    }

    /// A connection reaches a host at `at` and is refused.
    pub fn refused(&mut self, now: Moment, at: Moment, ends: Ends) {
        self.put(at, Due { wire: 0, side: Side::Server, what: What::Refuse(ends) });
        self.until(now);
    }

    /// A host took what a client sent.
    pub fn came(&mut self, wire: u64, now: Moment, freight: &Freight) {
        for what in [What::Freight(freight.clone()), What::Ack] {
            let side = if matches!(what, What::Ack) { Side::Server } else { Side::Client };
            self.put(now, Due { wire, side, what });
        }
        self.until(now);
    }

    /// Something leaves a host at `at`; the client acknowledges after `round_trip`.
    pub fn leaves(
        &mut self,
        wire: u64,
        (now, at): (Moment, Moment),
        freight: &Freight,
        round_trip: Nanos,
    ) {
        let what = What::Freight(freight.clone());
        self.put(at, Due { wire, side: Side::Server, what });
        self.put(at.plus(round_trip), Due { wire, side: Side::Client, what: What::Ack });
        self.until(now);
    }

    /// The host's side is gone: what was still to leave does not.
    pub fn stops(&mut self, wire: u64, now: Moment) {
        self.until(now);
        self.due.retain(|_, due| due.wire != wire || due.side == Side::Client);
    }

    /// The whole capture, up to now.
    pub fn finish(mut self, now: Moment) -> Vec<u8> {
        self.until(now);
        self.tape.end(now);
        self.tape.take().to_vec()
    }

    fn put(&mut self, at: Moment, due: Due) {
        self.put += 1;
        self.due.insert((at, self.put), due);
    }

    /// Writes all that is due.
    fn until(&mut self, now: Moment) {
        while let Some(first) = self.due.first_entry()
            && first.key().0 <= now
        {
            let ((at, _), Due { wire, side, what }) = first.remove_entry();
            let passed = match &what {
                What::Freight(Freight::Bytes(bytes)) => Passed::Bytes(bytes),
                What::Freight(Freight::End) => Passed::End,
                What::Freight(Freight::Reset) => Passed::Reset,
                What::Ack => Passed::Ack,
                What::Refuse(ends) => {
                    self.tape.refuse(at, *ends);
                    continue;
                }
            };
            self.tape.pass((0, wire), at, side, passed);
        }
    }
}

/// The port a machine makes its connection numbered `ordinal` from.
pub fn machine_port(ordinal: u64) -> u16 {
    let (first, count) = PORTS;
    first.saturating_add(u16::try_from(ordinal % count).unwrap_or(0))
}
