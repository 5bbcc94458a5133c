//! A session with a service that echoes, PDUs to send it, and its answers as text.

use std::cell::RefCell;
use std::collections::BTreeMap;

use bytes::BytesMut;
use kms_proto::draw::Draw;
use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::auth::Auth;
use kms_proto::rpc::bind::{Bind, ContextElement};
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::frame;
use kms_proto::rpc::header::{DataRep, Flags};
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::time::FileTime;
use kms_proto::wire::Order;
use kms_proto::write::Writer;
use kms_sim::call::Call;
use kms_sim::exchange::Bytes;
use kms_sim::session::config::SessionConfig;
use kms_sim::session::service::Service;
use kms_sim::session::{Session, Step};
use kms_sim::strictness::Strictness;

pub(crate) const N32: SyntaxId = SyntaxId::NDR32;
pub(crate) const N64: SyntaxId = SyntaxId::NDR64;
pub(crate) const NOW: FileTime = FileTime(134_116_998_000_000_000);

/// Answers a message with its bytes backwards, and `no` with a refusal.
#[derive(Debug, Default)]
pub(crate) struct Echo {
    pub(crate) seen: Vec<(String, Call)>,
    /// How many bytes came for each call, and how many went.
    pub(crate) carried: RefCell<Vec<(usize, usize)>>,
}

impl Service for Echo {
    type Outcome = usize;

    fn handle(
        &mut self,
        message: &mut [u8],
        call: &Call,
        reply: &mut BytesMut,
    ) -> (HResult, usize) {
        assert!(reply.is_empty(), "the reply comes empty");
        self.seen.push((String::from_utf8_lossy(message).into_owned(), *call));
        let refused = message == b"no";
        message.reverse();
        reply.extend_from_slice(message);
        (if refused { HResult::INVALID_TIMESTAMP } else { HResult::OK }, message.len())
    }

    fn carried(&self, _: &mut usize, bytes: Bytes) {
        self.carried.borrow_mut().push((bytes.received, bytes.answered));
    }
}

pub(crate) const BTFN: SyntaxId = SyntaxId::btfn(3);
pub(crate) const OTHER: SyntaxId = SyntaxId { uuid: Uuid::max(), major: 1, minor: 0 };
pub(crate) const AUTH: Auth<'static> =
    Auth { auth_type: 10, level: 6, pad_length: 0, context_id: 0, value: b"NTLMSSP" };

/// One connection to a host.
#[derive(Debug)]
pub(crate) struct Lab {
    pub(crate) session: Session,
    pub(crate) service: Echo,
    /// What the last step did.
    pub(crate) steps: Vec<Step<usize>>,
    /// What the host sent since it was last asked.
    pub(crate) sent: BytesMut,
    contexts: BTreeMap<u16, Ndr>,
    offered: Vec<u16>,
}

impl Lab {
    pub(crate) fn new(config: SessionConfig) -> Self {
        Self {
            session: Session::new(config, Draw::new(42), 7, 1688),
            service: Echo::default(),
            steps: Vec::new(),
            sent: BytesMut::new(),
            contexts: BTreeMap::new(),
            offered: Vec::new(),
        }
    }

    /// A connection with context 0 in NDR32 and context 1 in NDR64.
    pub(crate) fn bound(config: SessionConfig) -> Self {
        let mut lab = Self::new(config);
        lab.bind(&[element(1, &[N64])]);
        assert_eq!(lab.alter(&[element(0, &[N32])]), "alter_context_resp 2 NDR32");
        lab
    }

    pub(crate) fn bind(&mut self, elements: &[ContextElement]) -> String {
        self.offered = elements.iter().map(|element| element.context_id).collect();
        self.send(&bind(elements).to_bytes())
    }

    pub(crate) fn alter(&mut self, elements: &[ContextElement]) -> String {
        self.offered = elements.iter().map(|element| element.context_id).collect();
        self.send(&alter(elements).to_bytes())
    }

