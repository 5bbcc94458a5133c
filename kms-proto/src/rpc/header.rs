//! The 16 bytes every connection-oriented PDU begins with (C706 §12.6.1).

use core::fmt;

use crate::wire::{Order, Parsed, Wire, array, field, u8, u16, u32};
use crate::write::Writer;

/// Bytes of the common header.
pub const SIZE: usize = 16;

/// The major protocol version of connection-oriented DCE/RPC.
pub const MAJOR: u8 = 5;

/// What a PDU is; unknown numbers survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketType(pub u8);

impl PacketType {
    /// A call's parameters.
    pub const REQUEST: Self = Self(0);
    /// A call's results.
    pub const RESPONSE: Self = Self(2);
    /// A call that RPC could not carry out.
    pub const FAULT: Self = Self(3);
    /// The client names the interfaces it wants to call.
    pub const BIND: Self = Self(11);
    /// The server's answer, interface by interface.
    pub const BIND_ACK: Self = Self(12);
    /// The server takes no part of a bind.
    pub const BIND_NAK: Self = Self(13);
    /// The client adds to what it bound.
    pub const ALTER_CONTEXT: Self = Self(14);
    /// The server's answer to that.
    pub const ALTER_CONTEXT_RESP: Self = Self(15);
    /// The third leg of an authentication (MS-RPCE §2.2.2.10).
    pub const AUTH3: Self = Self(16);
    /// The server asks the client to leave.
    pub const SHUTDOWN: Self = Self(17);
    /// The client cancels a call.
    pub const CO_CANCEL: Self = Self(18);
    /// The client gives up a call it has not sent completely.
    pub const ORPHANED: Self = Self(19);

    /// The name in C706 §12.6.4 or MS-RPCE; empty when there is none.
    pub const fn name(self) -> &'static str {
        match self {
            Self::REQUEST => "request",
            Self::RESPONSE => "response",
            Self::FAULT => "fault",
            Self::BIND => "bind",
            Self::BIND_ACK => "bind_ack",
            Self::BIND_NAK => "bind_nak",
            Self::ALTER_CONTEXT => "alter_context",
            Self::ALTER_CONTEXT_RESP => "alter_context_resp",
            Self::AUTH3 => "rpc_auth_3",
            Self::SHUTDOWN => "shutdown",
            Self::CO_CANCEL => "co_cancel",
            Self::ORPHANED => "orphaned",
            _ => "",
        }
    }
}

/// The name with its number, or the bare number: `bind (11)`, `PTYPE 20`.
impl fmt::Display for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            "" => write!(f, "PTYPE {}", self.0),
            name => write!(f, "{name} ({})", self.0),
        }
    }
}

/// `pfc_flags`: bits of C706 §12.6.3.1; unknown bits survive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(pub u8);

impl Flags {
    /// The first fragment of its call.
    pub const FIRST: Self = Self(0x01);
    /// The last fragment of its call.
    pub const LAST: Self = Self(0x02);
    /// A cancel was pending at the sender; in a bind, MS-RPCE's header signing.
    pub const PENDING_CANCEL: Self = Self(0x04);
    /// Calls may run at the same time on one connection.
    pub const CONC_MPX: Self = Self(0x10);
    /// In a fault: the call did not run.
    pub const DID_NOT_EXECUTE: Self = Self(0x20);
    /// The client wants no answer.
    pub const MAYBE: Self = Self(0x40);
    /// An object UUID follows the request's fixed part.
    pub const OBJECT_UUID: Self = Self(0x80);
    /// The first and the last fragment: a call in one piece.
    pub const WHOLE: Self = Self(0x03);

    /// Whether all bits of `other` are set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These bits and those of `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These bits but not those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// The names of the bits set, joined by `|`; `0x00` for none.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [(Flags, &str); 7] = [
            (Flags::FIRST, "FIRST"),
            (Flags::LAST, "LAST"),
            (Flags::PENDING_CANCEL, "PENDING_CANCEL"),
            (Flags::CONC_MPX, "CONC_MPX"),
            (Flags::DID_NOT_EXECUTE, "DID_NOT_EXECUTE"),
            (Flags::MAYBE, "MAYBE"),
            (Flags::OBJECT_UUID, "OBJECT_UUID"),
        ];
        let mut rest = *self;
        let mut joint = "";
        for (flag, name) in NAMES {
            if self.has(flag) {
                write!(f, "{joint}{name}")?;
                rest = rest.without(flag);
                joint = "|";
            }
        }
        if rest.0 != 0 || self.0 == 0 { write!(f, "{joint}{:#04x}", rest.0) } else { Ok(()) }
    }
}

