//! The block format: sections, their interfaces, and packets (draft-ietf-opsawg-pcapng).

use core::net::IpAddr;

use crate::capture::block::{
    INTERFACE, MAGIC, NAMES, OLD_PACKET, PACKET, SECTION, SIMPLE_PACKET, TIME_OFFSET,
    TIME_RESOLUTION,
};
use crate::capture::link::LinkType;
use crate::capture::reader::pcap::too_long;
use crate::capture::reader::{Front, LONGEST};
use crate::error::{DecodeError, Reason, Stop};
use crate::time::Moment;
use crate::wire::{Order, Parsed, field, located, take, u16, u32};

/// Type, length and, at the end, the length again.
const FRAME: usize = 12;
/// Where a block's body begins.
const BODY: usize = 8;
/// Interfaces kept of a section; packets of others cannot be read.
const MOST_INTERFACES: usize = 4096;

/// The section being read.
#[derive(Debug, Default)]
pub(super) struct Pcapng {
    order: Option<Order>,
    interfaces: Vec<Interface>,
}

/// What is known of an interface.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: LinkType,
    snap_length: u32,
    clock: Clock,
}

/// How an interface's time stamps are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clock {
    /// The option's value: a power of ten, or with its highest bit of two, to be negated.
    resolution: u8,
    /// Seconds to be added.
    offset: i64,
}

/// Microseconds, where an interface says nothing.
const PLAIN: Clock = Clock { resolution: 6, offset: 0 };

impl Clock {
    fn moment(self, stamp: u64) -> Moment {
        let (stamp, power) = (u128::from(stamp), u32::from(self.resolution & 0x7f));
        let nanos = if self.resolution & 0x80 == 0 {
            match 10_u128.checked_pow(power) {
                // Units finer than a nanosecond and coarser than one alike.
                Some(units) => stamp.saturating_mul(1_000_000_000) / units,
                None => 0,
            }
        } else {
            stamp.saturating_mul(1_000_000_000).checked_shr(power).unwrap_or(0)
        };
        let nanos = i128::try_from(nanos).unwrap_or(i128::MAX);
        let nanos = nanos.saturating_add(i128::from(self.offset) * 1_000_000_000);
        Moment(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }))
    }
}

impl Pcapng {
    pub(super) fn front(&mut self, buffer: &[u8]) -> Result<Front, DecodeError> {
        if buffer.len() < FRAME {
            return Ok(Front::More);
        }
        let kind = u32(Order::Little)(buffer).map_or(0, |(_, kind)| kind);
        if kind == SECTION {
            // What is before the first section was judged already: there is none.
            self.order = Some(order(buffer)?);
        }
        let Some(order) = self.order else {
            let reason = Reason::Value(kind.into());
            return Err(DecodeError { field: "block_type", reason, offset: 0 });
        };
        let (_, (kind, length)) =
            frame(buffer, order).map_err(|error| located(&error, buffer.len()))?;
        let Some(block) = buffer.get(..length) else { return Ok(Front::More) };
        let body = block.get(BODY..length - 4).unwrap_or_default();
        let trailer = block.get(length - 4..).unwrap_or_default();
        let again = u32(order)(trailer).map_or(0, |(_, again)| usize::try_from(again).unwrap_or(0));
        if again != length {
            let wide = |length| u64::try_from(length).unwrap_or(u64::MAX);
            let reason = Reason::Mismatch { found: wide(again), expected: wide(length) };
            return Err(DecodeError { field: "block_length", reason, offset: length - 4 });
        }
        // Errors in a body count from its start.
        let within = |error: &nom::Err<Stop>| {
            let error = located(error, body.len());
            DecodeError { offset: error.offset + BODY, ..error }
        };
        match kind {
            SECTION => self.interfaces.clear(),
            INTERFACE if self.interfaces.len() < MOST_INTERFACES => {
                let (_, interface) = interface(body, order).map_err(|error| within(&error))?;
                self.interfaces.push(interface);
            }
            NAMES => return Ok(Front::Names(length, names(body, order))),
            PACKET | OLD_PACKET => {
                let read = if kind == PACKET { packet } else { old_packet };
                let (_, stamped) = read(body, order).map_err(|error| within(&error))?;
                let interface = self.interface(stamped.interface)?;
                let at = interface.clock.moment(stamped.stamp);
                return Ok(packet_at(length, Some(at), interface.link, 20, stamped.length));
            }
            SIMPLE_PACKET => {
                let (_, original) =
                    field("original_length", u32(order))(body).map_err(|error| within(&error))?;
                let interface = self.interface(0)?;
                let most = match interface.snap_length {
                    0 => original,
                    snap => snap.min(original),
                };
                let there = usize::try_from(most).unwrap_or(usize::MAX).min(body.len() - 4);
                return Ok(packet_at(length, None, interface.link, 4, there));
            }
            _ => {}
        }
        Ok(Front::Skip(length))
    }

