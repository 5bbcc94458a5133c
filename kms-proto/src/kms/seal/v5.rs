//! Version 5: encrypted, and answered with a hash that only who opened the request can make.
//!
//! Requests of version 6 have the same form under another key.

use bytes::BytesMut;
use sha2::{Digest, Sha256};

use crate::kms::request::Request;
use crate::kms::response::Response;
use crate::kms::seal::bend::Bend;
use crate::kms::seal::cbc::Cipher;
use crate::kms::seal::envelope::{Envelope, Salts, xor};
use crate::kms::seal::form::HEAD;
use crate::kms::seal::opened::Opened;
use crate::kms::seal::padding;
use crate::kms::seal::sealed::Sealed;
use crate::kms::seal::tail::Tail;
use crate::kms::version::Version;
use crate::wire::{Order, Wire};
use crate::write::Writer;

/// Opens a request of 260 bytes in place.
///
/// A request carries no integrity beyond its padding and its inner version.
pub(crate) fn open_request(cipher: &Cipher, version: Version, message: &mut [u8]) -> Opened {
    let foreign = Opened::Foreign { version, readable: None };
    let Some(sealed) = message.get_mut(4..) else { return foreign };
    let opened_iv = cipher.open(sealed);
    let Some((iv, plain)) = sealed.split_first_chunk::<16>() else { return foreign };
    match Request::parse(plain, Order::Little) {
        Ok(([4, 4, 4, 4], request)) if request.version == version => {
            Opened::Lab { request, envelope: Envelope::new(version, *iv, opened_iv) }
        }
        _ => foreign,
    }
}

/// Appends a sealed request.
pub(crate) fn seal_request(cipher: &Cipher, request: &Request, iv: [u8; 16], out: &mut BytesMut) {
    let start = out.len();
    write(request.version, iv, out, |out| request.emit(out));
    cipher.seal(iv, out.get_mut(start + HEAD..).unwrap_or_default());
}

/// Appends a sealed answer.
pub(crate) fn seal_response(
    cipher: &Cipher,
    response: &Response,
    envelope: &Envelope,
    salts: Salts,
    bend: Option<Bend>,
    out: &mut BytesMut,
) {
    let mut iv = envelope.iv();
    iv[0] ^= Bend::bit(bend, Bend::Iv);
    let tail = proofs(envelope, salts, bend);
    let start = out.len();
    write(Bend::outer(bend, envelope.version()), iv, out, |out| {
        answer(response, &tail, bend, out);
    });
    let plain = out.get_mut(start + HEAD..).unwrap_or_default();
    finish(plain, response, bend);
    cipher.seal(iv, plain);
}

/// The proofs of a version 5 answer.
pub(crate) fn proofs(envelope: &Envelope, salts: Salts, bend: Option<Bend>) -> Tail {
    let mut random_xored_ivs = xor(salts.random, envelope.opened_iv());
    random_xored_ivs[0] ^= Bend::bit(bend, Bend::RandomXoredIvs);
    let mut hash: [u8; 32] = Sha256::digest(salts.random).into();
    hash[0] ^= Bend::bit(bend, Bend::Hash);
    Tail { random_xored_ivs, hash, keyed: None }
}

/// Writes version and IV, and what `body` writes with its padding.
pub(crate) fn write(
    version: Version,
    iv: [u8; 16],
    out: &mut BytesMut,
    body: impl FnOnce(&mut Writer<'_>),
) {
    let mut out = Writer::new(out, Order::Little);
    Sealed::emit_head(version, &iv, &mut out);
    body(&mut out);
    let length = out.written() - HEAD;
    padding::emit(&mut out, length);
}

/// Writes an answer's base and tail.
pub(crate) fn answer(response: &Response, tail: &Tail, bend: Option<Bend>, out: &mut Writer<'_>) {
    response.emit(out);
    tail.emit(out);
    for _ in 0..Bend::surplus(bend) {
        out.u8("surplus", 0);
    }
}

/// Bends what is to be bent in the plaintext.
pub(crate) fn finish(plain: &mut [u8], response: &Response, bend: Option<Bend>) {
    Bend::base(bend, plain, usize::try_from(response.pid.size()).unwrap_or(0));
    if let Some(last) = plain.last_mut() {
        // Beyond 16, so no other padding can come of it.
        *last ^= Bend::bit(bend, Bend::Padding) << 7;
    }
}