/// `packed_drep`: how the sender writes integers, characters and floats (C706 §14.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DataRep(pub [u8; 4]);

impl DataRep {
    /// Little-endian, ASCII, IEEE: what Windows writes.
    pub const LITTLE: Self = Self([0x10, 0, 0, 0]);
    /// Big-endian, ASCII, IEEE.
    pub const BIG: Self = Self([0, 0, 0, 0]);

    /// The order of integers; the lowest bit of the first octet's high half decides.
    pub const fn order(self) -> Order {
        let Self([integers, ..]) = self;
        if integers & 0x10 == 0 { Order::Big } else { Order::Little }
    }

    /// The same representation with integers in `order`.
    #[must_use]
    pub const fn in_order(self, order: Order) -> Self {
        let Self([integers, floats, third, fourth]) = self;
        let integers = match order {
            Order::Little => integers | 0x10,
            Order::Big => integers & !0x10,
        };
        Self([integers, floats, third, fourth])
    }
}

/// Little-endian.
impl Default for DataRep {
    fn default() -> Self {
        Self::LITTLE
    }
}

/// The fields all PDUs share.
///
/// ```text
/// 0          1                2       3           4              8             10            12
/// │ rpc_vers │ rpc_vers_minor │ PTYPE │ pfc_flags │ packed_drep  │ frag_length │ auth_length │ call_id │
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Major version; 5.
    pub major: u8,
    /// Minor version; 0 or 1.
    pub minor: u8,
    /// What the PDU is.
    pub packet_type: PacketType,
    /// First, last and the rest.
    pub flags: Flags,
    /// How the sender writes integers.
    pub data_rep: DataRep,
    /// Bytes of the whole PDU, this header and any authentication included.
    pub frag_length: u16,
    /// Bytes of the authentication token at the end; 0 when there is none.
    pub auth_length: u16,
    /// Which call of the connection the PDU is about.
    pub call_id: u32,
}

impl Header {
    /// The order of this PDU's integers.
    pub const fn order(&self) -> Order {
        self.data_rep.order()
    }
}

impl Wire<'_> for Header {
    /// The data representation stands in the header, so `order` is not asked.
    fn parse(input: &[u8], _: Order) -> Parsed<'_, Self> {
        let (input, major) = field("rpc_vers", u8)(input)?;
        let (input, minor) = field("rpc_vers_minor", u8)(input)?;
        let (input, packet_type) = field("PTYPE", u8)(input)?;
        let (input, flags) = field("pfc_flags", u8)(input)?;
        let (input, data_rep) = field("packed_drep", array::<4>)(input)?;
        let data_rep = DataRep(data_rep);
        let order = data_rep.order();
        let (input, frag_length) = field("frag_length", u16(order))(input)?;
        let (input, auth_length) = field("auth_length", u16(order))(input)?;
        let (input, call_id) = field("call_id", u32(order))(input)?;

        let packet_type = PacketType(packet_type);
        let flags = Flags(flags);
        let header =
            Self { major, minor, packet_type, flags, data_rep, frag_length, auth_length, call_id };
        Ok((input, header))
    }

    /// The writer's order wins over the value's, so that what is written can be read.
    fn emit(&self, out: &mut Writer<'_>) {
        out.u8("rpc_vers", self.major);
        out.u8("rpc_vers_minor", self.minor);
        out.u8("PTYPE", self.packet_type.0);
        out.u8("pfc_flags", self.flags.0);
        out.bytes("packed_drep", &self.data_rep.in_order(out.order()).0);
        out.u16("frag_length", self.frag_length);
        out.u16("auth_length", self.auth_length);
        out.u32("call_id", self.call_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_print() {
        assert_eq!(PacketType::BIND.to_string(), "bind (11)");
        assert_eq!(PacketType(20).to_string(), "PTYPE 20");
        assert_eq!(Flags::WHOLE.with(Flags::MAYBE).to_string(), "FIRST|LAST|MAYBE");
        assert_eq!(Flags(0x88).to_string(), "OBJECT_UUID|0x08");
        assert_eq!(Flags(0).to_string(), "0x00");
    }

    #[test]
    fn the_first_octet_tells_the_order_of_integers() {
        assert_eq!(DataRep([0x10, 0, 0, 0]).order(), Order::Little);
        assert_eq!(DataRep([0x01, 0, 0, 0]).order(), Order::Big);
        assert_eq!(DataRep([0x11, 2, 3, 4]).in_order(Order::Big), DataRep([0x01, 2, 3, 4]));
    }
}
