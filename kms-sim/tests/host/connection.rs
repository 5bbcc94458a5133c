//! A client's side of one connection: it binds one syntax and calls.

use bytes::BytesMut;
use kms_proto::draw::Draw;
use kms_proto::rpc::bind::{Bind, ContextElement, WINDOWS_FRAG};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::time::FileTime;
use kms_proto::wire::Order;
use kms_proto::write::Writer;
use kms_sim::host::Host;
use kms_sim::session::config::SessionConfig;
use kms_sim::session::{Answer, Session, Step};

/// The PDU that binds the KMS interface in `ndr`, as context 0.
pub(crate) fn bind(ndr: Ndr) -> BytesMut {
    let bind = Bind {
        max_xmit_frag: WINDOWS_FRAG,
        max_recv_frag: WINDOWS_FRAG,
        assoc_group_id: 0,
        contexts: [ContextElement::kms(0, ndr.syntax())].into(),
    };
    Pdu::new(2, Body::Bind(bind)).to_bytes()
}

/// The PDU that calls with `message`.
pub(crate) fn request(ndr: Ndr, call_id: u32, message: &[u8]) -> BytesMut {
    let mut stub = BytesMut::new();
    let parameters = RequestStub { message, trailing: &[] };
    parameters.emit(ndr, &mut Writer::new(&mut stub, Order::Little));
    let alloc_hint = u32::try_from(stub.len()).unwrap();
    let body = Request { alloc_hint, context_id: 0, opnum: 0, object: None, stub: &stub };
    Pdu::new(call_id, Body::Request(body)).to_bytes()
}

/// A session that has accepted the bind of `ndr`.
pub(crate) fn bound(host: &mut Host, ndr: Ndr, now: FileTime) -> Session {
    let draw = Draw::new(host.config().seed);
    let mut session = Session::new(SessionConfig::default(), draw, 1, host.config().port);
    session.receive(&bind(ndr));
    let step = session.step(host, now, &mut BytesMut::new());
    assert_eq!(step, Step::Sent(Answer::Bound { accepted: 1, refused: 0 }));
    session
}
