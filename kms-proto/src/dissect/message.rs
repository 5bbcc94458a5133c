//! The KMS message inside a stub.

use crate::dissect::listing::Listing;
use crate::dissect::mapped::{Place, extended, spans};
use crate::dissect::opened::Opened;
use crate::error::{DecodeError, Reason};
use crate::guid::Uuid;
use crate::kms::check::stated_size;
use crate::kms::pid::Pid;
use crate::kms::request::Request;
use crate::kms::response::Response;
use crate::kms::seal::Seal;
use crate::kms::seal::form::{self, Form, MAC};
use crate::kms::seal::sealed::Sealed;
use crate::kms::seal::v4::Maced;
use crate::kms::version::Version;
use crate::time::FileTime;
use crate::wire::{Order, Wire, located};
use crate::write::Span;

const LE: Order = Order::Little;

/// What is said of a form that is right and a key that is not.
pub(crate) const FOREIGN: &str = "not this realm's seal, or altered";

/// Where an answer's PID begins.
const PID: usize = 8;

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To the host.
    Request,
    /// To the client.
    Response,
    /// Either: a message by itself.
    Unknown,
}

/// Lists a message that begins at `at`.
pub(crate) fn list(
    bytes: &[u8],
    direction: Direction,
    seal: &mut Option<Seal>,
    at: (usize, usize),
    out: &mut Listing,
) {
    let version = Version::parse(bytes, LE).ok().map(|(_, version)| version);
    let direction = guess(version.and_then(Form::of), direction, bytes);
    let what = match direction {
        Direction::Request => "KMS request",
        Direction::Response => "KMS answer",
        Direction::Unknown => "KMS request or answer",
    };
    let name = version.map_or_else(String::new, |version| format!(", version {version}"));
    out.group(at, bytes.len(), "message", format!("{what}{name}"));
    let place = Place { bytes, offset: at.0, depth: at.1 + 1, order: LE };
    let wrong = match (version.and_then(Form::of), direction) {
        (None, _) => {
            let error = form::of_request(bytes).err();
            place.list_plain(&version_only(bytes), out);
            let start = bytes.len().min(4);
            unread(place, start, out);
            error
        }
        (Some(Form::V4), Direction::Response) => clear_answer(place, seal.as_ref(), out),
        (Some(Form::V4), _) => clear_request(place, seal.as_ref(), out),
        (Some(form), _) => sealed(form, direction, place, seal, out),
    };
    if let Some(error) = wrong {
        out.error(at.0 + error.offset, format_args!("wrong form of the message: {error}"));
    }
}

/// Which way a message by itself goes.
///
/// In version 4 the number after the version tells: VM information, which is 0 or 1, or the size of
/// a PID, which is at least 2. In the others the length that all requests have.
fn guess(form: Option<Form>, direction: Direction, bytes: &[u8]) -> Direction {
    match (form, direction) {
        (Some(Form::V4), Direction::Unknown) => match stated_size(bytes) {
            Some(2..) => Direction::Response,
            _ => Direction::Request,
        },
        (Some(form), Direction::Unknown) if bytes.len() != form.request_length() => {
            Direction::Response
        }
        // The one length that requests and some answers share.
        (Some(Form::V6), Direction::Unknown) => Direction::Unknown,
        (_, Direction::Unknown) => Direction::Request,
        (_, known) => known,
    }
}

/// Version 4, to the host.
fn clear_request(place: Place<'_>, seal: Option<&Seal>, out: &mut Listing) -> Option<DecodeError> {
    let longer = extended(place.bytes, usize::MAX);
    if let Ok((rest, base)) = Request::parse(&longer, LE) {
        list_maced(place, &base, longer.len() - rest.len(), seal, out);
    }
    form::of_request(place.bytes).err()
}

/// Version 4, to the client.
fn clear_answer(place: Place<'_>, seal: Option<&Seal>, out: &mut Listing) -> Option<DecodeError> {
    let longer = extended(place.bytes, usize::MAX);
    let (rest, base) = match Response::parse(&longer, LE) {
        Ok(parsed) => parsed,
        Err(error) => {
            let front = Place { bytes: place.bytes.get(..PID).unwrap_or(place.bytes), ..place };
            front.list_plain(&spans(LE, |out| before_pid().emit(out)), out);
            unread(place, PID, out);
            return Some(located(&error, longer.len()));
        }
    };
    let length = longer.len() - rest.len();
    list_maced(place, &base, length, seal, out);
    let end = length + MAC;
    (place.bytes.len() != end).then(|| length_error(place.bytes.len(), end))
}

