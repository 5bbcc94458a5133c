//! A bound connection to a host: the bytes of a request in, the bytes of its answer out.

use bytes::BytesMut;
use kms_proto::kms::version::Version;
use kms_proto::rpc::frame;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::response::Response;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::wire::Order;
use kms_proto::write::Writer;
use kms_sim::call::Call;
use kms_sim::host::Host;

use crate::messages::{self, NOON};
use crate::pdus;

/// A host, one connection to it, and a request to ask again and again.
pub struct Whole {
    host: Host,
    message: u64,
    asked: BytesMut,
    input: BytesMut,
    reply: BytesMut,
    stub: BytesMut,
    out: BytesMut,
    scratch: BytesMut,
}

impl Whole {
    /// A connection over which machine 0 has asked in `version` until nothing grew any more.
    pub fn new(version: Version) -> Self {
        let mut whole = Self {
            host: messages::settled_host(),
            message: 0,
            asked: pdus::request_pdu(&messages::sealed(version, 0), Ndr::Ndr32, 0, 2),
            input: BytesMut::new(),
            reply: BytesMut::new(),
            stub: BytesMut::new(),
            out: BytesMut::new(),
            scratch: BytesMut::new(),
        };
        for _ in 0..4 {
            whole.request();
        }
        whole
    }

    /// Asks once; gives the bytes of the answer.
    pub fn request(&mut self) -> &[u8] {
        self.message += 1;
        self.input.clear();
        self.input.extend_from_slice(&self.asked);
        self.out.clear();
        self.reply.clear();
        self.stub.clear();
        self.scratch.clear();
        let Ok(Some(length)) = frame::first(&self.input, 5840) else { return &[] };
        let Ok(pdu) = Pdu::parse(self.input.get(..length).unwrap_or_default()) else { return &[] };
        let Body::Request(request) = pdu.body else { return &[] };
        let Ok(stub) = RequestStub::from_bytes(request.stub, Ndr::Ndr32, Order::Little) else {
            return &[];
        };
        self.scratch.extend_from_slice(stub.message);
        let call = Call { connection: 1, message: self.message, now: NOON };
        let exchange = self.host.handle(&mut self.scratch, &call, &mut self.reply);
        let stub = ResponseStub { message: Some(&self.reply), hresult: exchange.result() };
        stub.emit(Ndr::Ndr32, &mut Writer::new(&mut self.stub, Order::Little));
        let response =
            Response { alloc_hint: 0, context_id: 0, cancel_count: 0, stub: &self.stub };
        Pdu::new(pdu.call_id, Body::Response(response)).append(&mut self.out);
        &self.out
    }
}
