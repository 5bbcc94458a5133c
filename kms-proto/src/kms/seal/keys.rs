//! The keys of a realm: HKDF-SHA-256 ([RFC 5869]) of its name.
//!
//! [RFC 5869]: https://www.rfc-editor.org/rfc/rfc5869

use hkdf::Hkdf;
use sha2::Sha256;

use crate::kms::realm::Realm;

/// The salt, which names this seal and its edition.
const SALT: &[u8] = b"kms-lab/1";

/// What a realm's keys are expanded from.
#[derive(Clone)]
pub(crate) struct Root(Hkdf<Sha256>);

impl Root {
    /// The root of `realm`, whose bytes are the input key as they are.
    pub(crate) fn of(realm: &Realm) -> Self {
        Self(Hkdf::new(Some(SALT), realm.as_str().as_bytes()))
    }

    /// The key whose purpose the parts of `info` say together.
    pub(crate) fn key(&self, info: &[&[u8]]) -> [u8; 16] {
        let mut key = [0; 16];
        let expanded = self.0.expand_multi_info(info, &mut key);
        debug_assert!(expanded.is_ok(), "HKDF gives up to 8160 bytes");
        key
    }
}
