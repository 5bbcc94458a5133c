//! The client's side of an RPC association: bytes in, events and bytes out.
//!
//! No socket and no clock: a driver hands over what it read ([`Session::receive`]), asks until
//! there is nothing more ([`Session::poll`]), and writes what was put into its buffer. However the
//! bytes were cut on their way, the events are the same.
//!
//! It runs as Windows-like clients do: NDR32, NDR64 and feature negotiation in one bind; where the
//! host took NDR64 only, an `alter_context` for NDR32; the first call by NDR32 and later ones by
//! NDR64; call ids from 2, which bind, `alter_context` and the first call share.

pub mod agreement;
mod calls;
pub mod config;
pub mod event;
pub mod failure;
mod send;

use bytes::BytesMut;
use kms_proto::error::{DecodeError, Reason};
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::bind_ack::BindAck;
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::frame;
use kms_proto::rpc::header::{Flags, MAJOR};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::reassembly::{Fragment, Reassembly, Taken};
use kms_proto::rpc::response::Response;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::wire::Order;

use crate::session::agreement::{Agreement, Context, Offered};
use crate::session::calls::{Calls, FIRST_CALL};
use crate::session::config::SessionConfig;
use crate::session::event::{CallId, Event, NotNow};
use crate::session::failure::Failure;

/// One association.
#[derive(Debug)]
pub struct Session {
    config: SessionConfig,
    state: State,
    agreement: Agreement,
    input: BytesMut,
    calls: Calls,
    reassembly: Reassembly,
    /// Where stubs are written before they are cut.
    scratch: BytesMut,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Fresh,
    Binding,
    Altering,
    Ready,
    Over,
}

impl Session {
    /// A session that has sent nothing yet.
    pub fn new(config: SessionConfig) -> Self {
        Self {
            config,
            state: State::Fresh,
            agreement: Agreement::default(),
            input: BytesMut::new(),
            calls: Calls::new(),
            reassembly: Reassembly::new(config.limits),
            scratch: BytesMut::new(),
        }
    }

    /// Puts the bind into `out`; a second time it does nothing.
    pub fn start(&mut self, out: &mut BytesMut) {
        if matches!(self.state, State::Fresh) {
            self.state = State::Binding;
            send::bind(&self.config, out);
        }
    }

    /// Puts a call into `out`; several may wait for their answers at once.
    ///
    /// # Errors
    ///
    /// When no call can be made, and why; `out` is left as it is.
    pub fn call(&mut self, message: &[u8], out: &mut BytesMut) -> Result<CallId, NotNow> {
        let context = match self.state {
            State::Ready => self.agreement.context(self.calls.none_made()),
            State::Over => return Err(NotNow::Over),
            State::Fresh | State::Binding | State::Altering => None,
        };
        let limits = self.config.limits;
        if self.calls.waiting() >= limits.calls {
            return Err(NotNow::TooManyCalls);
        }
        if message.len() > limits.call_bytes {
            return Err(NotNow::TooLong(limits.call_bytes));
        }
        let context = context.ok_or(NotNow::NotReady)?;
        let call_id = self.calls.open(context);
        let max_frag = self.agreement.max_request_frag;
        send::request(&self.config, (call_id, context), message, max_frag, &mut self.scratch, out);
        Ok(CallId(call_id))
    }

    /// Takes bytes from the host.
    ///
    /// They are kept until [`poll`](Self::poll) has made events of them, which it does of all but
    /// the beginning of a PDU.
    pub fn receive(&mut self, bytes: &[u8]) {
        if !self.is_over() {
            self.input.extend_from_slice(bytes);
        }
    }

    /// The next event, if what was received makes one; `out` receives what is to be sent.
    ///
    /// To be called until it returns `None`, after each [`receive`](Self::receive).
    pub fn poll(&mut self, out: &mut BytesMut) -> Option<Event> {
        while !self.is_over() {
            match self.step(out) {
                Ok(Step::Event(event)) => return Some(event),
                Ok(Step::Nothing) => {}
                Ok(Step::Wait) => return None,
                Err(failure) => {
                    self.end();
                    return Some(Event::Over(failure));
                }
            }
        }
        None
    }

    /// What was agreed; empty before [`Event::Ready`].
    pub const fn agreement(&self) -> &Agreement {
        &self.agreement
    }

    /// How many calls wait for their answer.
    pub const fn waiting(&self) -> usize {
        self.calls.waiting()
    }

    /// Whether the association ended.
    pub const fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    fn end(&mut self) {
        self.state = State::Over;
        self.calls = Calls::new();
        self.input = BytesMut::new();
        self.reassembly = Reassembly::new(self.config.limits);
    }

    /// Takes one PDU from the input.
    fn step(&mut self, out: &mut BytesMut) -> Result<Step, Failure> {
        let Some(header) = frame::header(&self.input) else { return Ok(Step::Wait) };
        // Whoever speaks another protocol is told from its first bytes, not after a time-out.
        if header.major != MAJOR {
            let reason = Reason::Value(header.major.into());
            let error = DecodeError { field: "rpc_vers", reason, offset: 0 };
            return Err(Failure::Malformed(error));
        }
        let length = frame::length(&header, self.config.receives()).map_err(Failure::Malformed)?;
        if self.input.len() < length {
            return Ok(Step::Wait);
        }
        let bytes = self.input.split_to(length);
        let pdu = Pdu::parse(&bytes).map_err(Failure::Malformed)?;
        if pdu.auth.is_some() {
            return Err(Failure::Authentication);
        }
        self.pdu(&pdu, out)
    }

