//! The connections of a capture, followed packet by packet.

use core::net::SocketAddr;
use std::collections::{BTreeMap, VecDeque};

use crate::capture::link::{Other, segment};
use crate::capture::passed::Side;
use crate::capture::reader::Packet;
use crate::capture::stream::{Place, Speaks, Stream, What};

/// Connections followed at once; one more, and those that ended are forgotten, or else all.
pub const MOST_STREAMS: usize = 65_536;

/// Bytes held of all connections together; a connection that asks for more is given up.
pub const MOST_HELD: usize = 32 * 1024 * 1024;

/// Something that happened on a connection on which KMS is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The connection's number among those of KMS, from 1.
    pub stream: u64,
    /// When, and in which packet.
    pub place: Place,
    /// Which side did it.
    pub side: Side,
    /// What.
    pub what: What,
    /// The client's end and the server's.
    pub ends: (SocketAddr, SocketAddr),
    /// Whether the connection was seen to be opened.
    pub from_start: bool,
}

/// What there was besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Connections of KMS.
    pub streams: u64,
    /// Other connections, as far as they were told apart.
    pub others: u64,
    /// Bytes that came more than once.
    pub repeated: u64,
    /// Connections forgotten or given up for want of room.
    pub given_up: u64,
    /// Packets that are no TCP segment, by what they are.
    pub not_tcp: BTreeMap<Other, u64>,
}

/// Follows connections.
///
/// What it holds is bounded by [`MOST_STREAMS`] and [`MOST_HELD`], however long the capture is.
#[derive(Debug, Default)]
pub struct Follower {
    streams: BTreeMap<(SocketAddr, SocketAddr), Stream>,
    events: VecDeque<Event>,
    tally: Tally,
    held: usize,
}

impl Follower {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next packet.
    pub fn packet(&mut self, packet: &Packet) {
        let segment = match segment(packet.link, &packet.bytes) {
            Ok(segment) => segment,
            Err(other) => {
                *self.tally.not_tcp.entry(other).or_default() += 1;
                return;
            }
        };
        let key = if segment.from <= segment.to {
            (segment.from, segment.to)
        } else {
            (segment.to, segment.from)
        };
        if self.streams.get(&key).is_some_and(|stream| stream.is_anew(&segment)) {
            self.end(key);
        }
        if !self.streams.contains_key(&key) {
            if self.streams.len() >= MOST_STREAMS {
                self.make_room();
            }
            self.streams.insert(key, Stream::new(&segment));
        }
        let Some(stream) = self.streams.get_mut(&key) else { return };
        let (events, tally) = (&mut self.events, &mut self.tally);
        let before = stream.held();
        let mut found = Vec::new();
        let place = (packet.at, packet.number);
        stream.segment(&segment, place, &mut |place, side, what| found.push((place, side, what)));
        tell(stream, found, events, tally);
        let mut after = stream.held();
        if after > before && self.held + after - before > MOST_HELD {
            stream.give_up();
            tally.given_up += 1;
            after = stream.held();
        }
        self.held = (self.held + after).saturating_sub(before);
    }

    /// What happened next; `None` until another packet comes.
    pub fn poll(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The capture is over: gives what waits.
    pub fn finish(&mut self) {
        let keys: Vec<_> = self.streams.keys().copied().collect();
        for key in keys {
            self.end(key);
        }
    }

    /// What there was besides what was told.
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Lets go of a connection, with what waits of it.
    fn end(&mut self, key: (SocketAddr, SocketAddr)) {
        let Some(mut stream) = self.streams.remove(&key) else { return };
        self.held = self.held.saturating_sub(stream.held());
        let mut found = Vec::new();
        stream.finish(&mut |place, side, what| found.push((place, side, what)));
        tell(&mut stream, found, &mut self.events, &mut self.tally);
        self.tally.repeated += stream.repeated();
        if stream.speaks != Speaks::Kms {
            self.tally.others += 1;
        }
    }

    /// Forgets the connections that ended; all of them where none has.
    fn make_room(&mut self) {
        let over = |(key, stream): (&_, &Stream)| stream.is_over().then_some(*key);
        let mut keys: Vec<_> = self.streams.iter().filter_map(over).collect();
        if keys.is_empty() {
            keys = self.streams.keys().copied().collect();
            self.tally.given_up += u64::try_from(keys.len()).unwrap_or(u64::MAX);
        }
        for key in keys {
            self.end(key);
        }
    }
}

/// Makes events of what happened on a stream.
fn tell(
    stream: &mut Stream,
    found: Vec<(Place, Side, What)>,
    events: &mut VecDeque<Event>,
    tally: &mut Tally,
) {
    for (place, side, what) in found {
        if matches!(what, What::Found(_)) {
            tally.streams += 1;
            stream.number = tally.streams;
        }
        events.push_back(Event {
            stream: stream.number,
            place,
            side,
            what,
            ends: (stream.client, stream.server),
            from_start: stream.from_start,
        });
    }
}
