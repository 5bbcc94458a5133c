//! What the host returns: a size, a pointer to that many bytes, an HRESULT.

use crate::error::{DecodeError, Reason, Stop};
use crate::kms::hresult::HResult;
use crate::rpc::stub::{Ndr, length32, message};
use crate::wire::{Order, Parsed, field, located, take, u32};
use crate::write::Writer;

/// The referent our host writes for a pointer that is not null; any other is read as well.
pub const REFERENT: u32 = 0x0002_0000;

/// The results of a call.
///
/// ```text
/// NDR32  0 size │ 4 referent │ 8 max_count │ 12 message │ pad to 4 │ HRESULT
/// NDR64  0 size │ 4 pad │ 8 referent (8) │ 16 max_count (8) │ 24 message │ pad to 4 │ HRESULT
/// null   size 0 │ [pad] │ referent 0 │ HRESULT
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponseStub<'a> {
    /// The KMS message, at most 4 GiB; none where the pointer is null.
    pub message: Option<&'a [u8]>,
    /// What the operation returned.
    pub hresult: HResult,
}

impl<'a> ResponseStub<'a> {
    /// Whether a message comes with success and none with a refusal, as it must.
    pub const fn is_coherent(&self) -> bool {
        self.message.is_some() == self.hresult.is_ok()
    }

    /// Reads a stub that fills `bytes` exactly.
    ///
    /// # Errors
    ///
    /// When the sizes disagree, bytes are missing or left over, or `ndr` has no integers in
    /// `order`.
    pub fn from_bytes(bytes: &'a [u8], ndr: Ndr, order: Order) -> Result<Self, DecodeError> {
        let (rest, stub) =
            Self::parse(bytes, ndr, order).map_err(|error| located(&error, bytes.len()))?;
        if rest.is_empty() {
            return Ok(stub);
        }
        let reason = Reason::Trailing(rest.len());
        Err(Stop { field: "trailing", reason, left: rest.len() }.within(bytes.len()))
    }

    /// The HRESULT, where it can be read though something stands behind it.
    pub fn hresult_of(bytes: &'a [u8], ndr: Ndr, order: Order) -> Option<HResult> {
        Self::parse(bytes, ndr, order).ok().map(|(_, stub)| stub.hresult)
    }

    fn parse(input: &'a [u8], ndr: Ndr, order: Order) -> Parsed<'a, Self> {
        let whole = input.len();
        let at = input;
        let (input, ()) = ndr.check(input, order)?;
        let (input, size) = field("size", u32(order))(input)?;
        let (input, _) = field("pad", take(ndr.gap()))(input)?;
        let (input, referent) = ndr.parse_word("referent", input, order)?;
        let (input, message) = if referent == 0 {
            if size != 0 {
                let reason = Reason::Mismatch { found: size.into(), expected: 0 };
                return Err(Stop::at("size", at, reason));
            }
            (input, None)
        } else {
            let at = input;
            let (input, max_count) = ndr.parse_word("max_count", input, order)?;
            let (input, message) = message(input, size, max_count, at)?;
            (input, Some(message))
        };
        // The pad stands before the HRESULT: an integer is aligned to its size (C706 §14.2.2).
        let read = whole.saturating_sub(input.len());
        let (input, _) = field("pad", take(read.next_multiple_of(4) - read))(input)?;
        let (input, hresult) = field("HRESULT", u32(order))(input)?;
        Ok((input, Self { message, hresult: HResult(hresult) }))
    }

    /// Writes the stub; NDR64 asks for a little-endian writer.
    pub fn emit(&self, ndr: Ndr, out: &mut Writer<'_>) {
        let start = out.written();
        let size = self.message.map_or(0, length32);
        out.u32("size", size);
        out.bytes("pad", [0; 4].get(..ndr.gap()).unwrap_or_default());
        match self.message {
            None => ndr.emit_word("referent", 0, out),
            Some(message) => {
                ndr.emit_word("referent", REFERENT, out);
                ndr.emit_word("max_count", size, out);
                out.bytes("message", message);
            }
        }
        out.pad("pad", start, 4);
        out.u32("HRESULT", self.hresult.0);
    }
}
