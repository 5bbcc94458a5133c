//! The blocks of a pcapng file that a capture of ours is made of (draft-ietf-opsawg-pcapng).
//!
//! Every block repeats its length at its end, so a file that is cut off between two blocks is whole.

use core::net::IpAddr;
use core::ops::Range;

use bytes::BytesMut;

use crate::order::Order;
use crate::time::Moment;
use crate::write::Writer;

/// A Section Header Block, which reads the same in both byte orders.
pub const SECTION: u32 = 0x0a0d_0d0a;
/// An Interface Description Block.
pub const INTERFACE: u32 = 1;
/// A Packet Block, which the Enhanced one has replaced.
pub const OLD_PACKET: u32 = 2;
/// A Simple Packet Block.
pub const SIMPLE_PACKET: u32 = 3;
/// A Name Resolution Block.
pub const NAMES: u32 = 4;
/// An Interface Statistics Block.
pub const STATISTICS: u32 = 5;
/// An Enhanced Packet Block.
pub const PACKET: u32 = 6;

/// Bytes of the block that [`end`] writes.
pub const END_LENGTH: usize = 24;

/// Says the byte order of a section.
pub const MAGIC: u32 = 0x1a2b_3c4d;

/// The option that ends a list of options.
const END_OF_OPTIONS: u16 = 0;
/// A comment.
const COMMENT: u16 = 1;
/// The application a section comes from.
const USER_APPLICATION: u16 = 4;
/// An interface's name.
const INTERFACE_NAME: u16 = 2;
/// What a unit of an interface's time stamps is.
pub const TIME_RESOLUTION: u16 = 9;
/// What is to be added to an interface's time stamps, in seconds.
pub const TIME_OFFSET: u16 = 14;

/// Packets that begin with their IP header.
pub const RAW: u16 = 101;

/// Nanoseconds: ten to the power of minus nine.
const NANOSECONDS: u8 = 9;

/// Appends the blocks a capture begins with: a section made by `application`, and one interface of
/// bare IP packets whose time stamps are nanoseconds since 1970. An empty comment is left out.
pub fn begin(application: &str, comment: &str, out: &mut BytesMut) {
    block(SECTION, out, |out| {
        out.u32("byte_order_magic", MAGIC);
        out.u16("major_version", 1);
        out.u16("minor_version", 0);
        out.u64("section_length", u64::MAX);
        if !comment.is_empty() {
            option(COMMENT, comment.as_bytes(), out);
        }
        option(USER_APPLICATION, application.as_bytes(), out);
        option(END_OF_OPTIONS, &[], out);
    });
    block(INTERFACE, out, |out| {
        out.u16("link_type", RAW);
        out.u16("reserved", 0);
        out.u32("snap_length", 0);
        option(INTERFACE_NAME, b"host", out);
        option(TIME_RESOLUTION, &[NANOSECONDS], out);
        option(END_OF_OPTIONS, &[], out);
    });
}

/// Appends what addresses are called.
pub fn names<'a>(names: impl IntoIterator<Item = (IpAddr, &'a str)>, out: &mut BytesMut) {
    block(NAMES, out, |out| {
        for (address, name) in names {
            let (kind, address) = match address {
                IpAddr::V4(address) => (1, address.octets().to_vec()),
                IpAddr::V6(address) => (2, address.octets().to_vec()),
            };
            let record = [&*address, name.as_bytes(), &[0]].concat();
            option(kind, &record, out);
        }
        option(END_OF_OPTIONS, &[], out);
    });
}

/// Appends a packet of the one interface.
pub fn packet(at: Moment, packet: &[u8], out: &mut BytesMut) {
    let length = u32::try_from(packet.len()).unwrap_or(u32::MAX);
    block(PACKET, out, |out| {
        out.u32("interface_id", 0);
        stamp(at, out);
        out.u32("captured_length", length);
        out.u32("original_length", length);
        out.bytes("packet", packet);
    });
}

/// Appends the block that ends a capture in order: the statistics of the one interface, without any.
///
/// The format has no block for that; what captures packets writes this one last.
pub fn end(at: Moment, out: &mut BytesMut) {
    block(STATISTICS, out, |out| {
        out.u32("interface_id", 0);
        stamp(at, out);
    });
}

/// Whether a capture of ours that ends with these bytes was ended in order.
pub fn is_ended(last: &[u8]) -> bool {
    let mut whole = BytesMut::new();
    end(Moment(0), &mut whole);
    let Some((_, last)) = last.split_last_chunk::<END_LENGTH>() else { return false };
    // All of it but the time stamp.
    let same = |part: Range<usize>| last.get(part.clone()) == whole.get(part);
    same(0..12) && same(20..END_LENGTH)
}

/// When it was; moments before 1970 cannot be told, and are told as 1970.
fn stamp(at: Moment, out: &mut Writer<'_>) {
    let stamp = u64::try_from(at.0).unwrap_or(0);
    out.u32("timestamp_high", low(stamp >> 32));
    out.u32("timestamp_low", low(stamp));
}

/// Appends a block of this type: its length, what `body` writes, its length again.
fn block(kind: u32, out: &mut BytesMut, body: impl FnOnce(&mut Writer<'_>)) {
    const FRAME: usize = 12;
    let start = out.len();
    let mut writer = Writer::new(out, Order::Little);
    writer.u32("block_type", kind);
    writer.u32("block_length", 0);
    body(&mut writer);
    writer.pad("pad", 0, 4);
    let length = u32::try_from(writer.written() + FRAME - 8).unwrap_or(u32::MAX);
    writer.u32("block_length", length);
    if let Some(place) = out.get_mut(start + 4..start + 8) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}

/// An option, or a record of a Name Resolution Block, which has the same form.
fn option(code: u16, value: &[u8], out: &mut Writer<'_>) {
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    out.u16("option_code", code);
    out.u16("option_length", length);
    out.bytes("option_value", value.get(..length.into()).unwrap_or(value));
    out.pad("pad", 0, 4);
}

fn low(wide: u64) -> u32 {
    u32::try_from(wide & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}
