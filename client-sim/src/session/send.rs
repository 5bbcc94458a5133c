//! What a client writes: its bind, and its calls, cut to the size its host receives.

use bytes::BytesMut;
use kms_proto::rpc::bind::Bind;
use kms_proto::rpc::fragment;
use kms_proto::rpc::header::DataRep;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::wire::Order;
use kms_proto::write::Writer;

use crate::session::agreement::{Context, Offered};
use crate::session::calls::FIRST_CALL;
use crate::session::config::SessionConfig;

/// The operation: the interface has one.
const OPNUM: u16 = 0;

/// Puts the bind into `out`.
pub(super) fn bind(config: &SessionConfig, out: &mut BytesMut) {
    let body = Body::Bind(offer(config, 0, Offered::bind(config)));
    pdu(FIRST_CALL, config.order, body).append(out);
}

/// Puts an `alter_context` into `out`.
pub(super) fn alter(config: &SessionConfig, assoc_group_id: u32, out: &mut BytesMut) {
    let body = Body::AlterContext(offer(config, assoc_group_id, Offered::alter()));
    pdu(FIRST_CALL, config.order, body).append(out);
}

fn offer(config: &SessionConfig, assoc_group_id: u32, offered: Offered) -> Bind {
    Bind {
        max_xmit_frag: config.max_xmit_frag,
        max_recv_frag: config.max_recv_frag,
        assoc_group_id,
        contexts: offered.elements(),
    }
}

/// Puts a call into `out`, in fragments of at most `max_frag` bytes; `scratch` holds its stub.
pub(super) fn request(
    config: &SessionConfig,
    (call_id, context): (u32, Context),
    message: &[u8],
    max_frag: usize,
    scratch: &mut BytesMut,
    out: &mut BytesMut,
) {
    let Context { id, ndr } = context;
    let order = if ndr.allows(config.order) { config.order } else { Order::Little };
    scratch.clear();
    RequestStub { message, trailing: &[] }.emit(ndr, &mut Writer::new(scratch, order));
    let whole = Request {
        alloc_hint: 0,
        context_id: id,
        opnum: OPNUM,
        object: config.object,
        stub: scratch,
    };
    for (flags, piece) in fragment::requests(whole, max_frag) {
        Pdu { flags, ..pdu(call_id, order, Body::Request(piece)) }.append(out);
    }
}

fn pdu(call_id: u32, order: Order, body: Body<'_>) -> Pdu<'_> {
    let data_rep = match order {
        Order::Little => DataRep::LITTLE,
        Order::Big => DataRep::BIG,
    };
    Pdu { data_rep, ..Pdu::new(call_id, body) }
}
