//! What the host sends, bent: PDUs are parsed, changed and written again.

pub mod bind;
pub mod data;
pub mod message;
pub mod response;

use bytes::Bytes as Piece;
use kms_proto::rpc::frame;

/// A bend that could not be made, and why.
pub type Cannot = &'static str;

/// Nothing of it changes: whoever gets it cannot tell that anybody meant to bend it.
pub const THE_SAME: Cannot = "it is the same with it as without";

/// Cuts what a session wrote into its PDUs.
pub fn pdus(mut bytes: Piece) -> Vec<Piece> {
    let mut pdus = Vec::new();
    while !bytes.is_empty() {
        let length = frame::first(&bytes, usize::MAX).ok().flatten();
        pdus.push(bytes.split_to(length.unwrap_or(bytes.len()).min(bytes.len())));
    }
    pdus
}
