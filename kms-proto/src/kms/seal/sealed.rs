//! The outside of a version 5 or 6 message: version and IV in the clear, and ciphertext.

use crate::kms::version::Version;
use crate::wire::{Order, Parsed, Wire, array, field, take};
use crate::write::Writer;

/// What can be read of the message without a key.
///
/// ```text
/// 0         4    20
/// │ version │ IV │ ciphertext, whole blocks │
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed<'a> {
    /// The version, which stands again under the seal.
    pub version: Version,
    /// The IV.
    pub iv: [u8; 16],
    /// What is sealed.
    pub ciphertext: &'a [u8],
}

impl Sealed<'_> {
    /// Writes what stands before the ciphertext.
    pub(crate) fn emit_head(version: Version, iv: &[u8; 16], out: &mut Writer<'_>) {
        version.emit(out);
        out.bytes("iv", iv);
    }
}

impl<'a> Wire<'a> for Sealed<'a> {
    fn parse(input: &'a [u8], order: Order) -> Parsed<'a, Self> {
        let (input, version) = Version::parse(input, order)?;
        let (input, iv) = field("iv", array::<16>)(input)?;
        let (input, ciphertext) = field("ciphertext", take(input.len()))(input)?;
        Ok((input, Self { version, iv, ciphertext }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        Self::emit_head(self.version, &self.iv, out);
        out.bytes("ciphertext", self.ciphertext);
    }
}
