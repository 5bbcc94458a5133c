//! The connections of a capture, followed packet by packet.

use core::net::SocketAddr;
use std::collections::{BTreeMap, VecDeque};

use crate::capture::link::{Other, segment};
use crate::capture::passed::Side;
use crate::capture::reader::Packet;
use crate::capture::stream::{Place, Speaks, Stream, What};

/// Connections followed at once; one more, and one that is over is forgotten, or else the quietest.
pub const MOST_STREAMS: usize = 65_536;

/// Connections that are over and followed on, for what comes late of them.
pub const MOST_OVER: usize = 1024;

/// What may be kept of all connections together, in bytes; one that asks for more is given up.
pub const MOST_HELD: usize = 24 * 1024 * 1024;

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
    /// Bytes from before the first one known of their side.
    pub early: u64,
    /// Resets with a number that cannot be one of their connection.
    pub stray: u64,
    /// Connections forgotten or given up for want of room.
    pub given_up: u64,
    /// Packets that are no TCP segment, by what they are.
    pub not_tcp: BTreeMap<Other, u64>,
}

/// Both ends, the lower first.
type Key = (SocketAddr, SocketAddr);

/// In which order connections are forgotten: first those that are over, then the quietest. The
/// number is that of the last packet, so no two are alike.
type Rank = (bool, u64);

/// Follows connections.
///
/// What it holds is bounded by [`MOST_STREAMS`] and [`MOST_HELD`], however long the capture is, and so
/// is the work for each packet.
#[derive(Debug, Default)]
pub struct Follower {
    streams: BTreeMap<Key, (Rank, Stream)>,
    ranks: BTreeMap<Rank, Key>,
    over: usize,
    packets: u64,
    events: VecDeque<Event>,
    tally: Tally,
    held: usize,
    finishing: bool,
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
        self.packets += 1;
        if self.streams.get(&key).is_some_and(|(_, stream)| stream.is_anew(&segment)) {
            self.end(key);
        }
        let mut stream = if let Some(stream) = self.take(key) {
            stream
        } else {
            while self.streams.len() >= MOST_STREAMS && self.forget() {}
            Stream::new(&segment)
        };
        let place = (packet.at, packet.number);
        let mut found = Vec::new();
        stream.segment(&segment, place, &mut |place, side, what| found.push((place, side, what)));
        self.tell(&mut stream, found);
        if self.held + stream.cost() > MOST_HELD {
            self.give_up(&mut stream, place);
        }
        self.put(key, stream);
        while self.over > MOST_OVER && self.forget() {}
    }

    /// What happened next; `None` until another packet comes, or once all is told.
    pub fn poll(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if !self.finishing {
                return None;
            }
            let (key, _) = self.streams.first_key_value()?;
            self.end(*key);
        }
    }

    /// The capture is over: what waits is given, connection by connection as it is asked for.
    pub const fn finish(&mut self) {
        self.finishing = true;
    }

    /// What there was besides what was told.
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Takes a connection out, with its part of what is counted.
    fn take(&mut self, key: Key) -> Option<Stream> {
        let (rank, stream) = self.streams.remove(&key)?;
        self.ranks.remove(&rank);
        self.over -= usize::from(stream.is_over());
        self.held -= stream.cost();
        Some(stream)
    }

    /// Puts a connection in, as the one last heard of.
    fn put(&mut self, key: Key, stream: Stream) {
        let rank = (!stream.is_over(), self.packets);
        self.over += usize::from(stream.is_over());
        self.held += stream.cost();
        self.ranks.insert(rank, key);
        self.streams.insert(key, (rank, stream));
    }

    /// Lets go of a connection, with what waits of it.
    fn end(&mut self, key: Key) {
        if let Some(mut stream) = self.take(key) {
            self.rest(&mut stream);
            self.done(stream);
        }
    }

    /// Tells what waits of a connection.
    fn rest(&mut self, stream: &mut Stream) {
        let mut found = Vec::new();
        stream.finish(&mut |place, side, what| found.push((place, side, what)));
        self.tell(stream, found);
        let odd = stream.odd();
        self.tally.repeated += odd.repeated;
        self.tally.early += odd.early;
        self.tally.stray += odd.stray;
    }

    /// A connection of which nothing more is told.
    fn done(&mut self, mut stream: Stream) {
        if stream.number > 0 {
            self.tell(&mut stream, vec![((None, 0), Side::Client, What::Over)]);
        } else if matches!(stream.speaks, Speaks::Unknown | Speaks::Other) {
            self.tally.others += 1;
        }
    }

    /// Forgets one connection, and says whether there was one.
    fn forget(&mut self) -> bool {
        let Some((&(alive, _), &key)) = self.ranks.first_key_value() else { return false };
        let Some(mut stream) = self.take(key) else { return false };
        if alive && !stream.is_left() {
            self.give_up(&mut stream, (None, 0));
        } else {
            self.rest(&mut stream);
        }
        self.done(stream);
        true
    }

    /// Follows a connection no more, and says so.
    fn give_up(&mut self, stream: &mut Stream, place: Place) {
        self.rest(stream);
        stream.give_up();
        self.tally.given_up += 1;
        if stream.number > 0 {
            self.tell(stream, vec![(place, Side::Client, What::GivenUp)]);
        }
    }

    /// Makes events of what happened on a stream.
    fn tell(&mut self, stream: &mut Stream, found: Vec<(Place, Side, What)>) {
        for (place, side, what) in found {
            if matches!(what, What::Found(_)) {
                self.tally.streams += 1;
                stream.number = self.tally.streams;
            }
            self.events.push_back(Event {
                stream: stream.number,
                place,
                side,
                what,
                ends: (stream.client, stream.server),
                from_start: stream.from_start,
            });
        }
    }
}
