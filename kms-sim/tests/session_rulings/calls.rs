//! Calls in one piece: served, refused by a fault, or the end of the connection.

use kms_proto::guid::Uuid;
use kms_proto::rpc::header::{DataRep, Flags, PacketType};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::stub::Ndr;
use kms_proto::wire::Order;
use kms_sim::session::trouble::Trouble;
use kms_sim::session::{Answer, Step};

use crate::lab::{
    AUTH, BTFN, Lab, N32, N64, NOW, alter, bind, bound, call, element, fresh, request, stub, stub32,
};

#[test]
fn a_refusal_is_a_response_and_the_connection_stays() {
    let mut lab = bound();
    assert_eq!(lab.send(&call(2, "no")), "response 2 context 0 0xC004F06C");
    assert_eq!(lab.send(&call(3, "yes")), "response 3 context 0 sey");
    assert_eq!(lab.send(&call(4, "")), "response 4 context 0 ");
}

#[test]
fn the_service_is_told_connection_message_and_time() {
    let mut lab = bound();
    lab.send(&request(2, 5, b"").to_bytes());
    lab.send(&[call(3, "a"), call(4, "b")].concat());
    let calls: Vec<_> = lab.service.seen.iter().map(|(text, call)| (&**text, *call)).collect();
    let told = |message| kms_sim::call::Call { connection: 7, message, now: NOW };
    assert_eq!(calls, [("a", told(0)), ("b", told(1))]);
    assert_eq!(lab.session.served(), 2);
}

#[test]
fn a_request_or_alter_context_before_a_bind_is_a_broken_protocol() {
    assert_eq!(fresh().send(&call(3, "abc")), "fault 3 context 0 0x1c01000b; closed");
    let early = request(3, 9, b"").to_bytes();
    assert_eq!(fresh().send(&early), "fault 3 context 9 0x1c01000b; closed");
    assert_eq!(fresh().alter(&[element(0, &[N32])]), "fault 2 context 0 0x1c01000b; closed");
}

#[test]
fn a_pdu_no_client_sends_is_a_broken_protocol() {
    for packet_type in [1, 2, 3, 12, 13, 15, 16, 17, 20, 255] {
        let pdu = Pdu::new(3, Body::Other(PacketType(packet_type), b"body"));
        for mut lab in [fresh(), bound()] {
            assert_eq!(lab.send(&pdu.to_bytes()), "fault 3 context 0 0x1c01000b; closed");
        }
    }
}

#[test]
fn a_frame_length_under_16_or_over_what_was_agreed_is_a_broken_protocol() {
    let with = |lab: &mut Lab, length: u16| {
        let mut bytes = request(3, 0, &vec![0; 6_000]).to_bytes();
        bytes[8..10].copy_from_slice(&length.to_le_bytes());
        bytes.truncate(length.max(16).into());
        lab.send(&bytes)
    };
    for length in [0, 15, 5841, u16::MAX] {
        assert_eq!(with(&mut bound(), length), "fault 3 context 0 0x1c01000b; closed");
    }
    assert_eq!(with(&mut bound(), 5840), "response 3 context 0 ");

    let mut lab = fresh();
    let mut offer = bind(&[element(0, &[N32])]);
    let Body::Bind(bind) = &mut offer.body else { panic!("a bind") };
    bind.max_xmit_frag = 1500;
    lab.push(&offer.to_bytes());
    lab.sent.clear();
    assert_eq!(with(&mut lab, 1501), "fault 3 context 0 0x1c01000b; closed");
}

#[test]
fn authentication_in_a_request_or_alter_context_is_a_broken_protocol() {
    let stub = stub32("abc");
    let pdu = Pdu { auth: Some(AUTH), ..request(3, 4, &stub) };
    assert_eq!(bound().send(&pdu.to_bytes()), "fault 3 context 4 0x1c01000b; closed");
    let pdu = Pdu { auth: Some(AUTH), ..alter(&[element(3, &[N32])]) };
    assert_eq!(bound().send(&pdu.to_bytes()), "fault 2 context 0 0x1c01000b; closed");
}

#[test]
fn a_malformed_request_or_alter_context_is_a_broken_protocol() {
    let short = Pdu::new(3, Body::Other(PacketType::REQUEST, &[0; 7]));
    assert_eq!(bound().send(&short.to_bytes()), "fault 3 context 0 0x1c01000b; closed");
    let mut cut = alter(&[element(3, &[N32])]).to_bytes();
    cut[24] = 2;
    assert_eq!(bound().send(&cut), "fault 2 context 0 0x1c01000b; closed");
    assert_eq!(bound().alter(&[]), "fault 2 context 0 0x1c01000b; closed");
    assert_eq!(bound().alter(&[element(3, &[])]), "fault 2 context 0 0x1c01000b; closed");
    let long = Pdu::new(3, Body::Other(PacketType::CO_CANCEL, b"more"));
    assert_eq!(bound().send(&long.to_bytes()), "fault 3 context 0 0x1c01000b; closed");
}

#[test]
fn an_unknown_context_faults_and_the_connection_stays() {
    let mut lab = bound();
    assert_eq!(lab.send(&request(3, 7, b"").to_bytes()), "fault 3 context 7 0x1c00001c");
    assert_eq!(lab.steps, [Step::Sent(Answer::Fault(Trouble::Context(7)))]);
    assert_eq!(lab.send(&call(4, "abc")), "response 4 context 0 cba");
    // Also in fragments, the later ones of which must not break the protocol.
    let pieces = [(Flags::FIRST, &[0; 8]), (Flags::LAST, &[1; 8])];
    let pieces = pieces.map(|(flags, stub)| Pdu { flags, ..request(5, 7, stub) }.to_bytes());
    assert_eq!(lab.send(&pieces.concat()), "fault 5 context 7 0x1c00001c");
    assert_eq!(lab.send(&call(6, "abc")), "response 6 context 0 cba");
}

