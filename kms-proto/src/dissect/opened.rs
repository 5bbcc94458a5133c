//! What lies under the seal of versions 5 and 6.

use sha2::{Digest, Sha256};

use crate::dissect::listing::Listing;
use crate::dissect::mapped::{Place, spans};
use crate::kms::request::{self, Request};
use crate::kms::response::Response;
use crate::kms::seal::Seal;
use crate::kms::seal::envelope::xor;
use crate::kms::seal::form::{Form, MAC};
use crate::kms::seal::padding;
use crate::kms::seal::sealed::Sealed;
use crate::kms::seal::tail::Tail;
use crate::kms::version::Version;
use crate::time::FileTime;
use crate::wire::{Order, Wire};
use crate::write::{Span, Writer};

const LE: Order = Order::Little;

/// A message decrypted with a realm's key, whether or not that was the right one.
pub(crate) struct Opened {
    form: Form,
    version: Version,
    /// The raw decryption of the message's IV.
    unblocked: [u8; 16],
    plain: Vec<u8>,
}

impl Opened {
    /// Decrypts a copy of a sealed message.
    pub(crate) fn of(seal: &Seal, form: Form, sealed: &Sealed<'_>) -> Self {
        let mut bytes = [&sealed.iv[..], sealed.ciphertext].concat();
        let unblocked = seal.decrypt(form, &mut bytes);
        let plain = bytes.split_off(sealed.iv.len().min(bytes.len()));
        Self { form, version: sealed.version, unblocked, plain }
    }

    /// The fields of a request, when it is one of this realm.
    pub(crate) fn request(&self) -> Option<Vec<Span>> {
        let (rest, request) = Request::parse(&self.plain, LE).ok()?;
        let whole = rest == [4; 4] && request.version == self.version;
        whole.then(|| {
            spans(LE, |out| {
                request.emit(out);
                padding::emit(out, request::SIZE);
            })
        })
    }

    /// The fields of an answer, when it is one of this realm.
    pub(crate) fn response(&self) -> Option<(Response, Tail, Vec<Span>)> {
        let content = self.plain.get(..padding::content(&self.plain)?)?;
        let (rest, response) = Response::parse(content, LE).ok()?;
        let (rest, tail) = Tail::parse(rest, self.form == Form::V6).ok()?;
        let whole = response.version == self.version;
        whole.then(|| {
            let emit = |out: &mut Writer<'_>| {
                response.emit(out);
                tail.emit(out);
                out.bytes("surplus", rest);
                padding::emit(out, content.len());
            };
            (response, tail, spans(LE, emit))
        })
    }

    /// Lists a request's fields.
    pub(crate) fn list_request(&self, fields: &[Span], at: (usize, usize), out: &mut Listing) {
        let meaning = "request, opened with this realm's key".to_owned();
        out.group(at, self.plain.len(), "plaintext", meaning);
        self.place(at).list_plain(fields, out);
    }

    /// Lists an answer's fields, and which of its proofs hold.
    pub(crate) fn list_response(
        &self,
        seal: &mut Seal,
        (response, tail, fields): &(Response, Tail, Vec<Span>),
        at: (usize, usize),
        out: &mut Listing,
    ) {
        let meaning = "answer, opened with this realm's key".to_owned();
        out.group(at, self.plain.len(), "plaintext", meaning);
        self.place(at).list(fields, out, |span, bytes, at, out| {
            let holds = match span.name {
                "hash" => self.holds_hash(tail),
                "hmac" => self.holds_hmac(seal, response.client_time, tail, span.bytes.start),
                _ => return false,
            };
            let meaning = if holds { "holds" } else { "does not hold" };
            out.leaf(at.0, at.1, span.name, bytes, meaning.to_owned());
            true
        });
    }

    fn place(&self, (offset, depth): (usize, usize)) -> Place<'_> {
        Place { bytes: &self.plain, offset, depth: depth + 1, order: LE }
    }

    /// By the request's opened IV, which is the answer's own in version 5, and travels in version 6.
    fn holds_hash(&self, tail: &Tail) -> bool {
        let request_iv = tail.keyed.map_or(self.unblocked, |keyed| keyed.xored_ivs);
        let hash: [u8; 32] = Sha256::digest(xor(tail.random_xored_ivs, request_iv)).into();
        hash == tail.hash
    }

    fn holds_hmac(&self, seal: &mut Seal, time: FileTime, tail: &Tail, at: usize) -> bool {
        let covered = self.plain.get(..at).unwrap_or_default();
        let hmac: [u8; MAC] = tail.keyed.map_or([0; MAC], |keyed| keyed.hmac);
        seal.holds_hmac(time, &self.unblocked, covered, &hmac)
    }
}
