//! What stands behind the base in the sealed part of a version 5 or 6 answer.

use crate::kms::seal::form::Form;
use crate::wire::{Parsed, array, field};
use crate::write::Writer;

/// The proofs of an answer.
///
/// ```text
/// 0                  16      48      56           72      88
/// │ RandomXoredIVs   │ Hash  │ HwId  │ XoredIVs   │ HMAC  │
/// └──── versions 5 and 6 ────┴─────── version 6 ──────────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The host's salt under the request's opened IV.
    pub random_xored_ivs: [u8; 16],
    /// SHA-256 of the salt.
    pub hash: [u8; 32],
    /// What version 6 adds.
    pub keyed: Option<Keyed>,
}

/// What version 6 adds to a [`Tail`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyed {
    /// The host's hardware id, any 8 bytes; shown and not checked.
    pub hwid: [u8; 8],
    /// The request's opened IV.
    pub xored_ivs: [u8; 16],
    /// The last half of HMAC-SHA-256 over the response's opened IV and all that stands before this.
    pub hmac: [u8; 16],
}

impl Tail {
    /// Bytes of a form's tail: 0, 48, 88.
    pub const fn size(form: Form) -> usize {
        match form {
            Form::V4 => 0,
            Form::V5 => 48,
            Form::V6 => 88,
        }
    }

    /// Reads the tail of a version 5 or, when `keyed`, a version 6 answer.
    ///
    /// # Errors
    ///
    /// When fewer bytes are left than its fields take.
    pub fn parse(input: &[u8], keyed: bool) -> Parsed<'_, Self> {
        let (input, random_xored_ivs) = field("random_xored_ivs", array::<16>)(input)?;
        let (input, hash) = field("hash", array::<32>)(input)?;
        let (input, keyed) = if keyed {
            Keyed::parse(input).map(|(input, keyed)| (input, Some(keyed)))?
        } else {
            (input, None)
        };
        Ok((input, Self { random_xored_ivs, hash, keyed }))
    }

    /// Writes the fields.
    pub fn emit(&self, out: &mut Writer<'_>) {
        out.bytes("random_xored_ivs", &self.random_xored_ivs);
        out.bytes("hash", &self.hash);
        if let Some(keyed) = &self.keyed {
            keyed.emit(out);
        }
    }
}

impl Keyed {
    fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (input, hwid) = field("hwid", array::<8>)(input)?;
        let (input, xored_ivs) = field("xored_ivs", array::<16>)(input)?;
        let (input, hmac) = field("hmac", array::<16>)(input)?;
        Ok((input, Self { hwid, xored_ivs, hmac }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        out.bytes("hwid", &self.hwid);
        out.bytes("xored_ivs", &self.xored_ivs);
        out.bytes("hmac", &self.hmac);
    }
}