#[test]
fn a_context_refused_at_the_bind_is_unknown() {
    let mut lab = fresh();
    assert_eq!(lab.bind(&[element(0, &[N32]), element(1, &[N64])]), "bind_ack 2 2/2 NDR64");
    assert_eq!(lab.send(&call(3, "abc")), "fault 3 context 0 0x1c00001c");
}

#[test]
fn another_operation_faults_and_the_connection_stays() {
    let mut lab = bound();
    let mut bytes = call(3, "abc");
    bytes[22] = 1;
    assert_eq!(lab.send(&bytes), "fault 3 context 0 0x1c010002");
    assert_eq!(lab.send(&call(4, "abc")), "response 4 context 0 cba");
}

#[test]
fn a_bad_stub_faults_and_the_connection_stays() {
    let mut lab = bound();
    let mut mismatch = stub32("abc");
    mismatch[4] = 2;
    let missing = &stub32("abc")[..10];
    for (call_id, stub) in [(3, &mismatch[..]), (4, missing), (5, b""), (6, &[0; 4])] {
        let answer = lab.send(&request(call_id, 0, stub).to_bytes());
        assert_eq!(answer, format!("fault {call_id} context 0 0x000006f7"));
    }
    let mut wide = stub(b"abc", Ndr::Ndr64, b"", Order::Little);
    wide[12] = 1;
    assert_eq!(lab.send(&request(7, 1, &wide).to_bytes()), "fault 7 context 1 0x000006f7");
    assert_eq!(lab.send(&call(8, "abc")), "response 8 context 0 cba");
    assert_eq!(lab.service.seen.len(), 1);
}

#[test]
fn big_endian_clients_are_served_in_ndr32_and_answered_little_endian() {
    let big = |pdu: Pdu<'_>| Pdu { data_rep: DataRep::BIG, ..pdu }.to_bytes();
    let mut lab = fresh();
    let offer = [element(0, &[N32]), element(1, &[BTFN])];
    lab.push(&big(bind(&offer)));
    let sent = lab.sent.split();
    let Body::BindAck(ack) = Pdu::parse(&sent).unwrap().body else { panic!("an ack") };
    assert!(ack.results[0].is_accepted());

    let mut lab = bound();
    let stub32 = stub(b"abc", Ndr::Ndr32, b"", Order::Big);
    assert_eq!(lab.send(&big(request(3, 0, &stub32))), "response 3 context 0 cba");
    let stub64 = stub(b"abc", Ndr::Ndr64, b"", Order::Little);
    assert_eq!(lab.send(&big(request(4, 1, &stub64))), "fault 4 context 1 0x000006f7");
    assert_eq!(lab.send(&big(request(5, 7, b""))), "fault 5 context 7 0x1c00001c");
    assert_eq!(lab.send(&call(6, "abc")), "response 6 context 0 cba");
}

#[test]
fn objects_are_read_past() {
    let mut lab = bound();
    for (data_rep, order) in [(DataRep::LITTLE, Order::Little), (DataRep::BIG, Order::Big)] {
        let stub = stub(b"abc", Ndr::Ndr32, b"", order);
        let mut pdu = Pdu { data_rep, ..request(3, 0, &stub) };
        let Body::Request(request) = &mut pdu.body else { panic!("a request") };
        request.object = Some(Uuid::from_u128(0x1234));
        assert_eq!(lab.send(&pdu.to_bytes()), "response 3 context 0 cba");
    }
}

#[test]
fn bytes_after_the_parameters_are_ignored_and_noted() {
    let mut lab = bound();
    let stub = stub(b"abc", Ndr::Ndr32, b"trailing", Order::Little);
    assert_eq!(lab.send(&request(3, 0, &stub).to_bytes()), "response 3 context 0 cba");
    assert_eq!(lab.steps, [Step::Called { outcome: 3, ignored: 8 }]);
}

#[test]
fn a_maybe_call_is_served_and_not_answered() {
    let (mut lab, stub) = (bound(), stub32("abc"));
    let maybe = |pdu: Pdu<'_>| Pdu { flags: Flags::WHOLE.with(Flags::MAYBE), ..pdu }.to_bytes();
    assert_eq!(lab.send(&maybe(request(3, 0, &stub))), "");
    assert_eq!(lab.service.seen.len(), 1);
    assert_eq!(lab.send(&maybe(request(4, 7, &stub))), "");
    assert_eq!(lab.steps, [Step::Sent(Answer::Silent(Trouble::Context(7)))]);
    assert_eq!(lab.send(&call(5, "abc")), "response 5 context 0 cba");
}

#[test]
fn pipelined_calls_are_answered_in_order() {
    let mut lab = fresh();
    let offer = [element(0, &[N32])];
    assert_eq!(lab.bind(&offer), "bind_ack 2 NDR32");
    let all = [call(9, "abc"), call(3, "no"), alter(&offer).to_bytes(), call(4, "xyz")].concat();
    let answers = "response 9 context 0 cba; response 3 context 0 0xC004F06C; \
                   alter_context_resp 2 NDR32; response 4 context 0 zyx";
    assert_eq!(lab.send(&all), answers);
    assert_eq!(lab.steps.len(), 4);
}
