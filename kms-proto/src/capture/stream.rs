//! One TCP connection of a capture: both its directions, and whether KMS is spoken on it.

use core::net::SocketAddr;

use bytes::Bytes;

use crate::capture::assembler::{Assembler, Piece};
use crate::capture::found::{Found, PORT, interface};
use crate::capture::framer::{Framed, Framer, is_clients};
use crate::capture::link::Segment;
use crate::capture::passed::Side;
use crate::time::Moment;

/// What is said of a stream so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// Nothing yet.
    Unknown,
    /// KMS.
    Kms,
    /// Something else.
    Other,
}

/// Something that happened on a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is KMS: from here on it is told of.
    Found(Found),
    /// A PDU, or bytes that are none.
    Framed(Framed),
    /// So many bytes are not in the capture.
    Missing(u64),
    /// The side ends.
    End,
    /// The side breaks the connection off.
    Reset,
}

/// When and in which packet something was captured.
pub type Place = (Option<Moment>, u64);

#[derive(Clone, Debug, Default)]
struct Half {
    assembler: Assembler,
    framer: Framer,
    ended: bool,
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
        let opens = segment.syn && segment.acknowledged.is_none();
        opens && (self.over || self.halves.iter().any(|half| half.ended))
    }

    /// Takes a segment, and gives what happened.
    pub fn segment(
        &mut self,
        segment: &Segment<'_>,
        place: Place,
        each: &mut impl FnMut(Place, Side, What),
    ) {
        if self.speaks == Speaks::Other {
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
        let mut pieces = Vec::new();
        if let Some(acknowledged) = segment.acknowledged.filter(|_| !segment.rst) {
            let (other, half) = (side.other(), self.half(side.other()));
            half.assembler.acknowledged(acknowledged, place, |piece| pieces.push((other, piece)));
        }
        let half = self.half(side);
        if segment.syn {
            half.assembler.begin(first);
        }
        half.assembler.segment(first, place, segment.bytes, |piece| pieces.push((side, piece)));
        if segment.fin {
            let length = u32::try_from(segment.bytes.len()).unwrap_or(u32::MAX);
            half.assembler.ends(first.wrapping_add(length), place);
        }
        for (side, piece) in pieces {
            self.piece(side, &piece, each);
        }
        let ends = segment.fin && !self.half(side).ended;
        if ends {
            self.half(side).ended = true;
            self.tell(place, side, What::End, each);
        }
        if segment.rst && !self.over {
            self.over = true;
            self.tell(place, side, What::Reset, each);
        }
    }

    /// Gives all that waits.
    pub fn finish(&mut self, each: &mut impl FnMut(Place, Side, What)) {
        for side in [Side::Client, Side::Server] {
            let mut pieces = Vec::new();
            self.half(side).assembler.finish(|piece| pieces.push(piece));
            for piece in pieces {
                self.piece(side, &piece, each);
            }
            let mut left = Vec::new();
            self.half(side).framer.finish(|framed| left.push(framed));
            for framed in left {
                self.framed(side, framed, each);
            }
        }
    }

    /// Bytes held of it.
    pub fn held(&self) -> usize {
        let waiting: usize =
            self.halves.iter().map(|half| half.assembler.held() + half.framer.held()).sum();
        let before: usize = self.before.iter().map(|(_, _, what)| size(what)).sum();
        waiting + before
    }

    /// Bytes that came more than once.
    pub fn repeated(&self) -> u64 {
        self.halves.iter().map(|half| half.assembler.repeated()).sum()
    }

    /// Whether nothing more can come.
    pub fn is_over(&self) -> bool {
        self.over || self.halves.iter().all(|half| half.ended)
    }

    /// Lets go of all that is kept of it, and listens no more.
    pub fn give_up(&mut self) {
        self.speaks = Speaks::Other;
        self.halves = [Half::default(), Half::default()];
        self.before = Vec::new();
    }

    fn piece(&mut self, side: Side, piece: &Piece, each: &mut impl FnMut(Place, Side, What)) {
        let place = (piece.at, piece.packet);
        let mut framed = Vec::new();
        if piece.missing > 0 {
            self.half(side).framer.finish(|left| framed.push(left));
            for framed in framed.drain(..) {
                self.framed(side, framed, each);
            }
            self.tell(place, side, What::Missing(piece.missing), each);
        }
        self.half(side).framer.piece(piece, |found| framed.push(found));
        for framed in framed {
            self.framed(side, framed, each);
        }
    }

    fn framed(&mut self, side: Side, framed: Framed, each: &mut impl FnMut(Place, Side, What)) {
        if self.speaks == Speaks::Unknown {
            match interface(&framed.bytes) {
                Some(found) if framed.whole => {
                    self.speaks = Speaks::Kms;
                    self.untold = Some(found);
                }
                _ if framed.whole => {}
                // Neither DCE/RPC nor anything on KMS's port.
                _ => return self.give_up(),
            }
        }
        self.tell((framed.at, framed.packet), side, What::Framed(framed), each);
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
            Speaks::Other => {}
            Speaks::Unknown => {
                if self.before.len() >= KEPT {
                    self.before.remove(0);
                }
                self.before.push((place, side, what));
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

fn size(what: &What) -> usize {
    match what {
        What::Framed(Framed { bytes, .. }) => Bytes::len(bytes),
        _ => 0,
    }
}
