//! Names of interfaces and of the ways to write their parameters.

use core::fmt;

use uuid::{Uuid, uuid};

use crate::guid::{self, guid};
use crate::wire::{Order, Parsed, Wire, field, u32};
use crate::write::Writer;

/// Bytes on the wire.
pub const SIZE: usize = 20;

/// The first eight bytes of the pseudo-syntax of bind-time feature negotiation.
const BTFN_PREFIX: [u8; 8] = [0x6c, 0xb7, 0x1c, 0x2c, 0x98, 0x12, 0x45, 0x40];

/// `p_syntax_id_t`: a UUID and a version (C706 §12.6.3.1), for abstract and transfer syntaxes.
///
/// `if_version` is one 32-bit integer, the major version in its lower half: a big-endian sender
/// therefore writes the minor version first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SyntaxId {
    /// The name.
    pub uuid: Uuid,
    /// The major version.
    pub major: u16,
    /// The minor version.
    pub minor: u16,
}

impl SyntaxId {
    /// The KMS interface, 1.0.
    pub const KMS: Self =
        Self { uuid: uuid!("51c82175-844e-4750-b0d8-ec255555bc06"), major: 1, minor: 0 };
    /// The NDR transfer syntax of C706 chapter 14, 2.0.
    pub const NDR32: Self =
        Self { uuid: uuid!("8a885d04-1ceb-11c9-9fe8-08002b104860"), major: 2, minor: 0 };
    /// NDR64 of MS-RPCE §2.2.5, 1.0.
    pub const NDR64: Self =
        Self { uuid: uuid!("71710533-beba-4937-8319-b5dbef9ccc36"), major: 1, minor: 0 };
    /// No syntax: what a refusal carries.
    pub const NIL: Self = Self { uuid: Uuid::nil(), major: 0, minor: 0 };

    /// Feature bit: several security contexts may share the connection (MS-RPCE §2.2.2.14).
    pub const SECURITY_CONTEXT_MULTIPLEXING: u16 = 1;
    /// Feature bit: an orphaned PDU leaves the connection open (MS-RPCE §2.2.2.14).
    pub const KEEP_CONNECTION_ON_ORPHAN: u16 = 2;

    /// The pseudo-syntax that asks for the features `bits` (MS-RPCE §3.3.1.5.3).
    pub const fn btfn(bits: u16) -> Self {
        let [low, high] = bits.to_le_bytes();
        let prefix = u64::from_be_bytes(BTFN_PREFIX);
        let rest = u64::from_be_bytes([low, high, 0, 0, 0, 0, 0, 0]);
        Self { uuid: Uuid::from_u64_pair(prefix, rest), major: 1, minor: 0 }
    }

    /// The features asked for, when this is the pseudo-syntax of bind-time feature negotiation.
    pub fn feature_bits(&self) -> Option<u16> {
        match self.uuid.as_bytes() {
            [prefix @ .., low, high, _, _, _, _, _, _]
                if *prefix == BTFN_PREFIX && (self.major, self.minor) == (1, 0) =>
            {
                Some(u16::from_le_bytes([*low, *high]))
            }
            _ => None,
        }
    }

    /// `if_version`: the major version in the lower half, the minor in the upper.
    fn version(&self) -> u32 {
        u32::from(self.major) | (u32::from(self.minor) << 16)
    }
}

impl Wire<'_> for SyntaxId {
    fn parse(input: &[u8], order: Order) -> Parsed<'_, Self> {
        let (input, uuid) = field("if_uuid", guid(order))(input)?;
        let (input, version) = field("if_version", u32(order))(input)?;
        let [a, b, c, d] = version.to_le_bytes();
        let (major, minor) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
        Ok((input, Self { uuid, major, minor }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        guid::put(out, "if_uuid", self.uuid);
        out.u32("if_version", self.version());
    }
}

/// A name where there is one, and the version: `NDR64 1.0`.
impl fmt::Display for SyntaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::KMS => f.write_str("KMS")?,
            Self::NDR32 => f.write_str("NDR32")?,
            Self::NDR64 => f.write_str("NDR64")?,
            _ => match self.feature_bits() {
                Some(bits) => write!(f, "feature negotiation {bits:#x}")?,
                None => write!(f, "{}", self.uuid)?,
            },
        }
        write!(f, " {}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feature_bits_stand_in_bytes_8_and_9() {
        let wire = SyntaxId::btfn(3).to_bytes(Order::Little);
        assert_eq!(wire[..10], [0x2c, 0x1c, 0xb7, 0x6c, 0x12, 0x98, 0x40, 0x45, 3, 0]);
        assert_eq!(wire[10..], [0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(SyntaxId::btfn(0x8002).feature_bits(), Some(0x8002));
        assert_eq!(SyntaxId { major: 2, ..SyntaxId::btfn(3) }.feature_bits(), None);
        assert_eq!(SyntaxId::NDR64.feature_bits(), None);
    }

    #[test]
    fn a_version_is_one_integer_of_32_bits() {
        let id = SyntaxId { major: 1, minor: 2, ..SyntaxId::KMS };
        assert_eq!(id.to_bytes(Order::Little)[16..], [1, 0, 2, 0]);
        assert_eq!(id.to_bytes(Order::Big)[16..], [0, 2, 0, 1]);
    }

    #[test]
    fn names_print() {
        assert_eq!(SyntaxId::NDR32.to_string(), "NDR32 2.0");
        assert_eq!(SyntaxId::btfn(3).to_string(), "feature negotiation 0x3 1.0");
        assert_eq!(SyntaxId::NIL.to_string(), "00000000-0000-0000-0000-000000000000 0.0");
    }
}
