//! The host's side of an association, made of kms-proto's encoder alone: it judges nothing.

use bytes::BytesMut;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::bind::Bind;
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::header::DataRep;
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::reassembly::{Fragment, Limits, Reassembly, Taken};
use kms_proto::rpc::response::Response;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::{fragment, frame};
use kms_proto::wire::Order;
use kms_proto::write::Writer;

/// How the host behaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    /// NDR64 is spoken, and preferred.
    pub(crate) ndr64: bool,
    /// NDR32 is spoken.
    pub(crate) ndr32: bool,
    /// An `alter_context` is granted.
    pub(crate) alters: bool,
    /// How its integers are written.
    pub(crate) order: Order,
    /// The longest PDU it takes, and sends.
    pub(crate) max_frag: u16,
}

impl Default for Manners {
    fn default() -> Self {
        Self { ndr64: true, ndr32: true, alters: true, order: Order::Little, max_frag: 5840 }
    }
}

/// One PDU that went by: `->` from the client, its type, its length, its call id.
pub(crate) type Seen = (&'static str, u8, usize, u32);

#[derive(Debug)]
pub(crate) struct FakeHost {
    manners: Manners,
    input: BytesMut,
    reassembly: Reassembly,
    contexts: Vec<(u16, Ndr)>,
    pub(crate) seen: Vec<Seen>,
    /// The messages that arrived, whole.
    pub(crate) messages: Vec<Vec<u8>>,
}

impl FakeHost {
    pub(crate) fn new(manners: Manners) -> Self {
        Self {
            manners,
            input: BytesMut::new(),
            reassembly: Reassembly::new(Limits::default()),
            contexts: Vec::new(),
            seen: Vec::new(),
            messages: Vec::new(),
        }
    }

    /// Takes what the client wrote, and answers every call with its message reversed; an empty
    /// message is refused with `0xC004F06C`.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> BytesMut {
        self.input.extend_from_slice(bytes);
        let mut out = BytesMut::new();
        while let Some(length) = frame::first(&self.input, usize::MAX).unwrap() {
            let bytes = self.input.split_to(length);
            let pdu = Pdu::parse(&bytes).unwrap();
            self.seen.push(("->", pdu.body.packet_type().0, bytes.len(), pdu.call_id));
            let before = out.len();
            self.answer(&pdu, &mut out);
            let mut sent = out.get(before..).unwrap();
            while let Some(length) = frame::first(sent, usize::MAX).unwrap() {
                let reply = Pdu::parse(&sent[..length]).unwrap();
                self.seen.push(("<-", reply.body.packet_type().0, length, reply.call_id));
                sent = &sent[length..];
            }
        }
        out
    }

    fn answer(&mut self, pdu: &Pdu<'_>, out: &mut BytesMut) {
        match &pdu.body {
            Body::Bind(bind) => {
                let ack = self.bind(bind, b"49152\0");
                self.pdu(pdu.call_id, Body::BindAck(ack)).append(out);
            }
            Body::AlterContext(bind) => {
                let ack = self.bind(bind, b"");
                self.pdu(pdu.call_id, Body::AlterContextResp(ack)).append(out);
            }
            Body::Request(request) => {
                let fragment = Fragment::of_request(pdu, request);
                let completed;
                let stub = match self.reassembly.take(&fragment).unwrap() {
                    Taken::Kept => return,
                    Taken::Alone => request.stub,
                    Taken::Completed(call) => {
                        completed = call;
                        &completed.stub
                    }
                };
                let (_, ndr) =
                    *self.contexts.iter().rfind(|(id, _)| *id == request.context_id).unwrap();
                let order = pdu.data_rep.order();
                let message = RequestStub::from_bytes(stub, ndr, order).unwrap().message;
                self.messages.push(message.to_vec());
                let answer: Vec<u8> = message.iter().rev().copied().collect();
                let stub = if message.is_empty() {
                    ResponseStub { message: None, hresult: HResult::INVALID_TIMESTAMP }
                } else {
                    ResponseStub { message: Some(&answer), hresult: HResult::OK }
                };
                self.respond(pdu.call_id, (request.context_id, ndr), stub, out);
            }
            other => panic!("the client sent {other:?}"),
        }
    }

    /// Writes a response, in as many fragments as it takes.
    fn respond(
        &self,
        call_id: u32,
        (context_id, ndr): (u16, Ndr),
        results: ResponseStub<'_>,
        out: &mut BytesMut,
    ) {
        let little = ndr == Ndr::Ndr64;
        let order = if little { Order::Little } else { self.manners.order };
        let mut stub = BytesMut::new();
        results.emit(ndr, &mut Writer::new(&mut stub, order));
        let whole = Response { alloc_hint: 0, context_id, cancel_count: 0, stub: &stub };
        for (flags, piece) in fragment::responses(whole, self.manners.max_frag.into()) {
            let pdu = self.pdu(call_id, Body::Response(piece));
            let data_rep = if little { DataRep::LITTLE } else { pdu.data_rep };
            Pdu { flags, data_rep, ..pdu }.append(out);
        }
    }

    fn bind<'a>(&mut self, bind: &Bind, sec_addr: &'a [u8]) -> BindAck<'a> {
        let altering = sec_addr.is_empty();
        let offers = |ndr: Ndr| {
            bind.contexts.iter().any(|element| element.transfer_syntaxes[..] == [ndr.syntax()])
        };
        let ndr64 = self.manners.ndr64 && offers(Ndr::Ndr64);
        let mut results = List8::new();
        for element in &bind.contexts {
            let syntax = element.transfer_syntaxes[0];
            let taken = match Ndr::of(&syntax) {
                Some(Ndr::Ndr32) => {
                    self.manners.ndr32 && !ndr64 && (self.manners.alters || !altering)
                }
                Some(Ndr::Ndr64) => self.manners.ndr64,
                None => false,
            };
            let result = match (taken, Ndr::of(&syntax)) {
                (true, Some(ndr)) => {
                    self.contexts.push((element.context_id, ndr));
                    ContextResult::accepted(syntax)
                }
                (_, None) => ContextResult::features(3),
                (false, Some(_)) => ContextResult::refused(2),
            };
            results.push(result).unwrap();
        }
        let max_frag = self.manners.max_frag;
        BindAck {
            max_xmit_frag: max_frag,
            max_recv_frag: max_frag,
            assoc_group_id: 0x1234,
            sec_addr,
            results,
        }
    }

    fn pdu<'a>(&self, call_id: u32, body: Body<'a>) -> Pdu<'a> {
        let data_rep = DataRep::default().in_order(self.manners.order);
        Pdu { data_rep, ..Pdu::new(call_id, body) }
    }
}
