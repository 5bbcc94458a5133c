//! Keys of signatures: a realm's own, and those somebody gives for a server of theirs.

use core::fmt;
use core::str::FromStr;

use data_encoding::{BASE64, BASE64_NOPAD};
use hickory_proto::rr::Name;
use hickory_proto::rr::rdata::tsig::TsigAlgorithm;
use hkdf::Hkdf;
use sha2::Sha256;

use crate::dns::name::{domain, shown};
use crate::kms::realm::Realm;
use crate::text::TextError;

/// The salt, which names this use of a realm's name.
const SALT: &[u8] = b"kms-lab/1 tsig";

/// The algorithms there are, by their names in DNS.
const ALGORITHMS: [(&str, TsigAlgorithm); 3] = [
    ("hmac-sha256", TsigAlgorithm::HmacSha256),
    ("hmac-sha384", TsigAlgorithm::HmacSha384),
    ("hmac-sha512", TsigAlgorithm::HmacSha512),
];

/// A secret that two sides share, with the name they call it by (RFC 8945).
#[derive(Clone, PartialEq, Eq)]
pub struct TsigKey {
    name: Name,
    algorithm: TsigAlgorithm,
    secret: Vec<u8>,
}

impl TsigKey {
    /// The key that everybody in a realm knows by this name: HKDF-SHA-256 of the realm's.
    pub fn of_realm(realm: &Realm, name: &Name) -> Self {
        let mut secret = vec![0; 32];
        let name = name.to_lowercase();
        let root = Hkdf::<Sha256>::new(Some(SALT), realm.as_str().as_bytes());
        let expanded = root.expand(name.to_ascii().as_bytes(), &mut secret);
        debug_assert!(expanded.is_ok(), "HKDF gives up to 8160 bytes");
        Self { name, algorithm: TsigAlgorithm::HmacSha256, secret }
    }

    /// What both sides call it.
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// How it signs.
    pub const fn algorithm(&self) -> &TsigAlgorithm {
        &self.algorithm
    }

    /// The secret, as key files write it.
    pub fn secret(&self) -> String {
        BASE64.encode(&self.secret)
    }

    /// The code over `bytes`.
    pub(crate) fn mac(&self, bytes: &[u8]) -> Vec<u8> {
        // A key has one of the algorithms there are, so there is always a code.
        self.algorithm.mac_data(&self.secret, bytes).unwrap_or_default()
    }

    /// Whether `mac`, in full length, is the code over `bytes`.
    pub(crate) fn verifies(&self, bytes: &[u8], mac: &[u8]) -> bool {
        self.algorithm.verify_mac(&self.secret, bytes, mac).is_ok()
    }
}

/// Without the secret.
impl fmt::Debug for TsigKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Its name and algorithm: `kms01.lab.example:hmac-sha256`.
impl fmt::Display for TsigKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", shown(&self.name), self.algorithm)
    }
}

/// `NAME:ALGORITHM:SECRET`, or as nsupdate takes it, `ALGORITHM:NAME:SECRET`; without an algorithm
/// it is hmac-sha256. The secret is in base 64.
impl FromStr for TsigKey {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let parts: Vec<&str> = text.split(':').collect();
        let known =
            |part: &str| ALGORITHMS.iter().find(|(name, _)| part.eq_ignore_ascii_case(name));
        let (name, algorithm, secret) = match *parts.as_slice() {
            [name, secret] => ((name, 1), "hmac-sha256", (secret, name.len() + 2)),
            [first, second, secret] => {
                let at = first.len() + second.len() + 3;
                if known(first).is_some() {
                    ((second, first.len() + 2), first, (secret, at))
                } else {
                    ((first, 1), second, (secret, at))
                }
            }
            _ => return Err(TextError::new(1, "a key is NAME:ALGORITHM:SECRET")),
        };
        let Some((_, algorithm)) = known(algorithm) else {
            let names: Vec<&str> = ALGORITHMS.iter().map(|(name, _)| *name).collect();
            let message = format!("the algorithm is one of {}", names.join(", "));
            return Err(TextError::new(name.0.len() + 2, message));
        };
        let (written, column) = secret;
        let secret = BASE64_NOPAD.decode(written.trim_end_matches('=').as_bytes());
        let secret = secret.ok().filter(|secret| !secret.is_empty()).ok_or_else(|| {
            TextError::new(column, "the secret is in base 64, as key files write it")
        })?;
        let name = domain(name.0).map_err(|error| error.after(name.1 - 1))?;
        Ok(Self { name: name.to_lowercase(), algorithm: algorithm.clone(), secret })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_both_orders_and_never_show_their_secret() {
        for text in
            ["Lab.key:hmac-sha256:c2VjcmV0", "HMAC-SHA256:lab.key:c2VjcmV0", "lab.key.:c2VjcmV0"]
        {
            let key: TsigKey = text.parse().unwrap();
            assert_eq!(key.to_string(), "lab.key:hmac-sha256");
            assert_eq!(format!("{key:?}"), key.to_string());
            assert_eq!(key.secret(), "c2VjcmV0");
        }
        let long: TsigKey = "k:hmac-sha512:c2VjcmV0IQ==".parse().unwrap();
        assert_eq!(long.algorithm(), &TsigAlgorithm::HmacSha512);
        for (text, column) in [
            ("key", 1),
            ("a:b:c:d", 1),
            ("key:hmac-md5:c2VjcmV0", 5),
            ("key:hmac-sha256:!", 17),
            ("key:", 5),
            ("hmac-sha256:k y:c2VjcmV0", 14),
        ] {
            assert_eq!(text.parse::<TsigKey>().unwrap_err().column, column, "{text}");
        }
    }

    #[test]
    fn a_realms_key_depends_on_realm_and_name_alone() {
        let name = domain("kms01.lab.example").unwrap();
        let key = TsigKey::of_realm(&Realm::default(), &name);
        let upper = domain("KMS01.lab.example").unwrap();
        assert_eq!(key, TsigKey::of_realm(&Realm::default(), &upper));
        let other = TsigKey::of_realm(&"other".parse().unwrap(), &name);
        assert_ne!(key.secret(), other.secret());
        let other = TsigKey::of_realm(&Realm::default(), &domain("kms02.lab.example").unwrap());
        assert_ne!(key.secret(), other.secret());
    }
}
