//! What one connection agreed on at its bind, and the answers to binds (C706 §12.6.4.1-5).

use bytes::BytesMut;
use kms_proto::draw::Draw;
use kms_proto::rpc::bind::{Bind, MUST_RECV_FRAG};
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::bind_nak::{BindNak, ProtocolVersion, RejectReason};
use kms_proto::rpc::header::{Flags, MAJOR};
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::stub::Ndr;

use crate::session::config::SessionConfig;
use crate::session::contexts::Contexts;

/// A bound association.
#[derive(Debug)]
pub(crate) struct Association {
    /// The longest PDU we send.
    pub(crate) max_xmit: u16,
    /// The longest PDU the peer may send.
    pub(crate) max_recv: u16,
    group: u32,
    contexts: Contexts,
}

impl Association {
    /// Agrees with a bind: each direction's limit is the smaller of both sides' but never under
    /// what every peer must take; `group` is for a bind that asks for a new one.
    pub(crate) fn new(config: &SessionConfig, bind: &Bind, group: u32) -> Self {
        let ours = config.max_pdu.max(MUST_RECV_FRAG);
        Self {
            max_xmit: bind.max_recv_frag.max(MUST_RECV_FRAG).min(ours),
            max_recv: bind.max_xmit_frag.max(MUST_RECV_FRAG).min(ours),
            group: if bind.assoc_group_id == 0 { group } else { bind.assoc_group_id },
            contexts: Contexts::new(config.syntaxes, config.max_contexts),
        }
    }

    /// The syntax calls in context `id` are written in, if it was accepted.
    pub(crate) fn ndr(&self, id: u16) -> Option<Ndr> {
        self.contexts.ndr(id)
    }

    /// Judges a bind's elements and writes the `bind_ack`; gives the results.
    pub(crate) fn acknowledge(
        &mut self,
        call_id: u32,
        flags: Flags,
        bind: &Bind,
        port: u16,
        out: &mut BytesMut,
    ) -> List8<ContextResult> {
        let results = self.contexts.judge(&bind.contexts);
        let address = format!("{port}\0");
        let ack = self.ack(address.as_bytes(), results.clone());
        let mut pdu = Pdu::new(call_id, Body::BindAck(ack));
        if flags.has(Flags::CONC_MPX) {
            pdu.flags = pdu.flags.with(Flags::CONC_MPX);
        }
        pdu.append(out);
        results
    }

    /// Judges an `alter_context`'s elements and writes its answer; gives the results.
    pub(crate) fn alter(
        &mut self,
        call_id: u32,
        alter: &Bind,
        out: &mut BytesMut,
    ) -> List8<ContextResult> {
        let results = self.contexts.judge(&alter.contexts);
        let ack = self.ack(&[], results.clone());
        Pdu::new(call_id, Body::AlterContextResp(ack)).append(out);
        results
    }

    fn ack<'a>(&self, sec_addr: &'a [u8], results: List8<ContextResult>) -> BindAck<'a> {
        BindAck {
            max_xmit_frag: self.max_xmit,
            max_recv_frag: self.max_recv,
            assoc_group_id: self.group,
            sec_addr,
            results,
        }
    }
}

/// Writes a `bind_nak`.
pub(crate) fn reject(call_id: u32, reason: RejectReason, out: &mut BytesMut) {
    let protocols = [ProtocolVersion { major: MAJOR, minor: 0 }].into();
    Pdu::new(call_id, Body::BindNak(BindNak { reason, protocols, rest: &[] })).append(out);
}

/// A new association group: drawn, and not 0, which asks for one.
pub(crate) fn group(draw: Draw, connection: u64) -> u32 {
    let bits = draw.keyed("host", "association group", connection, 0, "");
    let low = u32::try_from(bits & u128::from(u32::MAX)).unwrap_or(0);
    low.max(1)
}
