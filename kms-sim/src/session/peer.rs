//! The state of a session, PDU by PDU: everything but the bytes that wait.

mod binding;

use bytes::BytesMut;
use kms_proto::draw::Draw;
use kms_proto::rpc::bind::MUST_RECV_FRAG;
use kms_proto::rpc::frame;
use kms_proto::rpc::header::{Flags, Header, MAJOR, PacketType, SIZE};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::reassembly::{Fragment, Reassembly, Taken};
use kms_proto::wire::Order;

use crate::call::{Call, Reads};
use crate::exchange::Bytes;
use crate::session::arrived::Arrived;
use crate::session::association::{self, Association};
use crate::session::calls::{self, Head, Scratch};
use crate::session::canonical;
use crate::session::config::SessionConfig;
use crate::session::service::Service;
use crate::session::step::{Answer, Step};
use crate::session::trouble::Trouble;
use crate::strictness::Strictness;

/// What the host knows of one connection.
#[derive(Debug)]
pub(crate) struct Peer {
    config: SessionConfig,
    connection: u64,
    port: u16,
    group: u32,
    association: Option<Association>,
    reassembly: Reassembly,
    arrived: Arrived,
    scratch: Scratch,
    // What a pedantic host compares with.
    canonical: BytesMut,
    served: u64,
    closed: bool,
}

impl Peer {
    /// Nobody has spoken.
    pub(crate) fn new(config: SessionConfig, draw: Draw, connection: u64, port: u16) -> Self {
        Self {
            config,
            connection,
            port,
            group: association::group(draw, connection),
            association: None,
            reassembly: Reassembly::new(config.reassembly()),
            arrived: Arrived::default(),
            scratch: Scratch::default(),
            canonical: BytesMut::new(),
            served: 0,
            closed: false,
        }
    }