/// Lists a base of `length` bytes, its MAC, and what stands behind it.
fn list_maced<'a, T: Wire<'a>>(
    place: Place<'_>,
    base: &T,
    length: usize,
    seal: Option<&Seal>,
    out: &mut Listing,
) {
    let fields = spans(LE, |out| Maced { base, mac: [0; MAC] }.emit(out));
    place.list(&fields, out, |span, bytes, at, out| {
        let (Some(seal), "mac", true) = (seal, span.name, bytes.len() == MAC) else {
            return false;
        };
        let covered = place.bytes.get(..length).unwrap_or_default();
        let holds = seal.mac(covered) == *bytes;
        let meaning = if holds { "holds: this realm's seal" } else { FOREIGN };
        out.leaf(at.0, at.1, span.name, bytes, meaning.to_owned());
        true
    });
    unread(place, length + MAC, out);
}

/// Versions 5 and 6.
fn sealed(
    form: Form,
    direction: Direction,
    place: Place<'_>,
    seal: &mut Option<Seal>,
    out: &mut Listing,
) -> Option<DecodeError> {
    let longer = extended(place.bytes, form::HEAD.max(place.bytes.len()));
    let Ok((_, message)) = Sealed::parse(&longer, LE) else { return None };
    let error = sealed_form(form, direction, place.bytes.len());
    let opened = match (seal.as_ref(), error) {
        (Some(seal), None) => Some(Opened::of(seal, form, &message)),
        _ => None,
    };
    place.list(&spans(LE, |out| message.emit(out)), out, |span, bytes, at, out| {
        if span.name != "ciphertext" {
            return false;
        }
        let line = |out: &mut Listing, meaning: &str| {
            out.leaf(at.0, at.1, span.name, bytes, meaning.to_owned());
        };
        let Some(opened) = &opened else {
            let meaning = if error.is_some() { "" } else { "sealed; its realm opens it" };
            line(out, meaning);
            return true;
        };
        let request = (direction != Direction::Response).then(|| opened.request()).flatten();
        let answer = (direction != Direction::Request).then(|| opened.response()).flatten();
        let inside = (at.0, at.1 + 1);
        match (request, answer, seal.as_mut()) {
            (Some(fields), ..) => {
                line(out, "");
                opened.list_request(&fields, inside, out);
            }
            (None, Some(answer), Some(seal)) => {
                line(out, "");
                opened.list_response(seal, &answer, inside, out);
            }
            _ => line(out, FOREIGN),
        }
        true
    });
    error
}

/// What is wrong with the length of a version 5 or 6 message.
fn sealed_form(form: Form, direction: Direction, length: usize) -> Option<DecodeError> {
    if direction == Direction::Request && length != form.request_length() {
        return Some(length_error(length, form.request_length()));
    }
    let blocks = length.saturating_sub(form::HEAD);
    let whole = blocks.next_multiple_of(16).max(16);
    (blocks != whole || length < form::HEAD).then(|| length_error(length, form::HEAD + whole))
}

fn length_error(found: usize, expected: usize) -> DecodeError {
    let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
    let reason = Reason::Mismatch { found: count(found), expected: count(expected) };
    DecodeError { field: "message_length", reason, offset: 0 }
}

/// The version's two fields, as far as they are there.
fn version_only(bytes: &[u8]) -> Vec<Span> {
    let longer = extended(bytes, 4);
    Version::parse(&longer, LE)
        .map(|(_, version)| spans(LE, |out| version.emit(out)))
        .unwrap_or_default()
}

/// Any answer: the fields before the PID stand in the same places in all of them.
fn before_pid() -> Response {
    Response {
        version: Version::V4,
        pid: Pid::default(),
        cmid: Uuid::nil(),
        client_time: FileTime(0),
        count: 0,
        activation_interval: 0,
        renewal_interval: 0,
    }
}

/// Lists the bytes from `start` on as not read, if there are any.
fn unread(place: Place<'_>, start: usize, out: &mut Listing) {
    if let Some(bytes) = place.bytes.get(start..).filter(|bytes| !bytes.is_empty()) {
        out.leaf(place.offset + start, place.depth, "unread", bytes, String::new());
    }
}
