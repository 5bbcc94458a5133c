//! The server's answer to a bind, element by element (C706 §12.6.4.4), and to an `alter_context`
//! (§12.6.4.2: the same body without an address).

use crate::rpc::list::List8;
use crate::rpc::syntax::SyntaxId;
use crate::wire::{Order, Parsed, Wire, field, take, u8, u16, u32};
use crate::write::Writer;

/// The body of a `bind_ack` or an `alter_context_resp`.
///
/// ```text
/// 16              18              20               24       26
/// │ max_xmit_frag │ max_recv_frag │ assoc_group_id │ length │ sec_addr … │ pad to 4 │
/// │ n_results │ reserved (3) │ results, 24 bytes each … │
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindAck<'a> {
    /// The longest PDU the server will send.
    pub max_xmit_frag: u16,
    /// The longest PDU the server can receive.
    pub max_recv_frag: u16,
    /// The association the connection belongs to; not 0.
    pub assoc_group_id: u32,
    /// `port_any_t`: where the association's other connections go, in ASCII with its NUL; empty in
    /// an `alter_context_resp`. At most 65 535 bytes.
    pub sec_addr: &'a [u8],
    /// One answer for each element offered, in their order.
    pub results: List8<ContextResult>,
}

impl BindAck<'_> {
    /// The port the secondary address names.
    pub fn port(&self) -> Option<u16> {
        let digits = self.sec_addr.strip_suffix(&[0])?;
        core::str::from_utf8(digits).ok()?.parse().ok()
    }
}

impl<'a> Wire<'a> for BindAck<'a> {
    fn parse(input: &'a [u8], order: Order) -> Parsed<'a, Self> {
        let whole = input.len();
        let (input, max_xmit_frag) = field("max_xmit_frag", u16(order))(input)?;
        let (input, max_recv_frag) = field("max_recv_frag", u16(order))(input)?;
        let (input, assoc_group_id) = field("assoc_group_id", u32(order))(input)?;
        let (input, length) = field("sec_addr_length", u16(order))(input)?;
        let (input, sec_addr) = field("sec_addr", take(length.into()))(input)?;
        let read = whole.saturating_sub(input.len());
        let (input, _) = field("pad", take(read.next_multiple_of(4) - read))(input)?;
        let (input, count) = field("n_results", u8)(input)?;
        let (input, _) = field("reserved", take(3))(input)?;
        let (input, results) = List8::parse_items(input, order, count)?;
        Ok((input, Self { max_xmit_frag, max_recv_frag, assoc_group_id, sec_addr, results }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        let start = out.written();
        out.u16("max_xmit_frag", self.max_xmit_frag);
        out.u16("max_recv_frag", self.max_recv_frag);
        out.u32("assoc_group_id", self.assoc_group_id);
        out.u16("sec_addr_length", u16::try_from(self.sec_addr.len()).unwrap_or(u16::MAX));
        out.bytes("sec_addr", self.sec_addr);
        out.pad("pad", start, 4);
        out.u8("n_results", self.results.count());
        out.bytes("reserved", &[0; 3]);
        for result in &self.results {
            out.group("p_result", |out| result.emit(out));
        }
    }
}

/// The answer for one element (C706 §12.6.3.1, `p_result_t`); unknown numbers survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContextResult {
    /// What became of the element: one of the result constants.
    pub result: u16,
    /// Why, for a refusal; the features agreed on, for [`NEGOTIATE_ACK`](Self::NEGOTIATE_ACK).
    pub reason: u16,
    /// The syntax calls are to be written in; nil when there is none.
    pub transfer_syntax: SyntaxId,
}

impl ContextResult {
    /// Result: calls may name this context.
    pub const ACCEPTANCE: u16 = 0;
    /// Result: the user of the server refuses.
    pub const USER_REJECTION: u16 = 1;
    /// Result: the server refuses.
    pub const PROVIDER_REJECTION: u16 = 2;
    /// Result: features were negotiated (MS-RPCE §2.2.2.4).
    pub const NEGOTIATE_ACK: u16 = 3;

    /// Reason: none given.
    pub const NOT_SPECIFIED: u16 = 0;
    /// Reason: the interface, or its version, is not served.
    pub const ABSTRACT_SYNTAX_NOT_SUPPORTED: u16 = 1;
    /// Reason: none of the syntaxes offered is spoken.
    pub const TRANSFER_SYNTAXES_NOT_SUPPORTED: u16 = 2;
    /// Reason: the server has no room for the context.
    pub const LOCAL_LIMIT_EXCEEDED: u16 = 3;

    /// The element is taken, in `transfer_syntax`.
    pub const fn accepted(transfer_syntax: SyntaxId) -> Self {
        Self { result: Self::ACCEPTANCE, reason: 0, transfer_syntax }
    }

    /// The server refuses the element.
    pub const fn refused(reason: u16) -> Self {
        Self { result: Self::PROVIDER_REJECTION, reason, transfer_syntax: SyntaxId::NIL }
    }

    /// The server takes part in these features.
    pub const fn features(bits: u16) -> Self {
        Self { result: Self::NEGOTIATE_ACK, reason: bits, transfer_syntax: SyntaxId::NIL }
    }

    /// Whether calls may name this context.
    pub const fn is_accepted(&self) -> bool {
        self.result == Self::ACCEPTANCE
    }
}

impl Wire<'_> for ContextResult {
    fn parse(input: &[u8], order: Order) -> Parsed<'_, Self> {
        let (input, result) = field("result", u16(order))(input)?;
        let (input, reason) = field("reason", u16(order))(input)?;
        let (input, transfer_syntax) = SyntaxId::parse(input, order)?;
        Ok((input, Self { result, reason, transfer_syntax }))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        out.u16("result", self.result);
        out.u16("reason", self.reason);
        out.group("transfer_syntax", |out| self.transfer_syntax.emit(out));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secondary_address_is_a_port_with_its_nul() {
        let ack = |sec_addr| BindAck {
            max_xmit_frag: 5840,
            max_recv_frag: 5840,
            assoc_group_id: 1,
            sec_addr,
            results: List8::new(),
        };
        assert_eq!(ack(b"1688\0").port(), Some(1688));
        for other in [&b"1688"[..], b"", b"\0", b"\\PIPE\\x\0", b"65536\0"] {
            assert_eq!(ack(other).port(), None);
        }
    }
}
