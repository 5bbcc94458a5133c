//! A host made of the encoder alone: it hears what the client wrote, and answers it honestly, oddly
//! or not at all, as the fuzzer chooses.

use bytes::BytesMut;
use client_sim::session::event::{CallId, Event};
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::bind::{Bind, WINDOWS_FRAG};
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::bind_nak::{BindNak, RejectReason};
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::fragment;
use kms_proto::rpc::header::{DataRep, Flags};
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::reassembly::{Fragment, Limits, Reassembly, Taken};
use kms_proto::rpc::response::Response;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::wire::Order;
use kms_proto::write::Writer;

use super::super::frames;
use super::super::input::Input;
use super::super::pdu::measured;

/// What a host has heard and not answered.
#[derive(Debug, Default)]
pub(super) struct Host {
    /// Binds and `alter_contexts`, and which of the two.
    binds: Vec<(Bind, bool)>,
    /// Calls: id, context.
    calls: Vec<(u32, u16)>,
    /// Contexts that were accepted.
    contexts: Vec<(u16, Ndr)>,
}

/// What a host sends, and the one event an honest client makes of it.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) bytes: Vec<u8>,
    pub(super) expected: Option<Event>,
}

impl Host {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Hears what the client wrote.
    pub(super) fn hears(&mut self, bytes: &[u8]) {
        for pdu in frames::all(bytes, WINDOWS_FRAG.into()) {
            match pdu.body {
                Body::Bind(bind) => self.binds.push((bind, false)),
                Body::AlterContext(bind) => self.binds.push((bind, true)),
                Body::Request(request) if pdu.flags.has(Flags::LAST) => {
                    self.calls.push((pdu.call_id, request.context_id));
                }
                Body::Request(_) => {}
                other => assert_eq!(other, Body::CoCancel, "a client never sends this"),
            }
        }
    }

    /// Sends what `kind` says: in its low bits 0 an answer to what was heard, 2 bytes as they come,
    /// 3 a PDU nobody asked for.
    pub(super) fn sends(&mut self, kind: u8, input: &mut Input<'_>) -> Sent {
        match kind & 3 {
            0 => self.answers(kind, input),
            2 => {
                let length = usize::from(input.u8());
                let bytes = input.take(length);
                let bytes = if kind & 4 == 0 { measured(bytes) } else { bytes.to_vec() };
                Sent { bytes, expected: None }
            }
            _ => Sent { bytes: unasked(kind, input), expected: None },
        }
    }

    /// The oldest bind, or a call of those that wait.
    fn answers(&mut self, kind: u8, input: &mut Input<'_>) -> Sent {
        if !self.binds.is_empty() {
            let (bind, alters) = self.binds.remove(0);
            return Sent { bytes: self.acknowledges(&bind, alters, input), expected: None };
        }
        let which = usize::from(kind >> 4 & 7) % self.calls.len().max(1);
        if which >= self.calls.len() {
            return Sent::default();
        }
        let (call_id, context_id) = self.calls.remove(which);
        let ndr = self.contexts.iter().find(|(id, _)| *id == context_id).map(|(_, ndr)| *ndr);
        let Some(ndr) = ndr else { return Sent::default() };
        let mut out = BytesMut::new();
        let (how, size) = (input.u8(), input.u8());
        let call = CallId(call_id);
        if how & 1 != 0 {
            let status = FaultStatus(if how & 2 == 0 { 0x1c01_0002 } else { size.into() });
            Pdu::new(call_id, Body::Fault(Fault::new(context_id, status))).append(&mut out);
            return Sent { bytes: out.to_vec(), expected: None };
        }
        let message = input.take(size.into());
        let (message, hresult) = if how & 4 == 0 {
            (Some(message), HResult::OK)
        } else {
            (None, HResult(0x8000_0000 | u32::from(size)))
        };
        let order = if how & 8 != 0 && ndr.allows(Order::Big) { Order::Big } else { Order::Little };
        let mut stub = BytesMut::new();
        ResponseStub { message, hresult }.emit(ndr, &mut Writer::new(&mut stub, order));
        let whole = Response { alloc_hint: 0, context_id, cancel_count: 0, stub: &stub };
        let max_frag = if how & 16 == 0 { 1432 } else { 32 + usize::from(size) };
        for (flags, piece) in fragment::responses(whole, max_frag) {
            let data_rep = DataRep::LITTLE.in_order(order);
            let pdu = Pdu::new(call_id, Body::Response(piece));
            Pdu { flags, data_rep, ..pdu }.append(&mut out);
        }
        let message = message.unwrap_or_default().to_vec();
        let expected = Some(Event::Answer { call_id: call, hresult, message });
        Sent { bytes: out.to_vec(), expected }
    }