    /// Sends bytes in one piece; the answers, one after the other.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> String {
        self.push(bytes);
        self.answers()
    }

    /// Sends bytes in one piece and works them off.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.session.receive(bytes);
        self.steps.clear();
        loop {
            let step = self.session.step(&mut self.service, NOW, &mut self.sent);
            if step == Step::Idle {
                break;
            }
            self.steps.push(step);
        }
    }

    /// What was sent, as text; `closed` when the session is finished.
    pub(crate) fn answers(&mut self) -> String {
        let sent = self.sent.split();
        let mut rest = &sent[..];
        let mut texts = Vec::new();
        while let Some(length) = frame::first(rest, usize::from(u16::MAX)).unwrap() {
            let (pdu, after) = rest.split_at(length);
            let pdu = Pdu::parse(pdu).unwrap();
            assert_eq!((pdu.data_rep, pdu.minor), (DataRep::LITTLE, 0));
            texts.push(self.text(&pdu));
            rest = after;
        }
        assert!(rest.is_empty(), "only whole PDUs leave");
        if self.session.is_closed() {
            texts.push("closed".to_owned());
        }
        texts.join("; ")
    }

    fn text(&mut self, pdu: &Pdu<'_>) -> String {
        let (id, kind) = (pdu.call_id, pdu.body.packet_type().name());
        match &pdu.body {
            Body::BindAck(ack) | Body::AlterContextResp(ack) => self.ack(kind, id, ack),
            Body::BindNak(nak) => format!("bind_nak {id} reason {}", nak.reason.0),
            Body::Fault(fault) => {
                assert_eq!(pdu.flags, Flags::WHOLE.with(Flags::DID_NOT_EXECUTE));
                assert_eq!((fault.alloc_hint, pdu.to_bytes().len()), (0, 32));
                format!("fault {id} context {} {:#010x}", fault.context_id, fault.status.0)
            }
            Body::Response(response) if pdu.flags == Flags::WHOLE => {
                let ndr = self.contexts[&response.context_id];
                let stub = ResponseStub::from_bytes(response.stub, ndr, Order::Little).unwrap();
                assert!(stub.is_coherent());
                let told = stub.message.map_or(stub.hresult.to_string(), |message| {
                    String::from_utf8_lossy(message).into_owned()
                });
                format!("response {id} context {} {told}", response.context_id)
            }
            Body::Response(response) => {
                format!("response {id} {} {} bytes", pdu.flags, response.stub.len())
            }
            other => format!("{other:?}"),
        }
    }

    fn ack(&mut self, kind: &str, id: u32, ack: &BindAck<'_>) -> String {
        let results = ack.results.iter().zip(&self.offered).map(|(result, context)| {
            let ContextResult { result, reason, transfer_syntax } = result;
            if *result != 0 {
                assert_eq!(*transfer_syntax, SyntaxId::NIL);
                return format!("{result}/{reason}");
            }
            let ndr = Ndr::of(transfer_syntax).unwrap();
            self.contexts.insert(*context, ndr);
            ndr.to_string()
        });
        let results: Vec<_> = results.collect();
        format!("{kind} {id} {}", results.join(" "))
    }
}

/// A connection nobody has spoken on.
pub(crate) fn fresh() -> Lab {
    Lab::new(SessionConfig::default())
}

/// A connection with both contexts.
pub(crate) fn bound() -> Lab {
    Lab::bound(SessionConfig::default())
}

pub(crate) fn pedantic() -> SessionConfig {
    config(|config| config.strictness = Strictness::Pedantic)
}

/// What an association is allowed, changed from the default.
pub(crate) fn config(change: impl FnOnce(&mut SessionConfig)) -> SessionConfig {
    let mut config = SessionConfig::default();
    change(&mut config);
    config
}

pub(crate) fn element(context_id: u16, syntaxes: &[SyntaxId]) -> ContextElement {
    element_of(SyntaxId::KMS, context_id, syntaxes)
}

pub(crate) fn element_of(
    abstract_syntax: SyntaxId,
    context_id: u16,
    syntaxes: &[SyntaxId],
) -> ContextElement {
    let transfer_syntaxes = List8::try_from(syntaxes.to_vec()).unwrap();
    ContextElement { context_id, abstract_syntax, transfer_syntaxes }
}

fn offer(elements: &[ContextElement]) -> Bind {
    let contexts = List8::try_from(elements.to_vec()).unwrap();
    Bind { max_xmit_frag: 5840, max_recv_frag: 5840, assoc_group_id: 0, contexts }
}

pub(crate) fn bind(elements: &[ContextElement]) -> Pdu<'static> {
    Pdu::new(2, Body::Bind(offer(elements)))
}

pub(crate) fn alter(elements: &[ContextElement]) -> Pdu<'static> {
    Pdu::new(2, Body::AlterContext(offer(elements)))
}

pub(crate) fn stub(message: &[u8], ndr: Ndr, trailing: &[u8], order: Order) -> BytesMut {
    let mut bytes = BytesMut::new();
    RequestStub { message, trailing }.emit(ndr, &mut Writer::new(&mut bytes, order));
    bytes
}

pub(crate) fn stub32(message: &str) -> BytesMut {
    stub(message.as_bytes(), Ndr::Ndr32, b"", Order::Little)
}

/// A request of operation 0 without object.
pub(crate) fn request(call_id: u32, context_id: u16, stub: &[u8]) -> Pdu<'_> {
    let request = Request { alloc_hint: 0, context_id, opnum: 0, object: None, stub };
    Pdu::new(call_id, Body::Request(request))
}

/// A whole call in NDR32, on context 0.
pub(crate) fn call(call_id: u32, message: &str) -> BytesMut {
    request(call_id, 0, &stub32(message)).to_bytes()
}

/// A call in NDR32 on context 0, in fragments of `size` bytes of stub.
pub(crate) fn fragments(call_id: u32, message: &str, size: usize) -> Vec<BytesMut> {
    let stub = stub32(message);
    let count = stub.chunks(size).len();
    let piece = |(index, piece)| {
        let mut pdu = request(call_id, 0, piece);
        let first = if index == 0 { Flags::FIRST } else { Flags::default() };
        let last = if index + 1 == count { Flags::LAST } else { Flags::default() };
        pdu.flags = first.with(last);
        pdu.to_bytes()
    };
    stub.chunks(size).enumerate().map(piece).collect()
}