    /// Whether nothing more is served.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed
    }

    /// How many calls are under reassembly.
    pub(crate) const fn open_calls(&self) -> usize {
        self.reassembly.calls()
    }

    /// How many calls reached the service.
    pub(crate) const fn served(&self) -> u64 {
        self.served
    }

    /// What a header alone tells: the PDU's length, unless it is refused.
    pub(crate) fn admit(&self, header: &Header) -> Result<usize, Trouble> {
        let Header { major, minor, packet_type, .. } = *header;
        if major != MAJOR || minor > 1 {
            return Err(Trouble::Version { major, minor });
        }
        let limit = match &self.association {
            Some(association) => association.max_recv,
            None => self.config.max_pdu.max(MUST_RECV_FRAG),
        };
        let length = frame::length(header, limit.into()).map_err(Trouble::FrameLength)?;
        match packet_type {
            PacketType::REQUEST
            | PacketType::BIND
            | PacketType::ALTER_CONTEXT
            | PacketType::CO_CANCEL
            | PacketType::ORPHANED => Ok(length),
            other => Err(Trouble::PacketType(other)),
        }
    }

    /// Works off a whole PDU.
    pub(crate) fn take<S: Service>(
        &mut self,
        header: &Header,
        pdu: &mut [u8],
        service: &mut S,
        clock: impl Reads,
        out: &mut BytesMut,
    ) -> Step<S::Outcome> {
        if header.packet_type == PacketType::REQUEST {
            return self.request(header, pdu, service, clock, out);
        }
        match self.control(header, pdu, out) {
            Ok(answer) => Step::Sent(answer),
            Err(trouble) => self.close(header, 0, trouble, out),
        }
    }

    /// Everything but a request.
    fn control(
        &mut self,
        header: &Header,
        bytes: &[u8],
        out: &mut BytesMut,
    ) -> Result<Answer, Trouble> {
        match header.packet_type {
            PacketType::BIND => self.bind(header, bytes, out),
            PacketType::ALTER_CONTEXT => self.alter(header, bytes, out),
            _ => {
                Pdu::parse(bytes).map_err(Trouble::Malformed)?;
                self.arrived.take(header.call_id);
                Ok(Answer::Forgotten(self.reassembly.forget(header.call_id)))
            }
        }
    }

    /// Reads a PDU; a pedantic host holds it to its reserved bytes.
    fn parse<'a>(&mut self, bytes: &'a [u8]) -> Result<Pdu<'a>, Trouble> {
        let pdu = Pdu::parse(bytes).map_err(Trouble::Malformed)?;
        if self.config.strictness == Strictness::Pedantic {
            canonical::check_pdu(&pdu, bytes, &mut self.canonical).map_err(Trouble::Malformed)?;
        }
        Ok(pdu)
    }

    fn request<S: Service>(
        &mut self,
        header: &Header,
        pdu: &mut [u8],
        service: &mut S,
        clock: impl Reads,
        out: &mut BytesMut,
    ) -> Step<S::Outcome> {
        let (mut head, stub, taken) = match self.fragment(header, pdu) {
            Ok(fragment) => fragment,
            Err(trouble) => return self.close(header, context_id(header, pdu), trouble, out),
        };
        match taken {
            Taken::Kept => {
                self.arrived.kept(head.call_id, pdu.len());
                Step::Sent(Answer::Kept)
            }
            Taken::Alone => {
                let received = pdu.len();
                let stub = pdu.get_mut(stub..).unwrap_or_default();
                self.serve((&head, received), stub, service, clock, out)
            }
            Taken::Completed(mut whole) => {
                head.flags = whole.flags;
                let received = self.arrived.take(head.call_id).saturating_add(pdu.len());
                self.serve((&head, received), &mut whole.stub, service, clock, out)
            }
        }
    }

    /// Takes a request as the fragment it is: its head, and where its stub begins.
    fn fragment(&mut self, header: &Header, bytes: &[u8]) -> Result<(Head, usize, Taken), Trouble> {
        if self.association.is_none() {
            return Err(Trouble::NotBound(header.packet_type));
        }
        if header.auth_length != 0 {
            return Err(Trouble::Authentication);
        }
        let pdu = self.parse(bytes)?;
        let Body::Request(request) = &pdu.body else {
            return Err(Trouble::PacketType(header.packet_type));
        };
        let fragment = Fragment::of_request(&pdu, request);
        let taken = self.reassembly.take(&fragment).map_err(Trouble::Fragment)?;
        let Fragment { call_id, flags, data_rep, context_id, opnum, .. } = fragment;
        let head = Head { call_id, flags, data_rep, context_id, opnum };
        Ok((head, SIZE + request.before_stub(), taken))
    }

    /// Serves a complete call and counts it, unless its context, operation or parameters are wrong.
    // An outcome is hundreds of bytes: it is put into its step here, and handed up as it is.
    fn serve<S: Service>(
        &mut self,
        (head, received): (&Head, usize),
        stub: &mut [u8],
        service: &mut S,
        clock: impl Reads,
        out: &mut BytesMut,
    ) -> Step<S::Outcome> {
        let Some(association) = &self.association else {
            return refuse(head, Trouble::NotBound(PacketType::REQUEST), out);
        };
        let parameters = match calls::check(head, stub, association, self.config.strictness) {
            Ok(parameters) => parameters,
            Err(trouble) => return refuse(head, trouble, out),
        };
        let call = Call { connection: self.connection, message: self.served, now: clock.read() };
        self.served += 1;
        self.scratch.reply.clear();
        let message = parameters.message(stub);
        let (hresult, mut outcome) = service.handle(message, &call, &mut self.scratch.reply);
        let before = out.len();
        if !head.flags.has(Flags::MAYBE) {
            let (scratch, max_xmit) = (&mut self.scratch, association.max_xmit);
            calls::answer(head, &parameters, hresult, scratch, max_xmit, out);
        }
        let answered = out.len().saturating_sub(before);
        service.carried(&mut outcome, Bytes { received, answered });
        Step::Called { outcome, ignored: parameters.ignored }
    }

    /// Ends the session with the answer its trouble has; calls still incomplete are dropped.
    pub(crate) fn close<O>(
        &mut self,
        header: &Header,
        context_id: u16,
        trouble: Trouble,
        out: &mut BytesMut,
    ) -> Step<O> {
        self.closed = true;
        self.reassembly = Reassembly::new(self.config.reassembly());
        self.arrived = Arrived::default();
        match trouble.reject_reason() {
            Some(reason) if header.packet_type == PacketType::BIND => {
                association::reject(header.call_id, reason, out);
            }
            _ => calls::fault(header.call_id, context_id, trouble.status(), out),
        }
        Step::Close(trouble)
    }
}

/// Refuses a call by a fault, unless it wants no answer; the connection stays.
fn refuse<O>(head: &Head, trouble: Trouble, out: &mut BytesMut) -> Step<O> {
    if head.flags.has(Flags::MAYBE) {
        return Step::Sent(Answer::Silent(trouble));
    }
    calls::fault(head.call_id, head.context_id, trouble.status(), out);
    Step::Sent(Answer::Fault(trouble))
}

/// The context id of a request that may not be well-formed; 0 where it is cut off.
fn context_id(header: &Header, pdu: &[u8]) -> u16 {
    let Some([low, high]) = pdu.get(20..22).and_then(|bytes| bytes.first_chunk::<2>()) else {
        return 0;
    };
    match header.order() {
        Order::Little => u16::from_le_bytes([*low, *high]),
        Order::Big => u16::from_be_bytes([*low, *high]),
    }
}
