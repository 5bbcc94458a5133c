//! A call's results, or a piece of them (C706 §12.6.4.10).

use crate::wire::{Order, Parsed, Wire, field, take, u8, u16, u32};
use crate::write::Writer;

/// Bytes of the fixed part.
pub const FIXED: usize = 8;

/// The body of a response.
///
/// ```text
/// 16           20          22             23         24
/// │ alloc_hint │ p_cont_id │ cancel_count │ reserved │ stub … │
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response<'a> {
    /// How many bytes of stub are to come in this and later fragments; a hint, 0 for none.
    pub alloc_hint: u32,
    /// The presentation context of the call.
    pub context_id: u16,
    /// How many cancels the server received for the call.
    pub cancel_count: u8,
    /// The results, or this fragment's piece of them.
    pub stub: &'a [u8],
}

impl<'a> Wire<'a> for Response<'a> {
    fn parse(input: &'a [u8], order: Order) -> Parsed<'a, Self> {
        let (input, alloc_hint) = field("alloc_hint", u32(order))(input)?;
        let (input, context_id) = field("p_cont_id", u16(order))(input)?;
        let (input, cancel_count) = field("cancel_count", u8)(input)?;
        let (input, _) = field("reserved", u8)(input)?;
        let (input, stub) = field("stub", take(input.len()))(input)?;
        Ok((input, Self { alloc_hint, context_id, cancel_count, stub }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        out.u32("alloc_hint", self.alloc_hint);
        out.u16("p_cont_id", self.context_id);
        out.u8("cancel_count", self.cancel_count);
        out.u8("reserved", 0);
        out.bytes("stub", self.stub);
    }
}
