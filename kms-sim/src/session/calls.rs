//! From a complete call to its answer.

use bytes::BytesMut;
use kms_proto::error::DecodeError;
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

use crate::call::Call;
use crate::session::association::Association;
use crate::session::canonical;
use crate::session::service::Service;
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

/// A call that reached the service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Served<O> {
    pub(crate) outcome: O,
    pub(crate) ignored: usize,
}

/// The buffers answers are made in, kept from call to call.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    reply: BytesMut,
    stub: BytesMut,
}

/// Serves one complete call, unless its context, operation or stub is wrong.
///
/// The order of the checks is theirs: context, operation, parameters.
pub(crate) fn serve<S: Service>(
    head: &Head,
    stub: &mut [u8],
    association: &Association,
    strictness: Strictness,
    scratch: &mut Scratch,
    (service, call): (&mut S, &Call),
    out: &mut BytesMut,
) -> Result<Served<S::Outcome>, Trouble> {
    let ndr = association.ndr(head.context_id).ok_or(Trouble::Context(head.context_id))?;
    if head.opnum != 0 {
        return Err(Trouble::Opnum(head.opnum));
    }
    let (length, ignored) = parameters(head, stub, ndr, strictness).map_err(Trouble::Stub)?;
    let start = RequestStub::message_offset(ndr);
    let message = stub.get_mut(start..start.saturating_add(length)).unwrap_or_default();

    scratch.reply.clear();
    let (hresult, outcome) = service.handle(message, call, &mut scratch.reply);
    if !head.flags.has(Flags::MAYBE) {
        let message = hresult.is_ok().then_some(&*scratch.reply);
        scratch.stub.clear();
        let stub = ResponseStub { message, hresult };
        stub.emit(ndr, &mut Writer::new(&mut scratch.stub, Order::Little));
        respond(head, &scratch.stub, association.max_xmit, out);
    }
    Ok(Served { outcome, ignored })
}

/// Checks the parameters: how long the message is, and how many bytes follow it.
fn parameters(
    head: &Head,
    stub: &[u8],
    ndr: Ndr,
    strictness: Strictness,
) -> Result<(usize, usize), DecodeError> {
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
    Ok((message.len(), trailing.len()))
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
