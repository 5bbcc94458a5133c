//! One TCP connection of a capture: both its directions, and whether KMS is spoken on it.

use core::net::SocketAddr;

use bytes::Bytes;

pub use crate::capture::assembler::Place;
pub use crate::capture::half::What;

use crate::capture::assembler::COST;
use crate::capture::found::{Found, PORT, interface};
use crate::capture::framer::{Framed, is_clients};
use crate::capture::half::Half;
use crate::capture::link::Segment;
use crate::capture::passed::Side;

/// What is said of a stream so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// Nothing yet.
    Unknown,
    /// KMS.
    Kms,
    /// Something else.
    Other,
    /// That was not to be found out, or is followed no more.
    GivenUp,
}

/// What was odd about a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Odd {
    /// Bytes that came more than once.
    pub repeated: u64,
    /// Bytes from before the first one known.
    pub early: u64,
    /// Resets with a number that cannot be one of this connection.
    pub stray: u64,
}

/// A connection.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its number among those of KMS, from 1; 0 before it is one.
    pub number: u64,
    /// The client's end, as far as that can be told.
    pub client: SocketAddr,
    /// The server's end.
    pub server: SocketAddr,
    /// Whether it was seen to be opened.
    pub from_start: bool,
    /// What is spoken.
    pub speaks: Speaks,
    /// Whether who is who was told by a handshake or a PDU.
    certain: bool,
    halves: [Half; 2],
    over: bool,
    /// By what it was found, until that is told.
    untold: Option<Found>,
    /// PDUs of a stream before it is known to be KMS, the last few.
    before: Vec<(Place, Side, What)>,
}

/// What is kept of a stream until it is known to be KMS: a bind comes among the first PDUs.
const KEPT: usize = 8;

impl Stream {
    /// A stream whose first packet is this.
    pub fn new(first: &Segment<'_>) -> Self {
        let to_port = first.to.port() == PORT || first.from.port() != PORT;
        let clients = match (first.syn, is_clients(first.bytes)) {
            (true, _) => Some(first.acknowledged.is_none()),
            (false, told) => told,
        };
        let (client, server) = if clients.unwrap_or(to_port) {
            (first.from, first.to)
        } else {
            (first.to, first.from)
        };
        let port = client.port() == PORT || server.port() == PORT;
        Self {
            number: 0,
            client,
            server,
            from_start: first.syn,
            speaks: if port { Speaks::Kms } else { Speaks::Unknown },
            certain: clients.is_some(),
            halves: [Half::default(), Half::default()],
            over: false,
            untold: port.then_some(Found::Port),
            before: Vec::new(),
        }
    }

    /// Whether the segment cannot be of this connection but opens another with the same ends.
    pub fn is_anew(&self, segment: &Segment<'_>) -> bool {
        let [client, server] = &self.halves;
        let half = if segment.from == self.client { client } else { server };
        let other = half.first().is_some_and(|first| first != segment.sequence.wrapping_add(1));
        let opens = segment.acknowledged.is_none();
        let ending = self.is_left() || self.over || self.halves.iter().any(Half::is_ending);
        // Its opening may not be in the capture.
        let said = !segment.bytes.is_empty() && self.is_over() && half.is_far(segment.sequence);
        segment.syn && (other || opens && ending) || said
    }

    /// Takes a segment, and gives what happened.
    pub fn segment(
        &mut self,
        segment: &Segment<'_>,
        place: Place,
        each: &mut impl FnMut(Place, Side, What),
    ) {
        if self.is_left() {
            return;
        }
        if !self.certain
            && let Some(clients) = is_clients(segment.bytes)
        {
            self.certain = true;
            if clients != (segment.from == self.client) {
                core::mem::swap(&mut self.client, &mut self.server);
                self.halves.reverse();
            }
        }
        let side = if segment.from == self.client { Side::Client } else { Side::Server };
        let first = segment.sequence.wrapping_add(u32::from(segment.syn));
        let mut told = Vec::new();
        if let Some(acknowledged) = segment.acknowledged.filter(|_| !segment.rst) {
            let (other, half) = (side.other(), self.half(side.other()));
            if segment.syn {
                half.begin(acknowledged);
            }
            half.acknowledged(acknowledged, place, |place, what| told.push((place, other, what)));
        }
        let half = self.half(side);
        if segment.syn {
            half.begin(first);
        }
        let mut tell = |place, what| told.push((place, side, what));
        half.segment((first, segment.bytes, segment.fin), place, &mut tell);
        if segment.rst {
            let length = u32::try_from(segment.bytes.len()).unwrap_or(u32::MAX);
            half.reset(first.wrapping_add(length), place, &mut tell);
        }
        for (place, side, what) in told {
            self.happens(place, side, what, each);
        }
    }

