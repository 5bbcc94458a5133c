//! IP and TCP headers around the bytes of one segment (RFC 791, RFC 8200, RFC 9293).

use core::net::{IpAddr, Ipv6Addr, SocketAddr};

use bytes::BytesMut;

use crate::order::Order;
use crate::write::Writer;

/// The number of TCP in an IP header.
const TCP: u8 = 6;
/// How many routers a packet may pass.
const HOP_LIMIT: u8 = 64;
/// IPv4: the packet may not be cut on its way.
const DONT_FRAGMENT: u16 = 0x4000;
/// How much a receiver takes at once.
pub(super) const WINDOW: u16 = 64_240;

/// What a segment does besides carrying bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flags(pub(super) u8);

impl Flags {
    pub(super) const FIN: Self = Self(0x01);
    pub(super) const SYN: Self = Self(0x02);
    pub(super) const RST: Self = Self(0x04);
    pub(super) const PSH: Self = Self(0x08);
    pub(super) const ACK: Self = Self(0x10);

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A segment before it has headers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) identification: u16,
    pub(super) sequence: u32,
    pub(super) acknowledged: u32,
    pub(super) flags: Flags,
    pub(super) bytes: &'a [u8],
}

/// The most bytes one segment carries where packets have 1500, between two addresses of a family.
pub(super) const fn most_bytes(addr: &SocketAddr) -> usize {
    match addr {
        SocketAddr::V4(_) => 1460,
        SocketAddr::V6(_) => 1440,
    }
}

impl Segment<'_> {
    /// Writes the packet, checksums included.
    pub(super) fn emit(&self, out: &mut BytesMut) {
        let start = out.len();
        // Who opens a connection says how large a segment it takes.
        let options: &[u8] = match (self.flags.has(Flags::SYN), self.from) {
            (false, _) => &[],
            (true, SocketAddr::V4(_)) => &[2, 4, 0x05, 0xb4],
            (true, SocketAddr::V6(_)) => &[2, 4, 0x05, 0xa0],
        };
        let words = 5 + options.len() / 4;
        let length = u16::try_from(words * 4 + self.bytes.len()).unwrap_or(u16::MAX);
        let pseudo = self.emit_ip(length, out);
        let tcp = out.len();
        let mut writer = Writer::new(out, Order::Big);
        writer.u16("source_port", self.from.port());
        writer.u16("destination_port", self.to.port());
        writer.u32("sequence", self.sequence);
        writer.u32("acknowledged", self.acknowledged);
        writer.u8("data_offset", u8::try_from(words << 4).unwrap_or(u8::MAX));
        writer.u8("flags", self.flags.0);
        writer.u16("window", WINDOW);
        writer.u16("checksum", 0);
        writer.u16("urgent", 0);
        writer.bytes("options", options);
        writer.bytes("bytes", self.bytes);
        let sum = checksum(pseudo + sum(out.get(tcp..).unwrap_or_default()));
        put(out, tcp + 16, sum);
        if self.from.is_ipv4() {
            let header = checksum(sum_of(out, start, start + 20));
            put(out, start + 10, header);
        }
    }

    /// Writes the IP header; gives the sum of the pseudo header that TCP's checksum covers.
    fn emit_ip(&self, length: u16, out: &mut BytesMut) -> u64 {
        let mut writer = Writer::new(out, Order::Big);
        let addresses = match (self.from.ip(), self.to.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                writer.u8("version_and_length", 0x45);
                writer.u8("service", 0);
                writer.u16("total_length", length.saturating_add(20));
                writer.u16("identification", self.identification);
                writer.u16("fragment", DONT_FRAGMENT);
                writer.u8("hop_limit", HOP_LIMIT);
                writer.u8("protocol", TCP);
                writer.u16("checksum", 0);
                [from.octets(), to.octets()].concat()
            }
            (from, to) => {
                writer.u32("version_class_label", 0x6000_0000);
                writer.u16("payload_length", length);
                writer.u8("next_header", TCP);
                writer.u8("hop_limit", HOP_LIMIT);
                [wide(from).octets(), wide(to).octets()].concat()
            }
        };
        writer.bytes("addresses", &addresses);
        sum(&addresses) + u64::from(TCP) + u64::from(length)
    }
}

/// An address as IPv6 writes it.
fn wide(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

/// The sum of 16-bit words of RFC 1071, not yet folded.
fn sum(bytes: &[u8]) -> u64 {
    let word = |pair: &[u8]| match *pair {
        [high, low] => u64::from(u16::from_be_bytes([high, low])),
        [high] => u64::from(u16::from_be_bytes([high, 0])),
        _ => 0,
    };
    bytes.chunks(2).map(word).sum()
}

fn sum_of(bytes: &[u8], from: usize, to: usize) -> u64 {
    sum(bytes.get(from..to).unwrap_or_default())
}

/// The checksum of a sum.
fn checksum(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(u16::MAX)
}

fn put(out: &mut BytesMut, at: usize, value: u16) {
    if let Some(place) = out.get_mut(at..at + 2) {
        place.copy_from_slice(&value.to_be_bytes());
    }
}