    /// Bits of the next byte: 0 NDR32, 1 NDR64, 2 features, 3 big-endian, 4 small PDUs.
    fn acknowledges(&mut self, bind: &Bind, alters: bool, input: &mut Input<'_>) -> Vec<u8> {
        let takes = input.u8();
        let mut results = List8::new();
        for element in &bind.contexts {
            let syntax = element.transfer_syntaxes.first().copied();
            let ndr = syntax.and_then(|syntax| Ndr::of(&syntax));
            let result = match ndr {
                Some(ndr) if takes & (if ndr == Ndr::Ndr32 { 1 } else { 2 }) != 0 => {
                    self.contexts.push((element.context_id, ndr));
                    ContextResult::accepted(ndr.syntax())
                }
                Some(_) => ContextResult::refused(2),
                None if takes & 4 != 0 => ContextResult::features(3),
                None => ContextResult::refused(1),
            };
            assert!(results.push(result).is_ok(), "a bind offers more than 255 contexts");
        }
        let max_frag = if takes & 16 == 0 { WINDOWS_FRAG } else { 0 };
        let ack = BindAck {
            max_xmit_frag: max_frag,
            max_recv_frag: max_frag,
            assoc_group_id: 1,
            sec_addr: if alters { b"" } else { b"1688\0" },
            results,
        };
        let body = if alters { Body::AlterContextResp(ack) } else { Body::BindAck(ack) };
        let order = if takes & 8 == 0 { Order::Little } else { Order::Big };
        let data_rep = DataRep::LITTLE.in_order(order);
        Pdu { data_rep, ..Pdu::new(2, body) }.to_bytes().to_vec()
    }
}

/// A PDU nobody asked for.
fn unasked(kind: u8, input: &mut Input<'_>) -> Vec<u8> {
    let (call_id, flags, number) = (2 + u32::from(input.u8() % 6), input.u8(), input.u16());
    let stub = input.take(usize::from(kind >> 5) * 24);
    let [context, _] = number.to_le_bytes();
    let context_id = u16::from(context % 4);
    let body = match kind >> 2 & 7 {
        0 | 1 => Body::Response(Response { alloc_hint: 0, context_id, cancel_count: 0, stub }),
        2 => Body::Fault(Fault::new(context_id, FaultStatus(number.into()))),
        3 => Body::BindNak(BindNak {
            reason: RejectReason(number),
            protocols: List8::new(),
            rest: stub,
        }),
        4 => Body::AlterContextResp(BindAck {
            max_xmit_frag: number,
            max_recv_frag: number,
            assoc_group_id: 0,
            sec_addr: stub,
            results: [ContextResult::refused(context_id)].into(),
        }),
        5 => Body::CoCancel,
        _ => Body::Orphaned,
    };
    Pdu { flags: Flags(flags), ..Pdu::new(call_id, body) }.to_bytes().to_vec()
}

/// What was written carries one call, and its message, in PDUs of at most `most` bytes.
pub(super) fn carries(bytes: &[u8], call_id: u32, message: &[u8], most: usize) {
    let mut reassembly = Reassembly::new(Limits::default());
    let mut whole = None;
    for pdu in frames::all(bytes, WINDOWS_FRAG.into()) {
        assert!(whole.is_none(), "a fragment follows the last");
        assert_eq!(pdu.call_id, call_id);
        // A peer that takes less than 8 bytes of stub gets 8.
        assert!(pdu.to_bytes().len() <= most.max(48), "a request is too long for its host");
        let Body::Request(request) = &pdu.body else { continue };
        whole = match reassembly.take(&Fragment::of_request(&pdu, request)) {
            Ok(Taken::Alone) => Some((pdu.data_rep, BytesMut::from(request.stub))),
            Ok(Taken::Completed(call)) => Some((pdu.data_rep, call.stub)),
            Ok(Taken::Kept) => None,
            Err(refusal) => {
                assert!(refusal.is_limit(), "{refusal}");
                return;
            }
        };
    }
    assert!(whole.is_some(), "a call is sent that never ends");
    let carried = whole.is_some_and(|(data_rep, stub)| {
        [Ndr::Ndr32, Ndr::Ndr64].into_iter().any(|ndr| {
            RequestStub::from_bytes(&stub, ndr, data_rep.order())
                == Ok(RequestStub { message, trailing: &[] })
        })
    });
    assert!(carried, "a call is sent without its message");
}
