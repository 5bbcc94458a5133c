//! A TCP connection made of what the program at one end of it saw.
//!
//! Programs see bytes, ends and resets; the packets that carried them are made up from these, as
//! valid TCP: a handshake, sequence numbers that add up, segments of at most 1460 bytes (1440 over
//! IPv6), acknowledgements, checksums.

use core::net::{IpAddr, SocketAddr};

use bytes::BytesMut;

use crate::capture::packet::{Flags, Segment, WINDOW, most_bytes};
use crate::capture::passed::{Passed, Side};

/// One side of a connection.
#[derive(Clone, Copy, Debug)]
struct Half {
    addr: SocketAddr,
    /// The sequence number of its next byte.
    next: u32,
    /// Up to which the other side has acknowledged.
    acknowledged: u32,
    /// Packets sent.
    packets: u16,
    /// It has sent its end.
    ended: bool,
}

/// A connection, as far as it has come.
#[derive(Clone, Debug)]
pub struct Conversation {
    client: Half,
    server: Half,
    over: bool,
}

impl Conversation {
    /// A client connects from an address to another, and the server takes it: two packets, the
    /// third being the client's [`Passed::Ack`]. `first` are both sides' first sequence numbers.
    pub fn open(
        (client, server): (SocketAddr, SocketAddr),
        first: (u32, u32),
        mut each: impl FnMut(&[u8]),
    ) -> Self {
        let mut made = Self::new((client, server), first);
        made.send(Side::Client, Flags::SYN, &[], &mut each);
        made.send(Side::Server, Flags::SYN.with(Flags::ACK), &[], &mut each);
        made
    }

    /// A client connects where nobody listens: two packets, the second a reset.
    pub fn refused(
        (client, server): (SocketAddr, SocketAddr),
        first: (u32, u32),
        mut each: impl FnMut(&[u8]),
    ) {
        let mut made = Self::new((client, server), first);
        made.server.next = 0;
        made.send(Side::Client, Flags::SYN, &[], &mut each);
        made.send(Side::Server, Flags::RST.with(Flags::ACK), &[], &mut each);
    }

    fn new((client, server): (SocketAddr, SocketAddr), first: (u32, u32)) -> Self {
        let both = [client.ip().to_canonical(), server.ip().to_canonical()];
        let narrow = both.iter().all(IpAddr::is_ipv4);
        let half = |addr: SocketAddr, next| Half {
            addr: SocketAddr::new(family(addr.ip().to_canonical(), narrow), addr.port()),
            next,
            acknowledged: next,
            packets: 0,
            ended: false,
        };
        Self { client: half(client, first.0), server: half(server, first.1), over: false }
    }

    /// What `side` did, as packets, each given to `each`.
    ///
    /// Nothing follows a reset, and a side that has ended only acknowledges.
    pub fn pass(&mut self, side: Side, passed: Passed<'_>, mut each: impl FnMut(&[u8])) {
        if self.over {
            return;
        }
        let ended = self.half(side).ended;
        match passed {
            Passed::Ack if self.owes(side) => self.send(side, Flags::ACK, &[], &mut each),
            Passed::Ack => {}
            Passed::Bytes(_) | Passed::End if ended => {}
            Passed::Bytes(bytes) => self.send_bytes(side, bytes, &mut each),
            Passed::End => {
                self.send(side, Flags::FIN.with(Flags::ACK), &[], &mut each);
                self.half_mut(side).ended = true;
            }
            Passed::Reset => {
                self.send(side, Flags::RST.with(Flags::ACK), &[], &mut each);
                self.over = true;
            }
        }
    }

    /// Whether nothing can follow but acknowledgements.
    pub const fn is_over(&self) -> bool {
        self.over || self.client.ended && self.server.ended
    }

    /// Whether it was broken off.
    pub const fn is_reset(&self) -> bool {
        self.over
    }

    /// Whether `side` has not yet acknowledged all that came.
    pub fn owes(&self, side: Side) -> bool {
        let other = self.half(side.other());
        other.acknowledged != other.next
    }

    fn send_bytes(&mut self, side: Side, bytes: &[u8], each: &mut impl FnMut(&[u8])) {
        let segments = bytes.chunks(most_bytes(&self.half(side).addr));
        let last = segments.len().saturating_sub(1);
        for (place, segment) in segments.enumerate() {
            let half = self.half(side);
            let length = u32::try_from(segment.len()).unwrap_or(u32::MAX);
            let flying = half.next.wrapping_sub(half.acknowledged);
            // No sender goes beyond what its receiver takes.
            if flying.saturating_add(length) > WINDOW.into() {
                self.send(side.other(), Flags::ACK, &[], each);
            }
            let push = if place == last { Flags::PSH } else { Flags(0) };
            self.send(side, Flags::ACK.with(push), segment, each);
        }
    }

    /// Makes one packet.
    fn send(&mut self, side: Side, flags: Flags, bytes: &[u8], each: &mut impl FnMut(&[u8])) {
        let (from, to) = (*self.half(side), *self.half(side.other()));
        let acknowledged = if flags.has(Flags::ACK) { to.next } else { 0 };
        let segment = Segment {
            from: from.addr,
            to: to.addr,
            identification: from.packets,
            sequence: from.next,
            acknowledged,
            flags,
            bytes,
        };
        let mut packet = BytesMut::with_capacity(bytes.len() + 64);
        segment.emit(&mut packet);
        each(&packet);

        let counted = u32::from(flags.has(Flags::SYN)) + u32::from(flags.has(Flags::FIN));
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).wrapping_add(counted);
        let half = self.half_mut(side);
        half.packets = half.packets.wrapping_add(1);
        half.next = half.next.wrapping_add(length);
        if flags.has(Flags::ACK) {
            self.half_mut(side.other()).acknowledged = acknowledged;
        }
    }

    const fn half(&self, side: Side) -> &Half {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    const fn half_mut(&mut self, side: Side) -> &mut Half {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }
}

/// An address in the family of both ends.
const fn family(address: IpAddr, narrow: bool) -> IpAddr {
    match address {
        IpAddr::V4(narrower) if !narrow => IpAddr::V6(narrower.to_ipv6_mapped()),
        other => other,
    }
}
