//! The format of libpcap (draft-ietf-opsawg-pcap): a header of 24 bytes, then packets.

use crate::capture::link::LinkType;
use crate::capture::reader::{Front, LONGEST};
use crate::error::{DecodeError, Reason};
use crate::time::Moment;
use crate::wire::{Order, Parsed, field, located, u16, u32};

/// The length of the file's header.
pub(super) const HEADER: usize = 24;
/// The length of a packet's header.
const RECORD: usize = 16;

/// Stamps of microseconds.
const MICROSECONDS: u32 = 0xa1b2_c3d4;
/// Stamps of nanoseconds.
const NANOSECONDS: u32 = 0xa1b2_3c4d;

/// Nanoseconds in a unit of the stamps of a file that begins with `magic`.
pub(super) const fn clock(magic: u32) -> Option<i64> {
    match magic {
        MICROSECONDS => Some(1000),
        NANOSECONDS => Some(1),
        _ => None,
    }
}

/// A file whose header was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pcap {
    order: Order,
    /// Nanoseconds in a unit of the stamps.
    unit: i64,
    link: LinkType,
}

impl Pcap {
    pub(super) fn new(header: &[u8; HEADER]) -> Result<Self, DecodeError> {
        let read = |order| parse(header, order).map(|(_, pcap)| pcap);
        read(Order::Little).or_else(|_| read(Order::Big)).map_err(|error| located(&error, HEADER))
    }

    pub(super) fn front(&self, buffer: &[u8]) -> Result<Front, DecodeError> {
        if buffer.len() < RECORD {
            return Ok(Front::More);
        }
        let (_, (seconds, fraction, length)) =
            record(buffer, self.order).map_err(|error| located(&error, buffer.len()))?;
        let whole = RECORD + length;
        if buffer.len() < whole {
            return Ok(Front::More);
        }
        let nanos = i64::from(seconds) * 1_000_000_000 + i64::from(fraction) * self.unit;
        Ok(Front::Packet(whole, Some(Moment(nanos)), self.link, RECORD..whole))
    }
}

fn parse(input: &[u8], order: Order) -> Parsed<'_, Pcap> {
    let start = input;
    let (input, magic) = field("magic_number", u32(order))(input)?;
    let Some(unit) = clock(magic) else {
        let reason = Reason::Value(magic.into());
        return Err(crate::error::Stop::at("magic_number", start, reason));
    };
    let (input, _) = field("major_version", u16(order))(input)?;
    let (input, _) = field("minor_version", u16(order))(input)?;
    let (input, _) = field("reserved1", u32(order))(input)?;
    let (input, _) = field("reserved2", u32(order))(input)?;
    let (input, _) = field("snap_length", u32(order))(input)?;
    let (input, link) = field("link_type", u32(order))(input)?;
    // The upper half tells of frame check sequences.
    let link = LinkType(u16::try_from(link & 0xffff).unwrap_or(u16::MAX));
    Ok((input, Pcap { order, unit, link }))
}

/// Seconds, their fraction, and how many bytes of the packet follow.
fn record(input: &[u8], order: Order) -> Parsed<'_, (u32, u32, usize)> {
    let (input, seconds) = field("timestamp_seconds", u32(order))(input)?;
    let (input, fraction) = field("timestamp_fraction", u32(order))(input)?;
    let at = input;
    let (input, length) = field("captured_length", u32(order))(input)?;
    let length = usize::try_from(length)
        .ok()
        .filter(|length| *length <= LONGEST)
        .ok_or_else(|| too_long("captured_length", at, length))?;
    let (input, _) = field("original_length", u32(order))(input)?;
    Ok((input, (seconds, fraction, length)))
}

/// A length no packet has.
pub(super) fn too_long(
    name: &'static str,
    input: &[u8],
    length: u32,
) -> nom::Err<crate::error::Stop> {
    crate::error::Stop::at(name, input, Reason::Value(length.into()))
}
