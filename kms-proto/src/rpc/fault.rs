//! A call that RPC could not carry out (C706 §12.6.4.7).

use crate::rpc::status::FaultStatus;
use crate::wire::{Order, Parsed, Wire, field, take, u8, u16, u32};
use crate::write::Writer;

/// The body of a fault; 32 bytes with the header when no stub follows.
///
/// ```text
/// 16           20          22             23         24       28             32
/// │ alloc_hint │ p_cont_id │ cancel_count │ reserved │ status │ reserved (4) │ stub … │
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault<'a> {
    /// A hint nobody needs; 0 from our host.
    pub alloc_hint: u32,
    /// The presentation context of the call; 0 where there was none.
    pub context_id: u16,
    /// How many cancels the server received for the call.
    pub cancel_count: u8,
    /// What went wrong.
    pub status: FaultStatus,
    /// What some servers append (extended error information); empty from our host.
    pub stub: &'a [u8],
}

impl Fault<'_> {
    /// A fault of the call in `context_id`.
    pub const fn new(context_id: u16, status: FaultStatus) -> Self {
        Self { alloc_hint: 0, context_id, cancel_count: 0, status, stub: &[] }
    }
}

impl<'a> Wire<'a> for Fault<'a> {
    fn parse(input: &'a [u8], order: Order) -> Parsed<'a, Self> {
        let (input, alloc_hint) = field("alloc_hint", u32(order))(input)?;
        let (input, context_id) = field("p_cont_id", u16(order))(input)?;
        let (input, cancel_count) = field("cancel_count", u8)(input)?;
        let (input, _) = field("reserved", u8)(input)?;
        let (input, status) = field("status", u32(order))(input)?;
        let (input, _) = field("reserved2", take(4))(input)?;
        let (input, stub) = field("stub", take(input.len()))(input)?;
        let status = FaultStatus(status);
        Ok((input, Self { alloc_hint, context_id, cancel_count, status, stub }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        out.u32("alloc_hint", self.alloc_hint);
        out.u16("p_cont_id", self.context_id);
        out.u8("cancel_count", self.cancel_count);
        out.u8("reserved", 0);
        out.u32("status", self.status.0);
        out.bytes("reserved2", &[0; 4]);
        out.bytes("stub", self.stub);
    }
}
