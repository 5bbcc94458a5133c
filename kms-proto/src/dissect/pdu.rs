//! PDUs in a row.

use crate::dissect::calls::Calls;
use crate::dissect::listing::Listing;
use crate::dissect::mapped::{Place, extended, spans};
use crate::dissect::message::Direction;
use crate::dissect::stub;
use crate::error::DecodeError;
use crate::kms::seal::Seal;
use crate::rpc::header::{self, Flags, Header, PacketType};
use crate::rpc::pdu::Pdu;
use crate::wire::{Order, Wire};
use crate::write::Span;

/// Where `frag_length` stands.
const FRAG_LENGTH: usize = 8;

/// Lists PDU after PDU, as far as their lengths can be believed.
pub(crate) fn list(bytes: &[u8], calls: &mut Calls, seal: &mut Option<Seal>, out: &mut Listing) {
    let mut offset = 0;
    while let Some(rest) = bytes.get(offset..).filter(|rest| !rest.is_empty()) {
        let Some(header) = head(rest) else {
            short(rest, offset, out);
            return;
        };
        let length = usize::from(header.frag_length);
        if length < header::SIZE {
            only_header(rest, &header, offset, out);
            out.error(offset + FRAG_LENGTH, format_args!(
                "wrong form of the PDU: frag_length at offset {FRAG_LENGTH}: {length} is less than the header"
            ));
            return;
        }
        let piece = rest.get(..length).unwrap_or(rest);
        one(piece, &header, offset, calls, seal, out);
        if piece.len() < length {
            let there = piece.len();
            out.error(
                offset + there,
                format_args!("the PDU ends early: {there} of its {length} bytes are there"),
            );
        }
        offset += piece.len();
    }
}

fn head(bytes: &[u8]) -> Option<Header> {
    Header::parse(bytes, Order::Little).ok().map(|(_, header)| header)
}

/// Lists one PDU, of which some bytes at the end may be missing.
fn one(
    bytes: &[u8],
    header: &Header,
    offset: usize,
    calls: &mut Calls,
    seal: &mut Option<Seal>,
    out: &mut Listing,
) {
    let mut whole = bytes.to_vec();
    whole.resize(header.frag_length.into(), 0);
    let (fields, error) = match fields(&whole, header.order()) {
        Ok(fields) => (fields, None),
        Err(error) => (readable(&whole, header), Some(error)),
    };
    if fields.is_empty() {
        only_header(bytes, header, offset, out);
    } else {
        title(bytes, header, offset, out);
        let place = Place { bytes, offset, depth: 1, order: header.order() };
        place.list(&fields, out, |span, bytes, at, out| {
            span.name == "stub" && error.is_none() && call(bytes, header, calls, seal, at, out)
        });
        let end = fields.iter().map(|span| span.bytes.end).max().unwrap_or(0);
        if let Some(rest) = bytes.get(end..).filter(|rest| !rest.is_empty()) {
            out.leaf(offset + end, 1, "unread", rest, String::new());
        }
    }
    // What is wrong behind the end is wrong with the zeros put there.
    if let Some(error) = error.filter(|error| error.offset <= bytes.len()) {
        out.error(offset + error.offset, format_args!("wrong form of the PDU: {error}"));
    }
}

/// The fields of a whole PDU.
fn fields(bytes: &[u8], order: Order) -> Result<Vec<Span>, DecodeError> {
    Pdu::parse(bytes).map(|pdu| spans(order, |out| pdu.emit(out)))
}

/// The fields of a PDU whose body ends before all its fields, with zeros for what is missing.
fn readable(bytes: &[u8], header: &Header) -> Vec<Span> {
    let mut longer = extended(bytes, u16::MAX.into());
    let length = u16::try_from(longer.len()).unwrap_or(u16::MAX);
    let stated = match header.order() {
        Order::Little => length.to_le_bytes(),
        Order::Big => length.to_be_bytes(),
    };
    if let Some(place) = longer.get_mut(FRAG_LENGTH..FRAG_LENGTH + 2) {
        place.copy_from_slice(&stated);
    }
    // The zeros may be too many for a body that has an end; then they are its last field's.
    match Pdu::parse(&longer) {
        Ok(pdu) => spans(header.order(), |out| pdu.emit(out)),
        Err(error) if error.field == "trailing" => longer
            .get_mut(..error.offset)
            .and_then(|cut| {
                let stated = u16::try_from(cut.len()).ok()?;
                let stated = match header.order() {
                    Order::Little => stated.to_le_bytes(),
                    Order::Big => stated.to_be_bytes(),
                };
                cut.get_mut(FRAG_LENGTH..FRAG_LENGTH + 2)?.copy_from_slice(&stated);
                fields(cut, header.order()).ok()
            })
            .unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// Lists a call's stub, or a piece of it and, with the last, the whole. False for a fault's stub.
fn call(
    bytes: &[u8],
    header: &Header,
    calls: &mut Calls,
    seal: &mut Option<Seal>,
    at: (usize, usize),
    out: &mut Listing,
) -> bool {
    let direction = match header.packet_type {
        PacketType::REQUEST => Direction::Request,
        PacketType::RESPONSE => Direction::Response,
        _ => return false,
    };
    let order = header.order();
    let key = (header.packet_type, header.call_id);
    if header.flags.has(Flags::FIRST) {
        if header.flags.has(Flags::LAST) {
            stub::list(bytes, direction, order, seal, at, out);
            return true;
        }
        calls.begin(key);
    }
    out.leaf(at.0, at.1, "stub", bytes, "a fragment".to_owned());
    calls.extend(key, bytes);
    if header.flags.has(Flags::LAST) {
        match calls.end(key) {
            Some(whole) => stub::list(&whole, direction, order, seal, (0, at.1), out),
            None => out.error(at.0, "the last fragment of a call whose first is not here"),
        }
    }
    true
}

/// The line above a PDU's fields.
fn title(bytes: &[u8], header: &Header, offset: usize, out: &mut Listing) {
    let meaning = format!("{}, call {}", header.packet_type, header.call_id);
    out.group((offset, 0), bytes.len(), "pdu", meaning);
}

/// Lists a header, and what follows as not read.
fn only_header(bytes: &[u8], header: &Header, offset: usize, out: &mut Listing) {
    title(bytes, header, offset, out);
    let (front, rest) = bytes.split_at_checked(header::SIZE).unwrap_or((bytes, &[]));
    let place = Place { bytes: front, offset, depth: 1, order: header.order() };
    let fields = spans(header.order(), |out| out.group("header", |out| header.emit(out)));
    place.list_plain(&fields, out);
    if !rest.is_empty() {
        out.leaf(offset + front.len(), 1, "unread", rest, String::new());
    }
}

/// Lists a header that is not all there.
fn short(bytes: &[u8], offset: usize, out: &mut Listing) {
    let longer = extended(bytes, header::SIZE);
    out.group((offset, 0), bytes.len(), "pdu", String::new());
    if let Some(header) = head(&longer) {
        let place = Place { bytes, offset, depth: 1, order: header.order() };
        let fields = spans(header.order(), |out| out.group("header", |out| header.emit(out)));
        place.list_plain(&fields, out);
    }
    let missing = header::SIZE - bytes.len();
    out.error(offset + bytes.len(), format_args!("{missing} bytes of the header are missing"));
}
