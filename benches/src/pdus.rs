//! One PDU of each kind, as a Windows-like client and our host exchange them, and their stubs.

use bytes::BytesMut;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::version::Version;
use kms_proto::rpc::bind::{Bind, ContextElement, WINDOWS_FRAG};
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::bind_nak::{BindNak, ProtocolVersion, RejectReason};
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::response::Response;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::wire::Order;
use kms_proto::write::Writer;

use crate::messages;

/// The transfer syntaxes measured, with their names.
pub const SYNTAXES: [(&str, Ndr); 2] = [("ndr32", Ndr::Ndr32), ("ndr64", Ndr::Ndr64)];

/// Bytes of a PDU's stub where only its length matters: a version 6 request's by NDR32.
const STUB: [u8; 268] = [0x5a; 268];

/// A PDU of each kind, by its name in C706.
pub fn all() -> [(&'static str, Pdu<'static>); 10] {
    let offered = [
        ContextElement::kms(0, SyntaxId::NDR32),
        ContextElement::kms(1, SyntaxId::NDR64),
        ContextElement::kms(2, SyntaxId::btfn(3)),
    ];
    let refused = ContextResult { result: 2, reason: 2, transfer_syntax: SyntaxId::NIL };
    let accepted = ContextResult { result: 0, reason: 0, transfer_syntax: SyntaxId::NDR64 };
    let features = ContextResult { result: 3, reason: 3, transfer_syntax: SyntaxId::NIL };
    let nak = BindNak {
        reason: RejectReason::LOCAL_LIMIT_EXCEEDED,
        protocols: [ProtocolVersion { major: 5, minor: 0 }].into(),
        rest: &[],
    };
    let bodies = [
        ("bind", Body::Bind(bind(offered.into()))),
        ("bind_ack", Body::BindAck(ack(b"49688\0", [refused, accepted, features].into()))),
        ("bind_nak", Body::BindNak(nak)),
        (
            "alter_context",
            Body::AlterContext(bind([ContextElement::kms(0, SyntaxId::NDR32)].into())),
        ),
        ("alter_context_resp", Body::AlterContextResp(ack(b"", [accepted].into()))),
        ("request", Body::Request(call(1, &STUB))),
        ("response", Body::Response(result(1, &STUB))),
        ("fault", Body::Fault(Fault::new(0, FaultStatus::OP_RANGE))),
        ("co_cancel", Body::CoCancel),
        ("orphaned", Body::Orphaned),
    ];
    bodies.map(|(name, body)| (name, Pdu::new(2, body)))
}

/// The PDU of that name in [`all`], and its bytes; a `co_cancel` where there is none.
pub fn named(name: &str) -> (Pdu<'static>, BytesMut) {
    let found = all().into_iter().find(|(other, _)| *other == name);
    let pdu = found.map_or(Pdu::new(2, Body::CoCancel), |(_, pdu)| pdu);
    let bytes = pdu.to_bytes();
    (pdu, bytes)
}

fn bind(contexts: List8<ContextElement>) -> Bind {
    Bind { max_xmit_frag: WINDOWS_FRAG, max_recv_frag: WINDOWS_FRAG, assoc_group_id: 0, contexts }
}

fn ack(sec_addr: &[u8], results: List8<ContextResult>) -> BindAck<'_> {
    let (max_xmit_frag, max_recv_frag) = (WINDOWS_FRAG, WINDOWS_FRAG);
    BindAck { max_xmit_frag, max_recv_frag, assoc_group_id: 1, sec_addr, results }
}

fn call(context_id: u16, stub: &[u8]) -> Request<'_> {
    let alloc_hint = u32::try_from(stub.len()).unwrap_or(0);
    Request { alloc_hint, context_id, opnum: 0, object: None, stub }
}

fn result(context_id: u16, stub: &[u8]) -> Response<'_> {
    let alloc_hint = u32::try_from(stub.len()).unwrap_or(0);
    Response { alloc_hint, context_id, cancel_count: 0, stub }
}

/// The stub of machine 0's version 6 request.
pub fn request_stub(ndr: Ndr) -> BytesMut {
    stub(&messages::sealed(Version::V6, 0), ndr)
}

/// The stub of a version 6 answer.
pub fn response_stub(ndr: Ndr) -> BytesMut {
    let message = messages::answer(Version::V6);
    let mut bytes = BytesMut::new();
    let stub = ResponseStub { message: Some(&message), hresult: HResult::OK };
    stub.emit(ndr, &mut Writer::new(&mut bytes, Order::Little));
    bytes
}

/// The PDU that binds the KMS interface in `ndr` alone, as context `context_id`.
pub fn bind_pdu(ndr: Ndr, context_id: u16) -> BytesMut {
    let contexts = [ContextElement::kms(context_id, ndr.syntax())].into();
    Pdu::new(2, Body::Bind(bind(contexts))).to_bytes()
}

/// The request PDU that carries `message` as call `call_id` in context `context_id`.
pub fn request_pdu(message: &[u8], ndr: Ndr, context_id: u16, call_id: u32) -> BytesMut {
    Pdu::new(call_id, Body::Request(call(context_id, &stub(message, ndr)))).to_bytes()
}

fn stub(message: &[u8], ndr: Ndr) -> BytesMut {
    let mut bytes = BytesMut::new();
    let stub = RequestStub { message, trailing: &[] };
    stub.emit(ndr, &mut Writer::new(&mut bytes, Order::Little));
    bytes
}
