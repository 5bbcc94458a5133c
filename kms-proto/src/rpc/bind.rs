//! The client names the interfaces it wants to call (C706 §12.6.4.3), or more of them
//! (`alter_context`, §12.6.4.1: the same body).

use crate::rpc::list::List8;
use crate::rpc::syntax::SyntaxId;
use crate::wire::{Order, Parsed, Wire, field, take, u8, u16, u32};
use crate::write::Writer;

/// The size every peer must be able to receive: `MustRecvFragSize` (C706 §12.6.3.1).
pub const MUST_RECV_FRAG: u16 = 1432;

/// What Windows offers for both directions.
pub const WINDOWS_FRAG: u16 = 5840;

/// The body of a bind or an `alter_context`.
///
/// ```text
/// 16              18              20               24               25         28
/// │ max_xmit_frag │ max_recv_frag │ assoc_group_id │ n_context_elem │ reserved │ p_cont_elem … │
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bind {
    /// The longest PDU the client will send.
    pub max_xmit_frag: u16,
    /// The longest PDU the client can receive.
    pub max_recv_frag: u16,
    /// The association to join; 0 asks for a new one.
    pub assoc_group_id: u32,
    /// What is offered, under the ids calls will name.
    pub contexts: List8<ContextElement>,
}

impl Wire<'_> for Bind {
    fn parse(input: &[u8], order: Order) -> Parsed<'_, Self> {
        let (input, max_xmit_frag) = field("max_xmit_frag", u16(order))(input)?;
        let (input, max_recv_frag) = field("max_recv_frag", u16(order))(input)?;
        let (input, assoc_group_id) = field("assoc_group_id", u32(order))(input)?;
        let (input, count) = field("n_context_elem", u8)(input)?;
        let (input, _) = field("reserved", take(3))(input)?;
        let (input, contexts) = List8::parse_items(input, order, count)?;
        Ok((input, Self { max_xmit_frag, max_recv_frag, assoc_group_id, contexts }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        out.u16("max_xmit_frag", self.max_xmit_frag);
        out.u16("max_recv_frag", self.max_recv_frag);
        out.u32("assoc_group_id", self.assoc_group_id);
        out.u8("n_context_elem", self.contexts.count());
        out.bytes("reserved", &[0; 3]);
        for element in &self.contexts {
            out.group("p_cont_elem", |out| element.emit(out));
        }
    }
}

/// One presentation context on offer: an interface and the syntaxes its calls may be written in.
///
/// ```text
/// 0            2                3          4                 24
/// │ p_cont_id  │ n_transfer_syn │ reserved │ abstract_syntax │ transfer_syntaxes … │
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextElement {
    /// The id calls will name.
    pub context_id: u16,
    /// The interface.
    pub abstract_syntax: SyntaxId,
    /// The syntaxes the client can write, in its order of preference.
    pub transfer_syntaxes: List8<SyntaxId>,
}

impl ContextElement {
    /// The KMS interface in one transfer syntax, the way Windows offers it.
    pub fn kms(context_id: u16, transfer_syntax: SyntaxId) -> Self {
        let transfer_syntaxes = [transfer_syntax].into();
        Self { context_id, abstract_syntax: SyntaxId::KMS, transfer_syntaxes }
    }
}

impl Wire<'_> for ContextElement {
    fn parse(input: &[u8], order: Order) -> Parsed<'_, Self> {
        let (input, context_id) = field("p_cont_id", u16(order))(input)?;
        let (input, count) = field("n_transfer_syn", u8)(input)?;
        let (input, _) = field("reserved", u8)(input)?;
        let (input, abstract_syntax) = SyntaxId::parse(input, order)?;
        let (input, transfer_syntaxes) = List8::parse_items(input, order, count)?;
        Ok((input, Self { context_id, abstract_syntax, transfer_syntaxes }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        out.u16("p_cont_id", self.context_id);
        out.u8("n_transfer_syn", self.transfer_syntaxes.count());
        out.u8("reserved", 0);
        out.group("abstract_syntax", |out| self.abstract_syntax.emit(out));
        for syntax in &self.transfer_syntaxes {
            out.group("transfer_syntax", |out| syntax.emit(out));
        }
    }
}
