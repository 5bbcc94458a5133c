//! The parameters of a call, in whichever of the two transfer syntaxes they are.

use crate::dissect::listing::Listing;
use crate::dissect::mapped::{Place, extended, spans};
use crate::dissect::message::{self, Direction};
use crate::dissect::trailer;
use crate::error::DecodeError;
use crate::kms::seal::Seal;
use crate::kms::seal::form::Form;
use crate::kms::version::Version;
use crate::rpc::stub::Ndr;
use crate::rpc::stub::request::RequestStub;
use crate::rpc::stub::response::ResponseStub;
use crate::wire::{Order, Wire};
use crate::write::Span;

/// A stub that could be read.
struct Read {
    ndr: Ndr,
    direction: Direction,
    fields: Vec<Span>,
    /// Whether there is a message that begins as one, or rightly none.
    likely: bool,
}

/// Lists a stub that begins at `at` under the name `name`.
pub(crate) fn list(
    bytes: &[u8],
    direction: Direction,
    order: Order,
    seal: &mut Option<Seal>,
    at: (usize, usize),
    out: &mut Listing,
) {
    match read(bytes, direction, order) {
        Ok(stub) => list_read(bytes, &stub, order, seal, at, out),
        Err(error) => {
            list_torn(bytes, direction, order, seal, at, out);
            out.error(at.0 + error.offset, format_args!("wrong form of the stub: {error}"));
        }
    }
}

/// Lists bytes that are a stub by themselves; false when they are none.
pub(crate) fn list_bare(bytes: &[u8], seal: &mut Option<Seal>, out: &mut Listing) -> bool {
    for order in [Order::Little, Order::Big] {
        for direction in [Direction::Request, Direction::Response] {
            if let Ok(stub) = read(bytes, direction, order)
                && stub.likely
            {
                list_read(bytes, &stub, order, seal, (0, 0), out);
                return true;
            }
        }
    }
    false
}

/// Reads a stub in the syntax that fits; the error is that of the one it seems to be in.
fn read(bytes: &[u8], direction: Direction, order: Order) -> Result<Read, DecodeError> {
    let [narrow, wide] = [Ndr::Ndr32, Ndr::Ndr64].map(|ndr| read_as(bytes, ndr, direction, order));
    match (narrow, wide) {
        (Ok(stub), Err(_)) | (Err(_), Ok(stub)) => Ok(stub),
        (Ok(narrow), Ok(wide)) => Ok(if narrow.likely || !wide.likely { narrow } else { wide }),
        (Err(narrow), Err(wide)) => Err(match seems(bytes) {
            Ndr::Ndr32 => narrow,
            Ndr::Ndr64 => wide,
        }),
    }
}

/// The syntax of a stub that cannot be read: NDR64 has four bytes of pad after the size.
fn seems(bytes: &[u8]) -> Ndr {
    match bytes.get(4..8) {
        Some([0, 0, 0, 0]) if bytes.len() >= 16 => Ndr::Ndr64,
        _ => Ndr::Ndr32,
    }
}

fn read_as(
    bytes: &[u8],
    ndr: Ndr,
    direction: Direction,
    order: Order,
) -> Result<Read, DecodeError> {
    match direction {
        Direction::Response => response(bytes, ndr, order),
        _ => request(bytes, ndr, order),
    }
}

/// Lists what can be read of a stub that ends early or whose sizes disagree: zeros are put behind a
/// copy, sizes that stop the parser are made 0 in it, and the fields listed over the bytes that came.
fn list_torn(
    bytes: &[u8],
    direction: Direction,
    order: Order,
    seal: &mut Option<Seal>,
    at: (usize, usize),
    out: &mut Listing,
) {
    let ndr = seems(bytes);
    let mut copy = extended(bytes, usize::MAX);
    let mut end = bytes.len();
    for _ in 0..3 {
        match read_as(&copy, ndr, direction, order) {
            Ok(stub) => {
                let (front, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
                list_read(front, &stub, order, seal, at, out);
                if !rest.is_empty() {
                    out.leaf(at.0 + front.len(), at.1 + 1, "unread", rest, String::new());
                }
                return;
            }
            // Behind the HRESULT there are the zeros, and what is too much.
            Err(error) if error.field == "trailing" => {
                copy.truncate(error.offset);
                end = end.min(error.offset);
            }
            Err(error) => match without_sizes(&mut copy, &error, ndr) {
                Some(readable) => end = end.min(readable),
                None => break,
            },
        }
    }
    out.leaf(at.0, at.1, "stub", bytes, String::new());
}

/// Makes the sizes 0 of which one stopped the parser; gives how far the fields can be read.
fn without_sizes(copy: &mut [u8], error: &DecodeError, ndr: Ndr) -> Option<usize> {
    let width = match ndr {
        Ndr::Ndr32 => 4,
        Ndr::Ndr64 => 8,
    };
    let (count, end) = match error.field {
        "size" => (0..4, 4),
        "max_count" => (error.offset..error.offset + width, error.offset + width),
        "message" => (error.offset.checked_sub(width)?..error.offset, error.offset),
        _ => return None,
    };
    copy.get_mut(..4)?.fill(0);
    copy.get_mut(count)?.fill(0);
    Some(end)
}

fn request(bytes: &[u8], ndr: Ndr, order: Order) -> Result<Read, DecodeError> {
    let stub = RequestStub::from_bytes(bytes, ndr, order)?;
    let fields = spans(order, |out| stub.emit(ndr, out));
    Ok(Read { ndr, direction: Direction::Request, fields, likely: is_message(stub.message) })
}

fn response(bytes: &[u8], ndr: Ndr, order: Order) -> Result<Read, DecodeError> {
    let stub = ResponseStub::from_bytes(bytes, ndr, order)?;
    let fields = spans(order, |out| stub.emit(ndr, out));
    let likely = stub.message.map_or(!stub.hresult.is_ok(), is_message);
    Ok(Read { ndr, direction: Direction::Response, fields, likely })
}

fn is_message(bytes: &[u8]) -> bool {
    Version::parse(bytes, Order::Little).is_ok_and(|(_, version)| Form::of(version).is_some())
}

fn list_read(
    bytes: &[u8],
    stub: &Read,
    order: Order,
    seal: &mut Option<Seal>,
    at: (usize, usize),
    out: &mut Listing,
) {
    let meaning = match stub.direction {
        Direction::Response => format!("{}, results", stub.ndr),
        _ => format!("{}, parameters", stub.ndr),
    };
    out.group(at, bytes.len(), "stub", meaning);
    let place = Place { bytes, offset: at.0, depth: at.1 + 1, order };
    place.list(&stub.fields, out, |span, bytes, at, out| match span.name {
        "message" => {
            message::list(bytes, stub.direction, seal, at, out);
            true
        }
        "trailing" => {
            trailer::list(bytes, span.bytes.start, at, out);
            true
        }
        _ => false,
    });
}
