//! The client's session at its limits, and what it says when something fails.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use bytes::BytesMut;
use client_sim::session::Session;
use client_sim::session::config::SessionConfig;
use client_sim::session::event::{CallId, Event, NotNow};
use client_sim::session::failure::Failure;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::header::Flags;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::reassembly::Limits;
use kms_proto::rpc::response::Response;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::wire::Order;
use kms_proto::write::Writer;

/// A client as it is by default but for its limits, whose bind was taken with these results.
fn bound(limits: Limits, features: ContextResult) -> Session {
    let mut client = Session::new(SessionConfig { limits, ..SessionConfig::default() });
    client.start(&mut BytesMut::new());
    let taken = [SyntaxId::NDR32, SyntaxId::NDR64].map(ContextResult::accepted);
    let results = [taken[0], taken[1], features].into();
    let ack = BindAck {
        max_xmit_frag: 5840,
        max_recv_frag: 5840,
        assoc_group_id: 1,
        sec_addr: b"1688\0",
        results,
    };
    client.receive(&Pdu::new(2, Body::BindAck(ack)).to_bytes());
    assert_eq!(client.poll(&mut BytesMut::new()), Some(Event::Ready));
    client
}

fn features(bits: u16) -> ContextResult {
    ContextResult::features(bits)
}

#[test]
fn a_call_may_be_as_long_as_the_limit_and_no_longer() {
    let limits = Limits { call_bytes: 10, ..Limits::default() };
    let mut client = bound(limits, features(3));
    let out = &mut BytesMut::new();
    assert_eq!(client.call(&[0; 11], out), Err(NotNow::TooLong(10)));
    assert!(out.is_empty());
    assert_eq!(client.call(&[0; 10], out), Ok(CallId(2)));
}

#[test]
fn a_host_takes_of_the_features_what_it_likes_and_adds_none() {
    for (said, agreed) in [(0, 0), (1, 1), (2, 2), (3, 3), (0xfffc, 0), (0xffff, 3)] {
        let client = bound(Limits::default(), features(said));
        assert_eq!(client.agreement().features, agreed, "{said:#x}");
    }
}

#[test]
fn a_refusal_in_a_wrong_context_is_read_only_where_it_came_whole() {
    let mut stub = BytesMut::new();
    let results = ResponseStub { message: None, hresult: HResult::INVALID_TIMESTAMP };
    results.emit(Ndr::Ndr32, &mut Writer::new(&mut stub, Order::Little));
    for (flags, hresult) in [
        (Flags::WHOLE, HResult::INVALID_TIMESTAMP),
        (Flags::FIRST, HResult::OK),
        (Flags::LAST, HResult::OK),
    ] {
        let mut client = bound(Limits::default(), features(3));
        // The first call of an association goes out in the first context.
        client.call(&[1], &mut BytesMut::new()).unwrap();
        let response = Response { alloc_hint: 0, context_id: 9, cancel_count: 0, stub: &stub };
        let mut pdu = Pdu::new(2, Body::Response(response));
        pdu.flags = flags;
        client.receive(&pdu.to_bytes());
        let Some(Event::Over(Failure::Context { hresult: read, .. })) =
            client.poll(&mut BytesMut::new())
        else {
            panic!("an answer in a context nobody bound ends the association");
        };
        assert_eq!(read, hresult, "{flags:?}");
    }
}

#[test]
fn what_is_wrong_is_said_in_words() {
    assert_eq!(CallId(7).to_string(), "7");
    for (why, text) in [
        (NotNow::NotReady, "the host has not taken the bind yet"),
        (NotNow::Over, "the association is over"),
        (NotNow::TooManyCalls, "as many calls are open as the limits allow"),
        (NotNow::TooLong(5), "the message is longer than 5 bytes"),
    ] {
        assert_eq!(why.to_string(), text);
    }
    let refused =
        |reason| Failure::Refused(vec![(Ndr::Ndr32, ContextResult::refused(reason))]).to_string();
    let none = "the host took none of the contexts offered: NDR32";
    for (reason, because) in [
        (ContextResult::ABSTRACT_SYNTAX_NOT_SUPPORTED, "(the interface is not served)"),
        (ContextResult::TRANSFER_SYNTAXES_NOT_SUPPORTED, "(the transfer syntax is not spoken)"),
        (ContextResult::LOCAL_LIMIT_EXCEEDED, "(the host has no room for it)"),
        (9, "(result 2, reason 9)"),
    ] {
        assert_eq!(refused(reason), format!("{none} {because}"));
    }
    for (hresult, text) in [
        (HResult::OK, "success came without a message"),
        (HResult::INVALID_TIMESTAMP, "a message came beside the refusal 0xC004F06C"),
    ] {
        assert_eq!(Failure::Incoherent(hresult).to_string(), text);
    }
}
