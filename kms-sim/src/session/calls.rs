//! From a complete call to its answer.

use bytes::BytesMut;
use kms_proto::error::DecodeError;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::fragment;
use kms_proto::rpc::header::{DataRep, Flags, PacketType};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::response::Response;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::rpc::verification::{self, Header2, Known};
use kms_proto::wire::Order;
use kms_proto::write::Writer;

use crate::session::association::Association;
use crate::session::canonical;
use crate::session::trouble::Trouble;
use crate::strictness::Strictness;

/// What a request's header says of its call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) call_id: u32,
    pub(crate) flags: Flags,
    pub(crate) data_rep: DataRep,
    pub(crate) context_id: u16,
    pub(crate) opnum: u16,
}

/// The parameters of a call that may be served.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameters {
    /// How they are written.
    ndr: Ndr,
    /// Bytes of the message.
    length: usize,
    /// Bytes after it.
    pub(crate) ignored: usize,
}

impl Parameters {
    /// The message, in the stub they were read from.
    pub(crate) fn message<'s>(&self, stub: &'s mut [u8]) -> &'s mut [u8] {
        let start = RequestStub::message_offset(self.ndr);
        stub.get_mut(start..start.saturating_add(self.length)).unwrap_or_default()
    }
}

/// The buffers answers are made in, kept from call to call.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// What the service answers.
    pub(crate) reply: BytesMut,
    stub: BytesMut,
}

/// Checks a complete call: its context, its operation, its parameters, in this order.
pub(crate) fn check(
    head: &Head,
    stub: &[u8],
    association: &Association,
    strictness: Strictness,
) -> Result<Parameters, Trouble> {
    let ndr = association.ndr(head.context_id).ok_or(Trouble::Context(head.context_id))?;
    if head.opnum != 0 {
        return Err(Trouble::Opnum(head.opnum));
    }
    parameters(head, stub, ndr, strictness).map_err(Trouble::Stub)
}

/// Writes the answer to a call, the service's reply being in `scratch`.
pub(crate) fn answer(
    head: &Head,
    parameters: &Parameters,
    hresult: HResult,
    scratch: &mut Scratch,
    max_xmit: u16,
    out: &mut BytesMut,
) {
    let message = hresult.is_ok().then_some(&*scratch.reply);
    scratch.stub.clear();
    let stub = ResponseStub { message, hresult };
    stub.emit(parameters.ndr, &mut Writer::new(&mut scratch.stub, Order::Little));
    respond(head, &scratch.stub, max_xmit, out);
}

/// Checks the parameters.
fn parameters(
    head: &Head,
    stub: &[u8],
    ndr: Ndr,
    strictness: Strictness,
) -> Result<Parameters, DecodeError> {
    let RequestStub { message, trailing } =
        RequestStub::from_bytes(stub, ndr, head.data_rep.order())?;
    if strictness == Strictness::Pedantic {
        canonical::check_stub(stub, ndr)?;
        if !trailing.is_empty() {
            let before = stub.len().saturating_sub(trailing.len());
            verification::check(trailing, before, &known(head, ndr)).map_err(|error| {
                DecodeError { offset: before.saturating_add(error.offset), ..error }
            })?;
        }
    }
    Ok(Parameters { ndr, length: message.len(), ignored: trailing.len() })
}

/// What a verification trailer must say of the call.
fn known(head: &Head, ndr: Ndr) -> Known {
    let header = Header2 {
        packet_type: PacketType::REQUEST.0,
        data_rep: head.data_rep,
        call_id: head.call_id,
        context_id: head.context_id,
        opnum: head.opnum,
    };
    Known { header, interface: SyntaxId::KMS, transfer: ndr.syntax() }
}

/// Writes a call's results, in as many fragments as the peer needs.
fn respond(head: &Head, stub: &[u8], max_xmit: u16, out: &mut BytesMut) {
    let whole = Response { alloc_hint: 0, context_id: head.context_id, cancel_count: 0, stub };
    for (flags, response) in fragment::responses(whole, max_xmit.into()) {
        let mut pdu = Pdu::new(head.call_id, Body::Response(response));
        pdu.flags = flags;
        pdu.append(out);
    }
}

/// Writes a fault for a call that surely did not run.
pub(crate) fn fault(call_id: u32, context_id: u16, status: FaultStatus, out: &mut BytesMut) {
    let mut pdu = Pdu::new(call_id, Body::Fault(Fault::new(context_id, status)));
    pdu.flags = pdu.flags.with(Flags::DID_NOT_EXECUTE);
    pdu.append(out);
}