    fn pdu(&mut self, pdu: &Pdu<'_>, out: &mut BytesMut) -> Result<Step, Failure> {
        match (&pdu.body, self.state) {
            (Body::BindAck(ack), State::Binding) => {
                binds(pdu)?;
                self.bound(ack, out)
            }
            (Body::BindNak(nak), State::Binding) => {
                binds(pdu)?;
                Err(Failure::BindNak(nak.reason))
            }
            (Body::AlterContextResp(ack), State::Altering) => {
                binds(pdu)?;
                Offered::alter().judge(&ack.results, &mut self.agreement)?;
                Ok(self.ready())
            }
            (Body::Fault(fault), State::Binding | State::Altering) => {
                binds(pdu)?;
                Err(failure(pdu, fault))
            }
            (Body::Fault(fault), State::Ready) => self.fault(pdu, fault),
            (Body::Response(response), State::Ready) => self.response(pdu, response),
            (body, _) => Err(Failure::Unexpected(body.packet_type())),
        }
    }

    /// The host's answer to the bind.
    fn bound(&mut self, ack: &BindAck<'_>, out: &mut BytesMut) -> Result<Step, Failure> {
        let left = Offered::bind(&self.config).judge(&ack.results, &mut self.agreement)?;
        self.agreement.max_request_frag = self.config.sends(ack.max_recv_frag);
        self.agreement.assoc_group_id = ack.assoc_group_id;
        match (self.agreement.ndr32, self.agreement.ndr64) {
            (None, None) => Err(Failure::Refused(left)),
            // NDR32 was offered and left: it is asked for again, alone.
            (None, Some(_)) if !left.is_empty() => {
                self.state = State::Altering;
                send::alter(&self.config, ack.assoc_group_id, out);
                Ok(Step::Nothing)
            }
            _ => Ok(self.ready()),
        }
    }

    fn ready(&mut self) -> Step {
        self.state = State::Ready;
        Step::Event(Event::Ready)
    }

    fn response(&mut self, pdu: &Pdu<'_>, response: &Response<'_>) -> Result<Step, Failure> {
        let context = self.calls.find(pdu.call_id)?.context;
        if response.context_id != context.id {
            let (found, expected) = (response.context_id, context.id);
            // What came whole can be read by the syntax of the call, wherever it came.
            let whole = pdu.flags.has(Flags::FIRST) && pdu.flags.has(Flags::LAST);
            let hresult = if whole { hresult(response.stub, context, pdu) } else { HResult::OK };
            return Err(Failure::Context { found, expected, hresult });
        }
        let fragment = Fragment::of_response(pdu, response);
        let completed;
        let stub = match self.reassembly.take(&fragment).map_err(Failure::Fragment)? {
            Taken::Kept => return Ok(Step::Nothing),
            Taken::Alone => response.stub,
            Taken::Completed(call) => {
                completed = call;
                &completed.stub
            }
        };
        self.calls.close(pdu.call_id);
        let call_id = CallId(pdu.call_id);
        Ok(Step::Event(match results(stub, context, pdu.data_rep.order()) {
            Ok(ResponseStub { message, hresult }) => {
                Event::Answer { call_id, hresult, message: message.unwrap_or_default().into() }
            }
            Err(failure) => Event::Failed { call_id, failure },
        }))
    }

    fn fault(&mut self, pdu: &Pdu<'_>, fault: &Fault<'_>) -> Result<Step, Failure> {
        self.calls.find(pdu.call_id)?;
        self.calls.close(pdu.call_id);
        self.reassembly.forget(pdu.call_id);
        let call_id = CallId(pdu.call_id);
        Ok(Step::Event(Event::Failed { call_id, failure: failure(pdu, fault) }))
    }
}

/// What one step came to.
enum Step {
    Event(Event),
    Nothing,
    Wait,
}

/// Holds an answer to a bind to the bind's call id.
const fn binds(pdu: &Pdu<'_>) -> Result<(), Failure> {
    if pdu.call_id == FIRST_CALL { Ok(()) } else { Err(Failure::CallId(pdu.call_id)) }
}

const fn failure(pdu: &Pdu<'_>, fault: &Fault<'_>) -> Failure {
    let did_not_execute = pdu.flags.has(Flags::DID_NOT_EXECUTE);
    Failure::Fault { status: fault.status, did_not_execute }
}

/// What a call returned, where that can be read.
fn hresult(stub: &[u8], context: Context, pdu: &Pdu<'_>) -> HResult {
    ResponseStub::hresult_of(stub, context.ndr, pdu.data_rep.order()).unwrap_or_default()
}

/// Reads the results of a call.
fn results(stub: &[u8], context: Context, order: Order) -> Result<ResponseStub<'_>, Failure> {
    let stub = ResponseStub::from_bytes(stub, context.ndr, order).map_err(|error| {
        let hresult = ResponseStub::hresult_of(stub, context.ndr, order).unwrap_or_default();
        Failure::Stub { error, hresult }
    })?;
    if stub.is_coherent() { Ok(stub) } else { Err(Failure::Incoherent(stub.hresult)) }
}
