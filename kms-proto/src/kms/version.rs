//! The protocol version in the first four bytes of every message.

use core::fmt;

use crate::wire::{Order, Parsed, Wire, field, u16};
use crate::write::Writer;

/// Minor and major, in that order on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// 4, 5 or 6 in what this project seals.
    pub major: u16,
    /// 0 in every version there is.
    pub minor: u16,
}

impl Version {
    /// Authenticated by a MAC, not encrypted.
    pub const V4: Self = Self { major: 4, minor: 0 };
    /// Encrypted, answered with a hash.
    pub const V5: Self = Self { major: 5, minor: 0 };
    /// Encrypted, answered with a hash and a MAC.
    pub const V6: Self = Self { major: 6, minor: 0 };
}

impl Wire<'_> for Version {
    fn parse(input: &[u8], order: Order) -> Parsed<'_, Self> {
        let (input, minor) = field("version_minor", u16(order))(input)?;
        let (input, major) = field("version_major", u16(order))(input)?;
        Ok((input, Self { major, minor }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        out.u16("version_minor", self.minor);
        out.u16("version_major", self.major);
    }
}

/// `6.0`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl serde::Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
