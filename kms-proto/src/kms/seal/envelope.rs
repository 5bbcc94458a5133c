//! What an answer's seal needs to know: of the request, and of chance.

use crate::kms::seal::form::Form;
use crate::kms::version::Version;

/// What is kept of a request's seal to seal its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    version: Version,
    iv: [u8; 16],
    /// the seal's `D(S)`.
    opened_iv: [u8; 16],
}

impl Envelope {
    /// The envelope of a request of `version`: its IV, and the raw decryption of that.
    pub(crate) const fn new(version: Version, iv: [u8; 16], opened_iv: [u8; 16]) -> Self {
        Self { version, iv, opened_iv }
    }

    /// The version of the request, and of the answer's outside.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// How the request was sealed, and the answer will be.
    pub const fn form(&self) -> Form {
        Form::nearest(self.version)
    }

    /// The request's IV, the seal's `S`; zero in version 4.
    pub const fn iv(&self) -> [u8; 16] {
        self.iv
    }

    /// The raw decryption of the request's IV, the seal's `D(S)`; zero in version 4.
    pub(crate) const fn opened_iv(&self) -> [u8; 16] {
        self.opened_iv
    }
}

/// What the caller draws anew for every answer, also for equal requests and under a fixed seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salts {
    /// the seal's `R`, which the answer's hash is of. Version 4 has no use for it.
    pub random: [u8; 16],
    /// the seal's `T`, the answer's IV, which must differ from the request's. Version 6 alone.
    pub iv: [u8; 16],
}

/// One block xor another.
pub(crate) fn xor(mut one: [u8; 16], other: [u8; 16]) -> [u8; 16] {
    for (byte, with) in one.iter_mut().zip(other) {
        *byte ^= with;
    }
    one
}
