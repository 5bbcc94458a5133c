//! The lab's seal: what makes a message one of this realm's, and an answer one to this request.
//!
//! Keys come from the realm's name and from nothing else, so no key can be handed in. The seal
//! belongs to this project: it opens no message of a genuine product, and seals none.
//!
//! Version 4 authenticates with AES-CMAC. Versions 5 and 6 encrypt with AES-CBC; their answers prove
//! that the host opened the request, and in version 6 also that nothing between was altered.

pub mod bend;
mod cbc;
pub mod envelope;
pub mod form;
mod keys;
mod opened;
pub mod padding;
pub mod sealed;
mod slots;
pub mod tail;
pub mod v4;
mod v5;
mod v6;

pub use crate::kms::seal::opened::Opened;

use core::fmt;

use bytes::BytesMut;

use crate::kms::realm::Realm;
use crate::kms::request::Request;
use crate::kms::response::Response;
use crate::kms::seal::bend::Bend;
use crate::kms::seal::cbc::Cipher;
use crate::kms::seal::envelope::{Envelope, Salts};
use crate::kms::seal::form::Form;
use crate::kms::seal::keys::Root;
use crate::kms::seal::slots::SlotMacs;
use crate::kms::seal::v4::Mac;
use crate::time::FileTime;

/// The seal of one realm, its keys scheduled once.
#[derive(Clone)]
pub struct Seal {
    root: Root,
    v4: Mac,
    v5: Cipher,
    v6: Cipher,
    slots: SlotMacs,
    /// Where an answer is opened; grows to the longest seen.
    scratch: Vec<u8>,
}

impl Seal {
    /// The seal of `realm`.
    pub fn for_realm(realm: &Realm) -> Self {
        let root = Root::of(realm);
        Self {
            v4: Mac::new(root.key(&[b"v4 mac"])),
            v5: Cipher::new(root.key(&[b"v5 cipher"])),
            v6: Cipher::new(root.key(&[b"v6 cipher"])),
            slots: SlotMacs::default(),
            scratch: Vec::new(),
            root,
        }
    }

    /// Opens a request in place: versions 5 and 6 leave their plaintext in `message`.
    pub fn open_request(&self, message: &mut [u8]) -> Opened {
        match form::of_request(message) {
            Err(error) => Opened::Malformed(error),
            Ok((version, Form::V4)) => self.v4.open_request(version, message),
            Ok((version, Form::V5)) => v5::open_request(&self.v5, version, message),
            Ok((version, Form::V6)) => v5::open_request(&self.v6, version, message),
        }
    }

    /// Appends a request, sealed in the form of its own version, to `out`.
    ///
    /// `iv` is drawn anew by the caller for each request; version 4 has no use for it. A version
    /// that is none of the three is sealed in the form [`Form::nearest`] to it.
    pub fn seal_request(&self, request: &Request, iv: [u8; 16], out: &mut BytesMut) {
        match Form::nearest(request.version) {
            Form::V4 => self.v4.seal_request(request, out),
            Form::V5 => v5::seal_request(&self.v5, request, iv, out),
            Form::V6 => v5::seal_request(&self.v6, request, iv, out),
        }
    }

    /// Appends the answer to the request of `envelope` to `out`.
    ///
    /// `hwid` travels in version 6 alone.
    pub fn seal_response(
        &mut self,
        response: &Response,
        envelope: &Envelope,
        salts: Salts,
        hwid: [u8; 8],
        out: &mut BytesMut,
    ) {
        self.seal_bent(response, envelope, salts, hwid, None, out);
    }

    /// Appends an answer of which one thing is wrong on purpose; the rest is sealed over that.
    pub fn seal_bent(
        &mut self,
        response: &Response,
        envelope: &Envelope,
        salts: Salts,
        hwid: [u8; 8],
        bend: Option<Bend>,
        out: &mut BytesMut,
    ) {
        match envelope.form() {
            Form::V4 => self.v4.seal_response(response, bend, out),
            Form::V5 => v5::seal_response(&self.v5, response, envelope, salts, bend, out),
            Form::V6 => {
                let tag = |time: FileTime, first: &[u8; 16], rest: &[u8]| {
                    self.slots.tag(&self.root, slots::slot(time), first, rest)
                };
                v6::seal_response(&self.v6, tag, response, envelope, salts, hwid, bend, out);
            }
        }
    }

    /// The version 4 MAC over `bytes`.
    pub(crate) fn mac(&self, bytes: &[u8]) -> [u8; 16] {
        self.v4.over(bytes)
    }

    /// Whether `hmac` is the version 6 tag of an answer that echoes `time`: by the key of the
    /// time's slot, of the one before (where there is one) or of the one after.
    pub(crate) fn holds_hmac(
        &mut self,
        time: FileTime,
        first: &[u8; 16],
        rest: &[u8],
        hmac: &[u8; 16],
    ) -> bool {
        let slot = slots::slot(time);
        [Some(slot), slot.checked_sub(1), Some(slot.saturating_add(1))]
            .into_iter()
            .flatten()
            .any(|slot| self.slots.tag(&self.root, slot, first, rest) == *hmac)
    }

    /// Decrypts IV and ciphertext in place, leaving the IV; gives the raw decryption of the IV.
    ///
    /// Version 4 has no cipher: its bytes stay as they are.
    pub(crate) fn decrypt(&self, form: Form, sealed: &mut [u8]) -> [u8; 16] {
        match form {
            Form::V4 => [0; 16],
            Form::V5 => self.v5.open(sealed),
            Form::V6 => self.v6.open(sealed),
        }
    }

    /// The raw decryption of one block under the form's cipher; version 4 has none.
    pub(crate) fn unblock(&self, form: Form, block: [u8; 16]) -> [u8; 16] {
        match form {
            Form::V4 => [0; 16],
            Form::V5 => self.v5.unblock(block),
            Form::V6 => self.v6.unblock(block),
        }
    }

    /// Takes the buffer in which answers are opened; [`put_back`](Self::put_back) returns it.
    pub(crate) fn take_scratch(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut scratch = core::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.extend_from_slice(bytes);
        scratch
    }

    /// Returns the buffer of [`take_scratch`](Self::take_scratch).
    pub(crate) fn put_back(&mut self, scratch: Vec<u8>) {
        self.scratch = scratch;
    }
}

/// Without keys, nor anything they could be made from.
impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_holds_by_the_keys_of_three_slots_and_no_others() {
        let mut seal = Seal::for_realm(&Realm::default());
        let (first, rest) = ([1; 16], [2; 200]);
        for slot in [0, 1, 2, 931_369, u64::MAX / 144_000_000_000] {
            let time = FileTime(slot * 144_000_000_000 + 5);
            for off in -3..=3_i64 {
                let Some(signed) = slot.checked_add_signed(off) else { continue };
                let tag = seal.slots.tag(&seal.root, signed, &first, &rest);
                assert_eq!(
                    seal.holds_hmac(time, &first, &rest, &tag),
                    off.abs() <= 1,
                    "{slot} {off}"
                );
            }
        }
    }
}
