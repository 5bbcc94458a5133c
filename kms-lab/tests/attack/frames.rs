//! The PDUs of attackers.

use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::BytesMut;
use client_sim::machine::Machine;
use kms_lab::clock::true_now;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::rpc::bind::{Bind, ContextElement};
use kms_proto::rpc::header::Flags;
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::windows::identity::Edition;
use kms_proto::wire::Order;
use kms_proto::write::Writer;

/// The bytes of a bind.
pub(crate) fn bind() -> BytesMut {
    Pdu::new(1, Body::Bind(contexts())).to_bytes()
}

/// The bytes of an `alter_context` that offers the same again.
pub(crate) fn alter() -> BytesMut {
    Pdu::new(2, Body::AlterContext(contexts())).to_bytes()
}

fn contexts() -> Bind {
    let mut contexts = List8::new();
    contexts.push(ContextElement::kms(0, SyntaxId::NDR32)).unwrap();
    Bind { max_xmit_frag: 5840, max_recv_frag: 5840, assoc_group_id: 0, contexts }
}

/// Sends a bind, and reads its answer.
pub(crate) fn bound(mut stream: TcpStream) -> TcpStream {
    stream.write_all(&bind()).unwrap();
    let mut answer = [0; 1024];
    assert_ne!(stream.read(&mut answer).unwrap(), 0);
    stream
}

/// A request, or a piece of one.
pub(crate) fn fragment(call: u32, flags: Flags, alloc_hint: u32, stub: &[u8]) -> BytesMut {
    let body = Body::Request(Request { alloc_hint, context_id: 0, opnum: 0, object: None, stub });
    Pdu { flags, ..Pdu::new(call, body) }.to_bytes()
}

/// Asks with this message over a connection that is bound, and reads the host's refusal.
pub(crate) fn refused(stream: &mut TcpStream, message: &[u8]) -> HResult {
    let mut stub = BytesMut::new();
    RequestStub { message, trailing: b"" }
        .emit(Ndr::Ndr32, &mut Writer::new(&mut stub, Order::Little));
    stream.write_all(&fragment(2, Flags::WHOLE, 0, &stub)).unwrap();
    let mut answer = [0; 1024];
    let length = stream.read(&mut answer).unwrap();
    let Body::Response(response) = Pdu::parse(&answer[..length]).unwrap().body else {
        panic!("no response: {:?}", &answer[..length])
    };
    let stub = ResponseStub::from_bytes(response.stub, Ndr::Ndr32, Order::Little).unwrap();
    assert!(stub.message.is_none(), "nothing is granted");
    stub.hresult
}

/// A machine of another lab, and its seal.
pub(crate) struct Stranger {
    machine: Machine,
    seal: Seal,
    asked: u64,
}

impl Stranger {
    pub(crate) fn new() -> Self {
        let realm: Realm = "elsewhere".parse().unwrap();
        let seal = Seal::for_realm(&realm);
        let name = MachineName::new("STRANGER").unwrap();
        Self { machine: Machine::new(name, realm, Edition::ServerStandard), seal, asked: 0 }
    }

    /// Its next request.
    pub(crate) fn message(&mut self) -> BytesMut {
        self.asked += 1;
        let iv = self.asked.to_be_bytes().repeat(2).try_into().unwrap();
        let request = self.machine.request(Version::V6, true_now().filetime());
        let mut message = BytesMut::new();
        self.seal.seal_request(&request, iv, &mut message);
        message
    }
}
