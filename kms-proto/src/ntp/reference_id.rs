//! Whom a server has its time from.

use core::fmt;
use core::net::Ipv4Addr;

/// Four bytes: of a stratum 1 the name of its clock, of a secondary its source's IPv4 address, of
/// stratum 0 a kiss code (RFC 5905 §7.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReferenceId(pub [u8; 4]);

impl ReferenceId {
    /// None.
    pub const NONE: Self = Self([0; 4]);
    /// A server that has just begun and knows no time.
    pub const INIT: Self = Self(*b"INIT");
    /// A clock of its own that nothing sets.
    pub const LOCAL: Self = Self(*b"LOCL");
    /// Kiss code: access denied by the server.
    pub const DENY: Self = Self(*b"DENY");
    /// Kiss code: asked too often.
    pub const RATE: Self = Self(*b"RATE");

    /// The number, as Windows prints it: `0x0A00000A` for 10.0.0.10.
    pub const fn number(self) -> u32 {
        u32::from_be_bytes(self.0)
    }

    /// As an address.
    pub const fn address(self) -> Ipv4Addr {
        Ipv4Addr::from_octets(self.0)
    }

    /// As a name, where every byte is a printable character or a NUL at the end.
    pub fn name(&self) -> Option<&str> {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(4);
        let (name, rest) = self.0.split_at_checked(end)?;
        let printable = name.iter().all(u8::is_ascii_graphic);
        let padded = rest.iter().all(|byte| *byte == 0);
        (printable && padded && !name.is_empty()).then(|| str::from_utf8(name).ok()).flatten()
    }
}

impl From<Ipv4Addr> for ReferenceId {
    fn from(address: Ipv4Addr) -> Self {
        Self(address.octets())
    }
}

/// Its name where it has one, else its number.
impl fmt::Display for ReferenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:08X}", self.number()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses() {
        assert_eq!(ReferenceId::from(Ipv4Addr::new(10, 0, 0, 10)).number(), 167_772_170);
        assert_eq!(ReferenceId(*b"GPS\0").to_string(), "GPS");
        assert_eq!(ReferenceId([10, 0, 0, 10]).to_string(), "0x0A00000A");
        assert_eq!(ReferenceId([b'A', 0, b'B', 0]).name(), None);
        assert_eq!(ReferenceId::NONE.name(), None);
        assert_eq!(ReferenceId([127, 0, 0, 1]).address(), Ipv4Addr::LOCALHOST);
    }
}
