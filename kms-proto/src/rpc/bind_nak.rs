//! The server takes no part of a bind (C706 §12.6.4.5).

use core::fmt;

use crate::rpc::list::List8;
use crate::wire::{Order, Parsed, Wire, field, take, u8, u16};
use crate::write::Writer;

/// Why a bind is refused as a whole (C706 §12.6.3.1, `p_reject_reason_t`; MS-RPCE §2.2.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RejectReason(pub u16);

impl RejectReason {
    /// No reason given.
    pub const NOT_SPECIFIED: Self = Self(0);
    /// For the moment too much goes on.
    pub const TEMPORARY_CONGESTION: Self = Self(1);
    /// The bind asks for more than the server keeps.
    pub const LOCAL_LIMIT_EXCEEDED: Self = Self(2);
    /// The major version is not served.
    pub const PROTOCOL_VERSION_NOT_SUPPORTED: Self = Self(4);
    /// The authentication type is not known.
    pub const AUTHENTICATION_TYPE_NOT_RECOGNIZED: Self = Self(8);
    /// The checksum is wrong.
    pub const INVALID_CHECKSUM: Self = Self(9);

    /// The name in the specification; empty when there is none.
    pub const fn name(self) -> &'static str {
        match self.0 {
            0 => "reason_not_specified",
            1 => "temporary_congestion",
            2 => "local_limit_exceeded",
            3 => "called_paddr_unknown",
            4 => "protocol_version_not_supported",
            5 => "default_context_not_supported",
            6 => "user_data_not_readable",
            7 => "no_psap_available",
            8 => "authentication_type_not_recognized",
            9 => "invalid_checksum",
            _ => "",
        }
    }
}

/// The name with its number: `local_limit_exceeded (2)`.
impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            "" => write!(f, "reason {}", self.0),
            name => write!(f, "{name} ({})", self.0),
        }
    }
}

/// A protocol version the server speaks (C706 §12.6.3.1, `version_t`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtocolVersion {
    /// Major version.
    pub major: u8,
    /// Minor version.
    pub minor: u8,
}

impl Wire<'_> for ProtocolVersion {
    fn parse(input: &[u8], _: Order) -> Parsed<'_, Self> {
        let (input, major) = field("major", u8)(input)?;
        let (input, minor) = field("minor", u8)(input)?;
        Ok((input, Self { major, minor }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        out.u8("major", self.major);
        out.u8("minor", self.minor);
    }
}

/// The body of a `bind_nak`.
///
/// ```text
/// 16                       18            19
/// │ provider_reject_reason │ n_protocols │ major, minor … │ rest │
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindNak<'a> {
    /// Why.
    pub reason: RejectReason,
    /// The versions the server speaks.
    pub protocols: List8<ProtocolVersion>,
    /// What Windows may append: padding, a signature, extended error information (MS-RPCE §2.2.2.9).
    pub rest: &'a [u8],
}

impl<'a> Wire<'a> for BindNak<'a> {
    fn parse(input: &'a [u8], order: Order) -> Parsed<'a, Self> {
        let (input, reason) = field("provider_reject_reason", u16(order))(input)?;
        let (input, count) = field("n_protocols", u8)(input)?;
        let (input, protocols) = List8::parse_items(input, order, count)?;
        let (input, rest) = take(input.len())(input)?;
        Ok((input, Self { reason: RejectReason(reason), protocols, rest }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        out.u16("provider_reject_reason", self.reason.0);
        out.u8("n_protocols", self.protocols.count());
        for protocol in &self.protocols {
            out.group("p_protocol", |out| protocol.emit(out));
        }
        out.bytes("rest", self.rest);
    }
}
