//! The parameters of the interface's one operation, in the two transfer syntaxes.
//!
//! In: `(u32 size, byte[size])`; out: `(u32 size, unique pointer to byte[size])`, returning an
//! HRESULT. NDR is C706 chapter 14, NDR64 is MS-RPCE §2.2.5.

pub mod request;
pub mod response;

use core::fmt;

use crate::error::{Reason, Stop};
use crate::rpc::syntax::SyntaxId;
use crate::wire::{Order, Parsed, field, u32, u64};
use crate::write::Writer;

/// How parameters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ndr {
    /// Counts and pointers of 32 bits.
    Ndr32,
    /// Counts and pointers of 64 bits, always little-endian.
    Ndr64,
}

impl Ndr {
    /// The transfer syntax this is.
    pub const fn syntax(self) -> SyntaxId {
        match self {
            Self::Ndr32 => SyntaxId::NDR32,
            Self::Ndr64 => SyntaxId::NDR64,
        }
    }

    /// The transfer syntax `id` names, if it is one of the two.
    pub fn of(id: &SyntaxId) -> Option<Self> {
        [Self::Ndr32, Self::Ndr64].into_iter().find(|ndr| ndr.syntax() == *id)
    }

    /// Whether stubs may hold integers in `order`: NDR64 has little-endian ones only
    /// (MS-RPCE §2.2.5).
    pub fn allows(self, order: Order) -> bool {
        self == Self::Ndr32 || order == Order::Little
    }

    /// Refuses an order the syntax does not have.
    fn check(self, input: &[u8], order: Order) -> Parsed<'_, ()> {
        if self.allows(order) {
            return Ok((input, ()));
        }
        let reason = Reason::Text("NDR64 integers are little-endian");
        Err(Stop::at("packed_drep", input, reason))
    }

    /// A count or pointer: 4 bytes, or 8.
    fn parse_word<'a>(self, name: &'static str, input: &'a [u8], order: Order) -> Parsed<'a, u64> {
        match self {
            Self::Ndr32 => {
                let (input, word) = field(name, u32(order))(input)?;
                Ok((input, word.into()))
            }
            Self::Ndr64 => field(name, u64(order))(input),
        }
    }

    fn emit_word(self, name: &'static str, word: u32, out: &mut Writer<'_>) {
        match self {
            Self::Ndr32 => out.u32(name, word),
            Self::Ndr64 => out.u64(name, word.into()),
        }
    }

    /// Pad bytes after the 32-bit size, so that the next word is aligned.
    const fn gap(self) -> usize {
        match self {
            Self::Ndr32 => 0,
            Self::Ndr64 => 4,
        }
    }
}

/// `NDR32`, `NDR64`.
impl fmt::Display for Ndr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ndr32 => "NDR32",
            Self::Ndr64 => "NDR64",
        })
    }
}

/// A length as the wire's 32 bits; what is longer than a PDU's fragments allow is never built.
fn length32(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// Reads `count` bytes, which must agree with `size` and be there.
fn message<'a>(input: &'a [u8], size: u32, count: u64, at: &'a [u8]) -> Parsed<'a, &'a [u8]> {
    if count != u64::from(size) {
        let reason = Reason::Mismatch { found: count, expected: size.into() };
        return Err(Stop::at("max_count", at, reason));
    }
    let length = usize::try_from(size).unwrap_or(usize::MAX);
    field("message", crate::wire::take(length))(input)
}