    /// Gives all that waits.
    pub fn finish(&mut self, each: &mut impl FnMut(Place, Side, What)) {
        for side in [Side::Client, Side::Server] {
            let mut told = Vec::new();
            self.half(side).finish(|place, what| told.push((place, what)));
            for (place, what) in told {
                self.happens(place, side, what, each);
            }
        }
    }

    /// What is kept of it costs so many bytes.
    pub fn cost(&self) -> usize {
        let halves: usize = self.halves.iter().map(Half::cost).sum();
        let before: usize = self.before.iter().map(|(_, _, what)| COST + size(what)).sum();
        halves + before
    }

    /// What was odd about it.
    pub fn odd(&self) -> Odd {
        let [client, server] = &self.halves;
        let [(one, early, stray), (other, also_early, also_stray)] = [client.odd(), server.odd()];
        Odd { repeated: one + other, early: early + also_early, stray: stray + also_stray }
    }

    /// Whether nothing more is to come but what is late.
    pub fn is_over(&self) -> bool {
        let breaking = self.halves.iter().any(Half::is_breaking);
        self.over || breaking || self.halves.iter().all(Half::is_ending)
    }

    /// Whether nothing of it is listened to any more.
    pub const fn is_left(&self) -> bool {
        matches!(self.speaks, Speaks::Other | Speaks::GivenUp)
    }

    /// Lets go of all that is kept of it, and listens no more.
    pub fn give_up(&mut self) {
        self.leave(Speaks::GivenUp);
    }

    fn leave(&mut self, speaks: Speaks) {
        self.speaks = speaks;
        self.halves = [Half::default(), Half::default()];
        self.before = Vec::new();
    }

    fn happens(
        &mut self,
        place: Place,
        side: Side,
        what: What,
        each: &mut impl FnMut(Place, Side, What),
    ) {
        match &what {
            // Of two sides that break off, the first did.
            What::Reset if self.over => return,
            What::Reset => self.over = true,
            What::Framed(framed) if self.speaks == Speaks::Unknown => {
                match interface(&framed.bytes) {
                    Some(found) if framed.whole => {
                        self.speaks = Speaks::Kms;
                        self.untold = Some(found);
                    }
                    _ if framed.whole => {}
                    // Neither DCE/RPC nor anything on KMS's port.
                    _ => return self.leave(Speaks::Other),
                }
            }
            _ => {}
        }
        self.tell(place, side, what, each);
    }

    /// Tells, or keeps what may have to be told later.
    fn tell(
        &mut self,
        place: Place,
        side: Side,
        what: What,
        each: &mut impl FnMut(Place, Side, What),
    ) {
        match self.speaks {
            Speaks::Other | Speaks::GivenUp => {}
            Speaks::Unknown => {
                if self.before.len() >= KEPT {
                    self.before.remove(0);
                }
                self.before.push((place, side, alone(what)));
            }
            Speaks::Kms => {
                if let Some(found) = self.untold.take() {
                    each(place, side, What::Found(found));
                }
                for (place, side, what) in core::mem::take(&mut self.before) {
                    each(place, side, what);
                }
                each(place, side, what);
            }
        }
    }

    const fn half(&mut self, side: Side) -> &mut Half {
        let [client, server] = &mut self.halves;
        match side {
            Side::Client => client,
            Side::Server => server,
        }
    }
}

/// What is kept, without what shared its bytes' allocation.
fn alone(what: What) -> What {
    match what {
        What::Framed(framed) => {
            What::Framed(Framed { bytes: Bytes::copy_from_slice(&framed.bytes), ..framed })
        }
        other => other,
    }
}

fn size(what: &What) -> usize {
    match what {
        What::Framed(Framed { bytes, .. }) => Bytes::len(bytes),
        _ => 0,
    }
}
