//! The authentication at the end of a PDU (MS-RPCE §2.2.2.11, `sec_trailer`).
//!
//! This project authenticates nobody; the trailer is read so that it can be refused by name, and
//! survives a round trip.

use crate::error::{DecodeError, Reason};
use crate::rpc::header::{self, Header};
use crate::wire::{Order, Parsed, field, located, take, u8, u32};
use crate::write::Writer;

/// Bytes of the trailer without pad and token.
pub const FIXED: usize = 8;

/// Offset of `auth_length` in the header.
const AUTH_LENGTH: usize = 10;

/// The trailer and its token.
///
/// ```text
/// auth_pad … │ auth_type │ auth_level │ auth_pad_length │ reserved │ auth_context_id │ auth_value … │
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Auth<'a> {
    /// The security provider.
    pub auth_type: u8,
    /// How much it protects.
    pub level: u8,
    /// Pad bytes between the body and the trailer.
    pub pad_length: u8,
    /// The security context.
    pub context_id: u32,
    /// The provider's token, 1 to 65 535 bytes: no token, no trailer.
    pub value: &'a [u8],
}

impl<'a> Auth<'a> {
    /// Finds the trailer of a whole PDU: where its body ends, and the trailer if there is one.
    ///
    /// # Errors
    ///
    /// When the header's `auth_length` or the trailer's `auth_pad_length` reaches into the header.
    pub fn split(pdu: &'a [u8], header: &Header) -> Result<(usize, Option<Self>), DecodeError> {
        if header.auth_length == 0 {
            return Ok((pdu.len(), None));
        }
        let size = FIXED + usize::from(header.auth_length);
        let start = pdu.len().saturating_sub(size);
        let Some(bytes) = pdu.get(start..).filter(|_| start >= header::SIZE) else {
            let reason = Reason::Value(header.auth_length.into());
            return Err(DecodeError { field: "auth_length", reason, offset: AUTH_LENGTH });
        };
        let (_, auth) =
            Self::parse(bytes, header.order()).map_err(|error| located(&error, pdu.len()))?;
        let end = start.checked_sub(auth.pad_length.into()).filter(|end| *end >= header::SIZE);
        end.map(|end| (end, Some(auth))).ok_or(DecodeError {
            field: "auth_pad_length",
            reason: Reason::Value(auth.pad_length.into()),
            offset: start + 2,
        })
    }

    fn parse(input: &'a [u8], order: Order) -> Parsed<'a, Self> {
        let (input, auth_type) = field("auth_type", u8)(input)?;
        let (input, level) = field("auth_level", u8)(input)?;
        let (input, pad_length) = field("auth_pad_length", u8)(input)?;
        let (input, _) = field("auth_reserved", u8)(input)?;
        let (input, context_id) = field("auth_context_id", u32(order))(input)?;
        let (input, value) = field("auth_value", take(input.len()))(input)?;
        Ok((input, Self { auth_type, level, pad_length, context_id, value }))
    }

    /// Writes the pad, the trailer and the token.
    pub fn emit(&self, out: &mut Writer<'_>) {
        const ZEROS: [u8; 255] = [0; 255];
        out.bytes("auth_pad", ZEROS.get(..self.pad_length.into()).unwrap_or_default());
        out.u8("auth_type", self.auth_type);
        out.u8("auth_level", self.level);
        out.u8("auth_pad_length", self.pad_length);
        out.u8("auth_reserved", 0);
        out.u32("auth_context_id", self.context_id);
        out.bytes("auth_value", self.value);
    }
}
