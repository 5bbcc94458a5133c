//! What the client passes: a size, and a conformant array of that size.

use crate::error::DecodeError;
use crate::rpc::stub::{Ndr, length32, message};
use crate::wire::{Order, Parsed, field, located, take, u32};
use crate::write::Writer;

/// The parameters of a call, and whatever follows them.
///
/// ```text
/// NDR32  0 size │ 4 max_count │ 8 message │ trailing
/// NDR64  0 size │ 4 pad │ 8 max_count (8) │ 16 message │ trailing
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestStub<'a> {
    /// The KMS message, at most 4 GiB.
    pub message: &'a [u8],
    /// Bytes after the parameters: Windows may append padding and a verification trailer.
    pub trailing: &'a [u8],
}

impl<'a> RequestStub<'a> {
    /// Where the message begins in the stub.
    pub const fn message_offset(ndr: Ndr) -> usize {
        match ndr {
            Ndr::Ndr32 => 8,
            Ndr::Ndr64 => 16,
        }
    }

    /// Reads a whole stub.
    ///
    /// # Errors
    ///
    /// When the sizes disagree, bytes are missing, or `ndr` has no integers in `order`.
    pub fn from_bytes(bytes: &'a [u8], ndr: Ndr, order: Order) -> Result<Self, DecodeError> {
        let parsed = Self::parse(bytes, ndr, order);
        parsed.map(|(_, stub)| stub).map_err(|error| located(&error, bytes.len()))
    }

    fn parse(input: &'a [u8], ndr: Ndr, order: Order) -> Parsed<'a, Self> {
        let (input, ()) = ndr.check(input, order)?;
        let (input, size) = field("size", u32(order))(input)?;
        let (at, _) = field("pad", take(ndr.gap()))(input)?;
        let (input, max_count) = ndr.parse_word("max_count", at, order)?;
        let (input, message) = message(input, size, max_count, at)?;
        let (input, trailing) = field("trailing", take(input.len()))(input)?;
        Ok((input, Self { message, trailing }))
    }

    /// Writes the stub; NDR64 asks for a little-endian writer.
    pub fn emit(&self, ndr: Ndr, out: &mut Writer<'_>) {
        let size = length32(self.message);
        out.u32("size", size);
        out.bytes("pad", [0; 4].get(..ndr.gap()).unwrap_or_default());
        ndr.emit_word("max_count", size, out);
        out.bytes("message", self.message);
        out.bytes("trailing", self.trailing);
    }
}
