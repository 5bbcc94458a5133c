//! The client's session against hosts that do wrong: each failure, and the check it is named after.

use bytes::BytesMut;
use client_sim::session::Session;
use client_sim::session::config::{Offer, SessionConfig};
use client_sim::session::event::{CallId, Event};
use client_sim::session::failure::Failure;
use kms_proto::error::Reason;
use kms_proto::kms::check::Check;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::auth::Auth;
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::bind_nak::{BindNak, RejectReason};
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::header::{Flags, PacketType};
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::reassembly::Refusal;
use kms_proto::rpc::response::Response;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::wire::Order;
use kms_proto::write::Writer;

/// A client that offered NDR32 alone and waits for the host's answer.
fn binding() -> Session {
    let config = SessionConfig { offer: Offer::Ndr32, btfn: false, ..SessionConfig::default() };
    let mut client = Session::new(config);
    client.start(&mut BytesMut::new());
    client
}

/// The same client once two calls, 2 and 3, wait for their answers in context 0.
fn waiting() -> Session {
    let mut client = binding();
    let ack = ack([ContextResult::accepted(SyntaxId::NDR32)].into());
    assert_eq!(events(&mut client, &[ack]), [Event::Ready]);
    assert!(client.call(&[1], &mut BytesMut::new()).is_ok());
    assert!(client.call(&[2], &mut BytesMut::new()).is_ok());
    client
}

fn ack<'a>(results: List8<ContextResult>) -> Pdu<'a> {
    let (max_xmit_frag, max_recv_frag) = (5840, 5840);
    let sec_addr = b"1688\0";
    let ack = BindAck { max_xmit_frag, max_recv_frag, assoc_group_id: 1, sec_addr, results };
    Pdu::new(2, Body::BindAck(ack))
}

fn response(call_id: u32, context_id: u16, stub: &[u8]) -> Pdu<'_> {
    Pdu::new(call_id, Body::Response(Response { alloc_hint: 0, context_id, cancel_count: 0, stub }))
}

fn results(message: Option<&[u8]>, hresult: HResult) -> BytesMut {
    let mut stub = BytesMut::new();
    let results = ResponseStub { message, hresult };
    results.emit(Ndr::Ndr32, &mut Writer::new(&mut stub, Order::Little));
    stub
}

fn poll(client: &mut Session) -> Vec<Event> {
    let mut out = BytesMut::new();
    core::iter::from_fn(|| client.poll(&mut out)).collect()
}

