//! The dissector: every byte is listed once and as it came, whatever the bytes are.

use kms_proto::dissect::{Line, Listing, dissect};
use kms_proto::kms::realm::Realm;
use kms_proto::rpc::frame;
use kms_proto::rpc::header::Flags;
use kms_proto::text::Hex;

use super::host_session;
use super::input::Input;
use super::pdu::measured;

/// The first byte chooses: bit 0 opens what is sealed, bit 1 states the true length in the header,
/// bit 2 takes the rest as a script of what a peer sends to a host.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let choices = input.u8();
    let realm = Realm::default();
    let realm = (choices & 1 != 0).then_some(&realm);
    let measured = match choices >> 1 & 3 {
        0 => input.rest().to_vec(),
        1 => measured(input.rest()),
        _ => host_session::sent(input),
    };
    let listing = dissect(&measured, realm);
    assert!(!listing.lines.is_empty());
    assert_eq!(listing.to_string().lines().count(), listing.lines.len(), "{listing}");
    nests(&listing);
    if realm.is_none() && !has_fragments(&measured) {
        covers(&listing, &measured);
    }
}

/// A structure stands before its fields, which lie one deeper and within it.
fn nests(listing: &Listing) {
    let mut depth = 0;
    for line in listing.lines.iter().filter(|line| line.name != "error") {
        assert!(line.depth <= depth, "{line:?} lies too deep in\n{listing}");
        assert!(!line.name.is_empty());
        depth = line.depth + 1;
    }
}

/// The fields are the bytes, from the first to the last.
fn covers(listing: &Listing, bytes: &[u8]) {
    let mut at = 0;
    for line in listing.lines.iter().filter(|line| is_field(line)) {
        assert_eq!(line.offset, at, "{line:?} does not follow in\n{listing}");
        let there = bytes.get(at..at + line.length).unwrap_or_default();
        assert_eq!(line.hex, Hex(there).to_string(), "{line:?} is not what came");
        at += line.length;
    }
    assert_eq!(at, bytes.len(), "bytes are missing from\n{listing}");
    let past = |line: &&Line| line.offset > bytes.len();
    assert_eq!(listing.lines.iter().find(past), None, "{listing}");
}

fn is_field(line: &Line) -> bool {
    !line.hex.is_empty()
}

/// Whether a call may come in several pieces, whose whole is listed once more.
fn has_fragments(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(header) = frame::header(rest) {
        if !header.flags.has(Flags::WHOLE) {
            return true;
        }
        let length = usize::from(header.frag_length).max(16);
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}
