//! Any frame as an indented, named listing.
//!
//! The dissector has no grammar of its own: bytes are parsed, the value is written again by a
//! [mapped](crate::write::Writer::mapped) writer, and the names and places it noted are printed over
//! the bytes that came. What cannot be parsed is listed up to where it stops, and the reason after it.

mod calls;
mod gist;
mod listing;
pub mod lua;
mod mapped;
mod meaning;
mod message;
mod opened;
mod pdu;
mod stub;
mod trailer;

pub use crate::dissect::calls::Calls;
pub use crate::dissect::gist::{Gist, Sealed};
pub use crate::dissect::listing::{Line, Listing};

use crate::dissect::message::Direction;
use crate::kms::realm::Realm;
use crate::kms::seal::Seal;
use crate::kms::seal::form::Form;
use crate::kms::version::Version;
use crate::rpc::header;
use crate::wire::{Order, Wire};

/// Lists `bytes`: PDUs in a row, or one KMS message, or the stub of one call.
///
/// With a realm, what is sealed in it is opened and listed too.
pub fn dissect(bytes: &[u8], realm: Option<&Realm>) -> Listing {
    let mut seal = realm.map(Seal::for_realm);
    let mut out = Listing::default();
    if bytes.is_empty() {
        out.error(0, "there are no bytes");
    } else if looks_like_pdu(bytes) {
        pdu::list(bytes, &mut Calls::default(), &mut seal, &mut out);
    } else if looks_like_message(bytes) {
        message::list(bytes, Direction::Unknown, &mut seal, (0, 0), &mut out);
    } else if !stub::list_bare(bytes, &mut seal, &mut out) {
        out.leaf(0, 0, "unread", bytes, String::new());
        out.error(0, "no PDU (version 5), no KMS message (4.0, 5.0 or 6.0) and no stub of one");
    }
    out
}

/// Lists the PDUs of a connection as they come, one after the other.
#[derive(Clone, Debug)]
pub struct Dissector {
    seal: Option<Seal>,
}

impl Dissector {
    /// One that opens what is sealed in this realm.
    pub fn new(realm: Option<&Realm>) -> Self {
        Self { seal: realm.map(Seal::for_realm) }
    }

    /// Lists bytes of a connection, which begin with a PDU if they are any; `calls` keeps what came
    /// of the connection's calls before.
    pub fn list(&mut self, bytes: &[u8], calls: &mut Calls) -> Listing {
        let mut out = Listing::default();
        if looks_like_pdu(bytes) {
            pdu::list(bytes, calls, &mut self.seal, &mut out);
        } else {
            out.leaf(0, 0, "unread", bytes, String::new());
            out.error(0, "wrong form of the PDU: it does not begin with version 5.0 or 5.1");
        }
        out
    }
}

/// The major version of connection-oriented DCE/RPC, and a minor version there is.
fn looks_like_pdu(bytes: &[u8]) -> bool {
    matches!(bytes, [header::MAJOR, 0 | 1, ..] | [header::MAJOR])
}

fn looks_like_message(bytes: &[u8]) -> bool {
    Version::parse(bytes, Order::Little).is_ok_and(|(_, version)| Form::of(version).is_some())
}