fn events(client: &mut Session, pdus: &[Pdu<'_>]) -> Vec<Event> {
    for pdu in pdus {
        client.receive(&pdu.to_bytes());
    }
    poll(client)
}

fn failed(call_id: u32, failure: Failure) -> Event {
    Event::Failed { call_id: CallId(call_id), failure }
}

#[test]
fn binds_that_fail_say_why() {
    let nak =
        BindNak { reason: RejectReason::LOCAL_LIMIT_EXCEEDED, protocols: List8::new(), rest: &[] };
    let refused = ContextResult::refused(ContextResult::ABSTRACT_SYNTAX_NOT_SUPPORTED);
    let fault = Fault::new(0, FaultStatus::PROTOCOL);
    let accepted = ContextResult::accepted(SyntaxId::NDR64);
    for (pdu, failure, text) in [
        (
            Pdu::new(2, Body::BindNak(nak)),
            Failure::BindNak(RejectReason::LOCAL_LIMIT_EXCEEDED),
            "the host refused the bind: local_limit_exceeded (2)",
        ),
        (
            ack([refused].into()),
            Failure::Refused(vec![(Ndr::Ndr32, refused)]),
            "the host took none of the contexts offered: NDR32 (the interface is not served)",
        ),
        (
            ack([].into()),
            Failure::Results { found: 0, expected: 1 },
            "the host answered 0 of the 1 contexts offered",
        ),
        (
            ack([accepted].into()),
            Failure::Syntax { offered: Ndr::Ndr32, found: SyntaxId::NDR64 },
            "the host took a context in NDR64 1.0, but NDR32 was offered",
        ),
        (
            Pdu { call_id: 3, ..ack([accepted].into()) },
            Failure::CallId(3),
            "the answer is to call 3, which is not open",
        ),
        (
            Pdu::new(2, Body::Fault(fault)),
            Failure::Fault { status: FaultStatus::PROTOCOL, did_not_execute: false },
            "the host answered with the fault nca_s_proto_error (0x1c01000b)",
        ),
        (
            response(2, 0, &[]),
            Failure::Unexpected(PacketType::RESPONSE),
            "response (2) has no place here",
        ),
        (
            Pdu::new(2, Body::Other(PacketType(99), &[])),
            Failure::Unexpected(PacketType(99)),
            "PTYPE 99 has no place here",
        ),
    ] {
        let mut client = binding();
        assert_eq!(failure.to_string(), text);
        assert_eq!(events(&mut client, &[pdu]), [Event::Over(failure)]);
        assert!(client.is_over());
        client.receive(&ack([ContextResult::accepted(SyntaxId::NDR32)].into()).to_bytes());
        assert_eq!(poll(&mut client), [], "what is over stays over");
    }
}

#[test]
fn answers_that_fail_a_check_name_it() {
    let good = results(Some(&[7]), HResult::OK);
    let both = results(Some(&[7]), HResult::INVALID_TIMESTAMP);
    let neither = results(None, HResult::OK);
    let more = [&good[..], &[0]].concat();
    let fault = Fault::new(0, FaultStatus::OP_RANGE);
    let fault =
        Pdu { flags: Flags::WHOLE.with(Flags::DID_NOT_EXECUTE), ..Pdu::new(3, Body::Fault(fault)) };
    let over = |pdu: Pdu<'_>| match &events(&mut waiting(), &[pdu])[..] {
        [Event::Over(failure)] => failure.check(),
        other => panic!("{other:?}"),
    };
    assert_eq!(over(response(4, 0, &good)), Some(Check::CallId));
    assert_eq!(over(response(2, 1, &good)), Some(Check::Context));
    assert_eq!(over(response(4, 1, &good)), Some(Check::CallId), "the first that fails is named");

    // These concern one call; the other is answered as if nothing had been.
    for (pdu, check) in [
        (fault, Check::Fault),
        (response(3, 0, &both), Check::Stub),
        (response(3, 0, &neither), Check::Stub),
        (response(3, 0, &more), Check::Stub),
        (response(3, 0, &good[..8]), Check::Stub),
        (response(3, 0, &[]), Check::Stub),
    ] {
        match &events(&mut waiting(), &[pdu, response(2, 0, &good)])[..] {
            [Event::Failed { call_id: CallId(3), failure }, Event::Answer { message, .. }] => {
                assert_eq!(failure.check(), Some(check));
                assert_eq!(failure.checks()[0].detail, failure.to_string());
                assert_eq!(message, &[7]);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn later_checks_are_named_where_they_could_be_made() {
    let refusal = results(None, HResult::INVALID_TIMESTAMP);
    let trailing = [&refusal[..], &[0]].concat();
    let both = results(Some(&[7]), HResult::INVALID_TIMESTAMP);
    for (pdu, first) in [
        (response(2, 1, &refusal), Check::Context),
        (response(2, 0, &trailing), Check::Stub),
        (response(2, 0, &both), Check::Stub),
    ] {
        let failure = match events(&mut waiting(), &[pdu]).pop() {
            Some(Event::Over(failure) | Event::Failed { failure, .. }) => failure,
            other => panic!("{other:?}"),
        };
        let checks: Vec<_> = failure.checks().iter().map(|failure| failure.check).collect();
        assert_eq!(checks, [first, Check::Hresult]);
        assert_eq!(failure.checks()[1].detail, "the host refused with 0xC004F06C");
    }
    for pdu in [response(2, 1, &refusal[..4]), response(2, 0, &refusal[..4])] {
        let failure = match events(&mut waiting(), &[pdu]).pop() {
            Some(Event::Over(failure) | Event::Failed { failure, .. }) => failure,
            other => panic!("{other:?}"),
        };
        assert_eq!(failure.checks().len(), 1);
    }
}

#[test]
fn a_fault_forgets_the_fragments_of_its_call() {
    let good = results(Some(&[7]), HResult::OK);
    let half = Pdu { flags: Flags::FIRST, ..response(2, 0, &good[..8]) };
    let fault = Pdu::new(2, Body::Fault(Fault::new(0, FaultStatus::TOO_BUSY)));
    let busy = Failure::Fault { status: FaultStatus::TOO_BUSY, did_not_execute: false };
    let late = Pdu { flags: Flags::LAST, ..response(2, 0, &good[8..]) };
    assert_eq!(
        events(&mut waiting(), &[half, fault, late]),
        [failed(2, busy), Event::Over(Failure::CallId(2))]
    );
}

#[test]
fn fragments_of_several_answers_may_come_interleaved() {
    let (two, three) = (results(Some(&[2; 99]), HResult::OK), results(Some(&[3; 50]), HResult::OK));
    let part = |flags, id, stub| Pdu { flags, ..response(id, 0, stub) };
    let answers = events(
        &mut waiting(),
        &[
            part(Flags::FIRST, 2, &two[..40]),
            part(Flags::FIRST, 3, &three[..8]),
            part(Flags(0), 2, &two[40..48]),
            part(Flags::LAST, 3, &three[8..]),
            part(Flags::LAST, 2, &two[48..]),
        ],
    );
    let ids: Vec<_> = answers
        .iter()
        .map(|event| match event {
            Event::Answer { call_id, message, .. } => (call_id.0, message.len()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ids, [(3, 50), (2, 99)]);
}

#[test]
fn what_one_host_can_make_a_client_keep_is_limited() {
    let ends = |pdus: &[Pdu<'_>]| match events(&mut waiting(), pdus).pop() {
        Some(Event::Over(failure)) => failure,
        other => panic!("{other:?}"),
    };
    let first = Pdu { flags: Flags::FIRST, ..response(2, 0, &[0; 5_000]) };
    let next = Pdu { flags: Flags(0), ..response(2, 0, &[0; 5_000]) };
    let long: Vec<_> = [first.clone()].into_iter().chain(vec![next.clone(); 13]).collect();
    assert_eq!(ends(&long), Failure::Fragment(Refusal::CallBytes));

    let empty = Pdu { flags: Flags(0), ..response(2, 0, &[]) };
    let many: Vec<_> = [first.clone()].into_iter().chain(vec![empty; 1_024]).collect();
    assert_eq!(ends(&many), Failure::Fragment(Refusal::CallFragments));

    assert_eq!(ends(&[next]), Failure::Fragment(Refusal::NoFirst));
    assert_eq!(ends(&[first.clone(), first]), Failure::Fragment(Refusal::FirstAgain));

    match ends(&[response(2, 0, &[0; 5_817])]) {
        Failure::Malformed(error) => {
            assert_eq!((error.field, error.reason), ("frag_length", Reason::Value(5_841)));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn whoever_speaks_no_rpc_is_told_from_the_first_bytes() {
    let mut client = binding();
    client.receive(b"HTTP/1.1 400 Bad");
    match &poll(&mut client)[..] {
        [Event::Over(failure @ Failure::Malformed(_))] => {
            assert!(failure.to_string().starts_with("the host sent no RPC: "), "{failure}");
        }
        other => panic!("{other:?}"),
    }
    let auth = Auth { auth_type: 10, level: 2, pad_length: 0, context_id: 0, value: &[1] };
    let pdu = Pdu { auth: Some(auth), ..ack([ContextResult::accepted(SyntaxId::NDR32)].into()) };
    assert_eq!(events(&mut binding(), &[pdu]), [Event::Over(Failure::Authentication)]);
}
