//! A call's parameters, or a piece of them (C706 §12.6.4.9).

use uuid::Uuid;

use crate::guid::{self, guid};
use crate::wire::{Order, Parsed, field, take, u16, u32};
use crate::write::Writer;

/// Bytes of the fixed part, without the object.
pub const FIXED: usize = 8;

/// Bytes of an object UUID.
pub const OBJECT: usize = 16;

/// The body of a request.
///
/// ```text
/// 16           20          22      24                        24 or 40
/// │ alloc_hint │ p_cont_id │ opnum │ object, if flagged (16) │ stub … │
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// How many bytes of stub are to come in this and later fragments; a hint, 0 for none.
    pub alloc_hint: u32,
    /// The presentation context the call is made in.
    pub context_id: u16,
    /// The operation's number in the interface.
    pub opnum: u16,
    /// The object the call is for; present when the header has the flag
    /// [`OBJECT_UUID`](crate::rpc::header::Flags::OBJECT_UUID).
    pub object: Option<Uuid>,
    /// The parameters, or this fragment's piece of them.
    pub stub: &'a [u8],
}

impl<'a> Request<'a> {
    /// Reads a body; `with_object` as the header's flag says.
    ///
    /// # Errors
    ///
    /// When the fixed part or the object is not all there.
    pub fn parse(input: &'a [u8], order: Order, with_object: bool) -> Parsed<'a, Self> {
        let (input, alloc_hint) = field("alloc_hint", u32(order))(input)?;
        let (input, context_id) = field("p_cont_id", u16(order))(input)?;
        let (input, opnum) = field("opnum", u16(order))(input)?;
        let (input, object) = if with_object {
            let (input, object) = field("object", guid(order))(input)?;
            (input, Some(object))
        } else {
            (input, None)
        };
        let (input, stub) = field("stub", take(input.len()))(input)?;
        Ok((input, Self { alloc_hint, context_id, opnum, object, stub }))
    }

    /// Writes the body.
    pub fn emit(&self, out: &mut Writer<'_>) {
        out.u32("alloc_hint", self.alloc_hint);
        out.u16("p_cont_id", self.context_id);
        out.u16("opnum", self.opnum);
        if let Some(object) = self.object {
            guid::put(out, "object", object);
        }
        out.bytes("stub", self.stub);
    }

    /// Bytes of the body before the stub.
    pub const fn before_stub(&self) -> usize {
        if self.object.is_some() { FIXED + OBJECT } else { FIXED }
    }
}