    fn interface(&self, id: u32) -> Result<Interface, DecodeError> {
        let place = usize::try_from(id).unwrap_or(usize::MAX);
        self.interfaces.get(place).copied().ok_or(DecodeError {
            field: "interface_id",
            reason: Reason::Value(id.into()),
            offset: BODY,
        })
    }
}

/// A packet whose bytes begin `skip` bytes into the body.
fn packet_at(
    block: usize,
    at: Option<Moment>,
    link: LinkType,
    skip: usize,
    length: usize,
) -> Front {
    let start = BODY + skip;
    Front::Packet(block, at, link, start..start + length)
}

/// The order of a section, by its magic number.
fn order(block: &[u8]) -> Result<Order, DecodeError> {
    let magic = block.get(BODY..).unwrap_or_default();
    for order in [Order::Little, Order::Big] {
        if matches!(u32(order)(magic), Ok((_, MAGIC))) {
            return Ok(order);
        }
    }
    let found = u32(Order::Big)(magic).map_or(0, |(_, magic)| magic);
    let reason = Reason::Value(found.into());
    Err(DecodeError { field: "byte_order_magic", reason, offset: BODY })
}

/// A block's type and length.
fn frame(input: &[u8], order: Order) -> Parsed<'_, (u32, usize)> {
    let (input, kind) = field("block_type", u32(order))(input)?;
    let at = input;
    let (input, length) = field("block_length", u32(order))(input)?;
    let legal = usize::try_from(length)
        .ok()
        .filter(|legal| (FRAME..=LONGEST).contains(legal) && legal % 4 == 0);
    let legal = legal.ok_or_else(|| too_long("block_length", at, length))?;
    Ok((input, (kind, legal)))
}

fn interface(input: &[u8], order: Order) -> Parsed<'_, Interface> {
    let (input, link) = field("link_type", u16(order))(input)?;
    let (input, _) = field("reserved", u16(order))(input)?;
    let (input, snap_length) = field("snap_length", u32(order))(input)?;
    let (mut options, mut clock) = (input, PLAIN);
    // Options that end early, or do not end, tell nothing more.
    while let Ok((rest, (code, value))) = option(options, order) {
        options = rest;
        match (code, value) {
            (0, _) => break,
            (TIME_RESOLUTION, [resolution, ..]) => clock.resolution = *resolution,
            (TIME_OFFSET, value) => {
                if let Ok((_, wide)) = crate::wire::u64(order)(value) {
                    clock.offset = wide.cast_signed();
                }
            }
            _ => {}
        }
    }
    Ok((options, Interface { link: LinkType(link), snap_length, clock }))
}

/// An option, or a record of names: a code and its value.
fn option(input: &[u8], order: Order) -> Parsed<'_, (u16, &[u8])> {
    let (input, code) = field("option_code", u16(order))(input)?;
    let (input, length) = field("option_length", u16(order))(input)?;
    let (input, value) = field("option_value", take(length.into()))(input)?;
    let pad = usize::from(length).next_multiple_of(4) - usize::from(length);
    let (input, _) = field("pad", take(pad))(input)?;
    Ok((input, (code, value)))
}

fn names(mut input: &[u8], order: Order) -> Vec<(IpAddr, String)> {
    let mut names = Vec::new();
    while let Ok((rest, (code, value))) = option(input, order) {
        input = rest;
        let (address, texts) = match code {
            0 => break,
            1 => match value.split_first_chunk::<4>() {
                Some((address, texts)) => (IpAddr::from(*address), texts),
                None => continue,
            },
            2 => match value.split_first_chunk::<16>() {
                Some((address, texts)) => (IpAddr::from(*address), texts),
                None => continue,
            },
            _ => continue,
        };
        let first = texts.split(|byte| *byte == 0).next().unwrap_or_default();
        names.push((address, String::from_utf8_lossy(first).into_owned()));
    }
    names
}

/// What a packet's block says of it.
struct Stamped {
    interface: u32,
    stamp: u64,
    length: usize,
}

fn packet(input: &[u8], order: Order) -> Parsed<'_, Stamped> {
    let (input, interface) = field("interface_id", u32(order))(input)?;
    stamped(input, interface, order)
}

/// The block that [`PACKET`] has replaced: it counts what was dropped.
fn old_packet(input: &[u8], order: Order) -> Parsed<'_, Stamped> {
    let (input, interface) = field("interface_id", u16(order))(input)?;
    let (input, _) = field("drops_count", u16(order))(input)?;
    stamped(input, interface.into(), order)
}

fn stamped(input: &[u8], interface: u32, order: Order) -> Parsed<'_, Stamped> {
    let (input, high) = field("timestamp_high", u32(order))(input)?;
    let (input, low) = field("timestamp_low", u32(order))(input)?;
    let (input, captured) = field("captured_length", u32(order))(input)?;
    let (input, _) = field("original_length", u32(order))(input)?;
    let length = usize::try_from(captured).unwrap_or(usize::MAX);
    let (input, _) = field("packet", take(length))(input)?;
    let stamp = u64::from(high) << 32 | u64::from(low);
    Ok((input, Stamped { interface, stamp, length }))
}
