//! The host's session, ruling by ruling: PDUs in, answers as text.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's helper fails the test, loudly"
)]

#[path = "session_rulings/lab.rs"]
mod lab;

use bytes::BytesMut;
use kms_proto::guid::Uuid;
use kms_proto::rpc::auth::Auth;
use kms_proto::rpc::header::{DataRep, Flags, PacketType};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::rpc::verification::{self, Command, Header2, Says};
use kms_proto::wire::Order;
use kms_proto::write::Writer;
use kms_sim::session::config::{SessionConfig, Syntaxes};
use kms_sim::session::trouble::Trouble;
use kms_sim::session::{Answer, Step};
use kms_sim::strictness::Strictness;
use proptest::prelude::*;

use crate::lab::{
    Echo, Lab, N32, N64, NOW, alter, bind, call, config, element, element_of, fragments, request,
    stub, stub32,
};

fn fresh() -> Lab {
    Lab::new(SessionConfig::default())
}

fn bound() -> Lab {
    Lab::bound(SessionConfig::default())
}

fn pedantic() -> SessionConfig {
    config(|config| config.strictness = Strictness::Pedantic)
}

const BTFN: SyntaxId = SyntaxId::btfn(3);
const OTHER: SyntaxId = SyntaxId { uuid: Uuid::max(), major: 1, minor: 0 };
const AUTH: Auth<'static> =
    Auth { auth_type: 10, level: 6, pad_length: 0, context_id: 0, value: b"NTLMSSP" };

// ── Binding ──────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_connection_as_windows_runs_it_has_its_sizes() {
    let mut lab = fresh();
    let size = |lab: &mut Lab, bytes: &[u8]| {
        lab.push(bytes);
        (bytes.len(), lab.sent.split().len())
    };
    let offer = [element(0, &[N32]), element(1, &[N64]), element(2, &[BTFN])];
    assert_eq!(size(&mut lab, &bind(&offer).to_bytes()), (160, 108));
    assert_eq!(size(&mut lab, &alter(&[element(0, &[N32])]).to_bytes()), (72, 56));
    let message = [b'x'; 260];
    let narrow = stub(&message, Ndr::Ndr32, b"", Order::Little);
    assert_eq!(size(&mut lab, &request(2, 0, &narrow).to_bytes()), (292, 300));
    let wide = stub(&message, Ndr::Ndr64, b"", Order::Little);
    assert_eq!(size(&mut lab, &request(3, 1, &wide).to_bytes()), (300, 312));
    assert_eq!(size(&mut lab, &call(4, "no")).1, 36);
    let no = stub(b"no", Ndr::Ndr64, b"", Order::Little);
    assert_eq!(size(&mut lab, &request(5, 1, &no).to_bytes()).1, 44);
}

#[test]
fn ndr64_is_taken_where_it_is_offered_anywhere_in_the_pdu_else_ndr32() {
    let offer = [element(0, &[N32]), element(1, &[N64]), element(2, &[BTFN])];
    assert_eq!(fresh().bind(&offer), "bind_ack 2 2/2 NDR64 3/3");
    assert_eq!(fresh().bind(&[element(0, &[N32]), element(1, &[BTFN])]), "bind_ack 2 NDR32 3/3");
    assert_eq!(fresh().bind(&[element(0, &[N32, N64])]), "bind_ack 2 NDR64");
    let two = [element(0, &[N64]), element(1, &[N64, N32]), element(2, &[N32])];
    assert_eq!(fresh().bind(&two), "bind_ack 2 NDR64 NDR64 2/2");
    assert_eq!(fresh().bind(&[element(0, &[OTHER])]), "bind_ack 2 2/2");
}

#[test]
fn an_alter_context_may_add_ndr32() {
    let mut lab = fresh();
    assert_eq!(lab.bind(&[element(0, &[N32]), element(1, &[N64])]), "bind_ack 2 2/2 NDR64");
    assert_eq!(lab.alter(&[element(0, &[N32])]), "alter_context_resp 2 NDR32");
    assert_eq!(lab.send(&call(2, "abc")), "response 2 context 0 cba");
    let wide = stub(b"abc", Ndr::Ndr64, b"", Order::Little);
    assert_eq!(lab.send(&request(3, 1, &wide).to_bytes()), "response 3 context 1 cba");
}

#[test]
fn only_ndr64_offered_for_our_interface_counts() {
    let offer = [element(0, &[N32]), element_of(OTHER, 1, &[N64])];
    assert_eq!(fresh().bind(&offer), "bind_ack 2 NDR32 2/1");
}

#[test]
fn a_switch_limits_the_host_to_one_syntax() {
    let offer = [element(0, &[N32]), element(1, &[N64]), element(2, &[N32, N64])];
    let with = |syntaxes| Lab::new(config(|config| config.syntaxes = syntaxes)).bind(&offer);
    assert_eq!(with(Syntaxes::Ndr32), "bind_ack 2 NDR32 2/2 NDR32");
    assert_eq!(with(Syntaxes::Ndr64), "bind_ack 2 2/2 NDR64 NDR64");
    assert_eq!(with(Syntaxes::Both), "bind_ack 2 2/2 NDR64 NDR64");
    let mut narrow = Lab::new(config(|config| config.syntaxes = Syntaxes::Ndr64));
    assert_eq!(narrow.bind(&[element(0, &[N32])]), "bind_ack 2 2/2");
}

#[test]
fn a_context_id_offered_again_keeps_what_it_was_accepted_with() {
    let mut lab = fresh();
    assert_eq!(lab.bind(&[element(0, &[N32, OTHER])]), "bind_ack 2 NDR32");
    // The same set, in another order and with a repetition.
    assert_eq!(lab.alter(&[element(0, &[OTHER, N32, N32])]), "alter_context_resp 2 NDR32");
    assert_eq!(lab.alter(&[element(0, &[N32])]), "alter_context_resp 2 2/0");
    assert_eq!(lab.alter(&[element(0, &[N64])]), "alter_context_resp 2 2/0");
    assert_eq!(lab.alter(&[element_of(OTHER, 0, &[N32])]), "alter_context_resp 2 2/1");
    assert_eq!(lab.send(&call(2, "abc")), "response 2 context 0 cba");
}

#[test]
fn a_context_accepted_again_counts_as_offered_and_a_refused_one_does_not() {
    let mut lab = fresh();
    assert_eq!(lab.bind(&[element(1, &[N64])]), "bind_ack 2 NDR64");
    let again = [element(1, &[N64]), element(0, &[N32])];
    assert_eq!(lab.alter(&again), "alter_context_resp 2 NDR64 2/2");

    let mut lab = fresh();
    assert_eq!(lab.bind(&[element(1, &[N32])]), "bind_ack 2 NDR32");
    let other = [element(1, &[N64]), element(0, &[N32])];
    assert_eq!(lab.alter(&other), "alter_context_resp 2 2/0 NDR32");
    let kept = [element(1, &[N32]), element(2, &[N64])];
    assert_eq!(lab.alter(&kept), "alter_context_resp 2 NDR32 NDR64");
}

#[test]
fn a_context_id_refused_before_is_judged_afresh() {
    let mut lab = fresh();
    assert_eq!(lab.bind(&[element(0, &[N32]), element(1, &[N64])]), "bind_ack 2 2/2 NDR64");
    assert_eq!(lab.alter(&[element(0, &[N64])]), "alter_context_resp 2 NDR64");
    // Also within one PDU.
    let twice = [element_of(OTHER, 5, &[N32]), element(5, &[N32]), element(5, &[N32, N64])];
    assert_eq!(fresh().bind(&twice[..2]), "bind_ack 2 2/1 NDR32");
    assert_eq!(fresh().bind(&twice), "bind_ack 2 2/1 2/2 NDR64");
}

#[test]
fn feature_negotiation_answers_what_is_known_of_what_was_asked() {
    for (asked, answered) in [(0, 0), (1, 1), (2, 2), (3, 3), (0xffff, 3)] {
        let offer = [element(0, &[N32]), element(1, &[SyntaxId::btfn(asked)])];
        assert_eq!(fresh().bind(&offer), format!("bind_ack 2 NDR32 3/{answered}"));
    }
    let mut lab = bound();
    assert_eq!(lab.alter(&[element(9, &[BTFN])]), "alter_context_resp 2 3/3");
    // It is no context, and an element with other syntaxes does not ask for it.
    assert_eq!(lab.send(&request(3, 9, b"").to_bytes()), "fault 3 context 9 0x1c00001c");
    assert_eq!(lab.alter(&[element(8, &[BTFN, N32])]), "alter_context_resp 2 NDR32");
    let version2 = SyntaxId { major: 2, ..BTFN };
    assert_eq!(lab.alter(&[element(7, &[version2])]), "alter_context_resp 2 2/2");
}

#[test]
fn an_interface_of_another_version_is_refused() {
    let version = |major, minor| {
        let id = SyntaxId { major, minor, ..SyntaxId::KMS };
        fresh().bind(&[element_of(id, 0, &[N32])])
    };
    assert_eq!(version(1, 0), "bind_ack 2 NDR32");
    for (major, minor) in [(1, 1), (2, 0), (0, 0), (0, 1)] {
        assert_eq!(version(major, minor), "bind_ack 2 2/1");
    }
    assert_eq!(fresh().bind(&[element_of(OTHER, 0, &[N32])]), "bind_ack 2 2/1");
}

#[test]
fn the_ack_names_the_port_the_group_and_the_limits() {
    let ack = |change: fn(&mut kms_proto::rpc::bind::Bind)| {
        let mut pdu = bind(&[element(0, &[N32])]);
        let Body::Bind(bind) = &mut pdu.body else { panic!("a bind") };
        change(bind);
        let mut lab = fresh();
        lab.push(&pdu.to_bytes());
        let sent = lab.sent.split();
        let Body::BindAck(ack) = Pdu::parse(&sent).unwrap().body else { panic!("an ack") };
        assert_eq!((ack.sec_addr, ack.port()), (&b"1688\0"[..], Some(1688)));
        (ack.max_xmit_frag, ack.max_recv_frag, ack.assoc_group_id)
    };
    let (max_xmit, max_recv, group) = ack(|_| {});
    assert_eq!((max_xmit, max_recv), (5840, 5840));
    assert_ne!(group, 0);
    let sizes = ack(|bind| (bind.max_xmit_frag, bind.max_recv_frag) = (4000, 2000));
    assert_eq!(sizes, (2000, 4000, group));
    let sizes = ack(|bind| (bind.max_xmit_frag, bind.max_recv_frag) = (9000, 0));
    assert_eq!(sizes, (1432, 5840, group));
    assert_eq!(ack(|bind| bind.assoc_group_id = 99).2, 99);
}

#[test]
fn groups_differ_between_connections_and_repeat_under_the_same_seed() {
    let group = |seed, connection| {
        let draw = kms_proto::draw::Draw::new(seed);
        let config = SessionConfig::default();
        let mut session = kms_sim::session::Session::new(config, draw, connection, 1688);
        session.receive(&bind(&[element(0, &[N32])]).to_bytes());
        let mut out = BytesMut::new();
        session.step(&mut Echo::default(), NOW, &mut out);
        let Body::BindAck(ack) = Pdu::parse(&out).unwrap().body else { panic!("an ack") };
        ack.assoc_group_id
    };
    assert_eq!(group(1, 1), group(1, 1));
    assert_ne!(group(1, 1), group(1, 2));
    assert_ne!(group(1, 1), group(2, 1));
}

#[test]
fn concurrent_multiplexing_is_agreed_to_when_asked_for() {
    for flags in [Flags::WHOLE, Flags::WHOLE.with(Flags::CONC_MPX)] {
        let mut lab = fresh();
        lab.push(&Pdu { flags, ..bind(&[element(0, &[N32])]) }.to_bytes());
        assert_eq!(Pdu::parse(&lab.sent).unwrap().flags, flags);
    }
}

#[test]
fn a_bind_of_another_protocol_version_is_refused_with_4_and_closed() {
    let with = |major, minor| {
        let mut bytes = bind(&[element(0, &[N32])]).to_bytes();
        (bytes[0], bytes[1]) = (major, minor);
        fresh().send(&bytes)
    };
    assert_eq!(with(5, 0), "bind_ack 2 ");
    assert_eq!(with(5, 1), "bind_ack 2 ");
    for (major, minor) in [(4, 0), (6, 0), (5, 2)] {
        assert_eq!(with(major, minor), "bind_nak 2 reason 4; closed");
    }
    let mut bytes = call(3, "abc");
    bytes[0] = 4;
    assert_eq!(bound().send(&bytes), "fault 3 context 0 0x1c01000b; closed");
}

#[test]
fn a_bind_with_authentication_is_refused_with_8_and_closed() {
    let pdu = Pdu { auth: Some(AUTH), ..bind(&[element(0, &[N32])]) };
    let mut bytes = pdu.to_bytes();
    assert_eq!(fresh().send(&bytes), "bind_nak 2 reason 8; closed");
    // Also when what is there is no trailer.
    (bytes[10], bytes[11]) = (0xff, 0xff);
    assert_eq!(fresh().send(&bytes), "bind_nak 2 reason 8; closed");
}

#[test]
fn a_malformed_or_second_bind_is_refused_with_0_and_closed() {
    let good = bind(&[element(0, &[N32])]).to_bytes();
    let mut cut = good.clone();
    cut[24] = 2;
    assert_eq!(fresh().send(&cut), "bind_nak 2 reason 0; closed");
    let mut long = good.clone();
    long[24] = 0;
    assert_eq!(fresh().send(&long), "bind_nak 2 reason 0; closed");
    assert_eq!(fresh().bind(&[]), "bind_nak 2 reason 0; closed");
    let nothing = [element(0, &[N32]), element(1, &[])];
    assert_eq!(fresh().bind(&nothing), "bind_nak 2 reason 0; closed");
    let twice = [element(1, &[BTFN]), element(2, &[BTFN])];
    assert_eq!(fresh().bind(&twice), "bind_nak 2 reason 0; closed");
    assert_eq!(bound().send(&good), "bind_nak 2 reason 0; closed");
}

#[test]
fn the_flags_of_a_bind_or_alter_context_do_not_matter() {
    for flags in [0, Flags::FIRST.0, Flags::LAST.0, Flags::MAYBE.0, 0x08] {
        let mut first = bind(&[element(0, &[N32])]).to_bytes();
        first[3] = flags;
        let mut lab = fresh();
        assert_eq!(lab.send(&first).split(' ').next(), Some("bind_ack"));
        let mut more = alter(&[element(0, &[N32])]).to_bytes();
        more[3] = flags;
        assert_eq!(lab.send(&more).split(' ').next(), Some("alter_context_resp"));
    }
}

#[test]
fn too_many_contexts_in_a_bind_are_refused_with_2_and_closed() {
    let elements: Vec<_> = (0..33).map(|id| element_of(OTHER, id, &[N32])).collect();
    assert_eq!(fresh().bind(&elements), "bind_nak 2 reason 2; closed");
    assert!(fresh().bind(&elements[..32]).starts_with("bind_ack 2 2/1 2/1"));
    // Every element counts, also the same one again.
    assert_eq!(fresh().bind(&vec![element(0, &[N32]); 33]), "bind_nak 2 reason 2; closed");
}

#[test]
fn too_many_contexts_in_an_alter_context_are_refused_one_by_one() {
    let mut lab = Lab::new(config(|config| config.max_contexts = 3));
    let first = [element_of(OTHER, 0, &[N32]), element(1, &[N32])];
    assert_eq!(lab.bind(&first), "bind_ack 2 2/1 NDR32");
    let more = [element(2, &[N32]), element(3, &[N32]), element(1, &[N32]), element(4, &[BTFN])];
    assert_eq!(lab.alter(&more), "alter_context_resp 2 NDR32 2/3 NDR32 2/3");
    // What does not fit does not count as an offer of NDR64 either.
    let wide = [element(0, &[N32]), element(5, &[N64])];
    assert_eq!(lab.alter(&wide), "alter_context_resp 2 NDR32 2/3");
    assert_eq!(lab.send(&call(3, "abc")), "response 3 context 0 cba");
}

// ── Calls ────────────────────────────────────────────────────────────────────────────────────

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
fn a_continuation_without_first_is_a_broken_protocol() {
    let pieces = fragments(3, "a longer message", 8);
    assert_eq!(bound().send(&pieces[1]), "fault 3 context 0 0x1c01000b; closed");
}

#[test]
fn first_again_for_a_call_under_reassembly_is_a_broken_protocol() {
    let pieces = fragments(3, "a longer message", 8);
    for again in [&pieces[0], &call(3, "abc")] {
        let mut lab = bound();
        assert_eq!(lab.send(&pieces[0]), "");
        assert_eq!(lab.send(again), "fault 3 context 0 0x1c01000b; closed");
    }
}

#[test]
fn fragments_that_disagree_are_a_broken_protocol() {
    let mut lab = bound();
    let pieces = fragments(3, "a longer message", 8);
    lab.send(&pieces[0]);
    let mut other = pieces[1].clone();
    other[20] = 1;
    assert_eq!(lab.send(&other), "fault 3 context 1 0x1c01000b; closed");
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
fn a_pedantic_host_takes_only_a_verification_trailer_after_the_parameters() {
    let mut lab = Lab::bound(pedantic());
    let header = |call_id| Header2 {
        packet_type: 0,
        data_rep: DataRep::LITTLE,
        call_id,
        context_id: 0,
        opnum: 0,
    };
    let trailer = |call_id, rules| {
        let says = [
            Says::Bitmask1(1),
            Says::Context { interface: SyntaxId::KMS, transfer: N32 },
            Says::Header2(header(call_id)),
            Says::Other(9, b"four"),
        ];
        let commands = says.map(|says| Command { rules, says });
        let mut bytes = BytesMut::new();
        verification::emit(&commands, 11, &mut Writer::new(&mut bytes, Order::Little));
        bytes
    };
    let mut send = |call_id, trailing: &[u8]| {
        let stub = stub(b"abc", Ndr::Ndr32, trailing, Order::Little);
        lab.send(&request(call_id, 0, &stub).to_bytes())
    };
    assert_eq!(send(3, b""), "response 3 context 0 cba");
    assert_eq!(send(4, &trailer(4, 0)), "response 4 context 0 cba");
    assert_eq!(send(5, &trailer(4, 0)), "fault 5 context 0 0x000006f7");
    assert_eq!(send(6, &trailer(6, verification::MUST_PROCESS)), "fault 6 context 0 0x000006f7");
    assert_eq!(send(7, b"trailing"), "fault 7 context 0 0x000006f7");
    assert_eq!(send(8, &trailer(8, 0)[..20]), "fault 8 context 0 0x000006f7");
    let more = [&trailer(9, 0)[..], &[0; 4]].concat();
    assert_eq!(send(9, &more), "fault 9 context 0 0x000006f7");
}

#[test]
fn a_pedantic_host_refuses_reserved_and_pad_bytes_that_are_not_zero() {
    let mut reserved = bind(&[element(0, &[N32])]).to_bytes();
    reserved[27] = 1;
    assert_eq!(fresh().send(&reserved), "bind_ack 2 ");
    assert_eq!(Lab::new(pedantic()).send(&reserved), "bind_nak 2 reason 0; closed");

    let mut reserved = alter(&[element(3, &[N32])]).to_bytes();
    reserved[31] = 1;
    let answer = Lab::bound(pedantic()).send(&reserved);
    assert_eq!(answer, "fault 2 context 0 0x1c01000b; closed");

    let mut wide = stub(b"abc", Ndr::Ndr64, b"", Order::Little);
    wide[7] = 1;
    let padded = request(3, 1, &wide).to_bytes();
    assert_eq!(bound().send(&padded), "response 3 context 1 cba");
    assert_eq!(Lab::bound(pedantic()).send(&padded), "fault 3 context 1 0x000006f7");

    let mut reserved = call(3, "abc");
    reserved[7] = 1;
    assert_eq!(bound().send(&reserved), "response 3 context 0 cba");
    let answer = Lab::bound(pedantic()).send(&reserved);
    assert_eq!(answer, "fault 3 context 0 0x1c01000b; closed");
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
fn a_cancelled_or_orphaned_call_is_forgotten_without_an_answer() {
    for body in [Body::CoCancel, Body::Orphaned] {
        let mut lab = bound();
        let pieces = fragments(3, "a longer message", 8);
        assert_eq!(lab.send(&pieces[0]), "");
        assert!(lab.session.is_waiting());
        assert_eq!(lab.send(&Pdu::new(3, body.clone()).to_bytes()), "");
        assert_eq!(lab.steps, [Step::Sent(Answer::Forgotten(true))]);
        assert!(!lab.session.is_waiting());
        // The id is free again, and a cancel of nothing is nothing.
        assert_eq!(lab.send(&call(3, "abc")), "response 3 context 0 cba");
        assert_eq!(lab.send(&Pdu::new(9, body.clone()).to_bytes()), "");
        assert_eq!(fresh().send(&Pdu::new(9, body).to_bytes()), "");
    }
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

#[test]
fn fragments_of_several_calls_may_come_interleaved() {
    let mut lab = bound();
    let [a, b] = [fragments(3, "first of two", 8), fragments(4, "second of two", 16)];
    let whole = call(5, "whole");
    let mixed = [&a[0], &b[0], &whole, &a[1], &b[1], &a[2]].map(|pdu| &pdu[..]);
    assert_eq!(a.len() + b.len(), 5);
    let answers = "response 5 context 0 elohw; response 4 context 0 owt fo dnoces; \
                   response 3 context 0 owt fo tsrif";
    assert_eq!(lab.send(&mixed.concat()), answers);
    let order: Vec<_> = lab.service.seen.iter().map(|(_, call)| call.message).collect();
    assert_eq!(order, [0, 1, 2]);
}

#[test]
fn answers_are_cut_to_what_the_peer_receives() {
    let mut lab = fresh();
    let mut offer = bind(&[element(0, &[N32])]);
    let Body::Bind(bind) = &mut offer.body else { panic!("a bind") };
    // Taken as 1432, of which 24 stand before the stub.
    bind.max_recv_frag = 100;
    lab.push(&offer.to_bytes());
    lab.sent.clear();
    assert_eq!(
        lab.send(&call(3, &"x".repeat(3_000))),
        "response 3 FIRST 1408 bytes; response 3 0x00 1408 bytes; response 3 LAST 200 bytes"
    );
}

// ── Limits ───────────────────────────────────────────────────────────────────────────────────

const TOO_BUSY: &str = "fault 3 context 0 0x1c010014; closed";

#[test]
fn a_stub_over_its_limit_is_too_busy() {
    let mut lab = Lab::bound(config(|config| config.max_stub = 64));
    assert_eq!(lab.send(&call(2, &"x".repeat(56))), format!("response 2 context 0 {:x<56}", ""));
    assert_eq!(lab.send(&call(3, &"x".repeat(57))), TOO_BUSY);
    let mut lab = Lab::bound(config(|config| config.max_stub = 64));
    assert_eq!(lab.send(&fragments(3, &"x".repeat(57), 40).concat()), TOO_BUSY);
}

#[test]
fn the_default_limits_hold_64_kib_and_1024_fragments() {
    let whole = "x".repeat(65_528);
    let answer = bound().send(&fragments(3, &whole, 4_096).concat());
    assert!(answer.starts_with("response 3 FIRST") && !answer.contains("closed"));
    assert_eq!(bound().send(&fragments(3, &format!("{whole}x"), 4_096).concat()), TOO_BUSY);

    let pieces = |count: usize| fragments(3, &"x".repeat(count * 8 - 8), 8);
    assert_eq!(pieces(1_024).len(), 1_024);
    assert!(bound().send(&pieces(1_024).concat()).starts_with("response 3"));
    assert_eq!(bound().send(&pieces(1_025).concat()), TOO_BUSY);
}

#[test]
fn too_many_calls_at_once_are_too_busy() {
    let mut lab = bound();
    for call_id in 100..164 {
        assert_eq!(lab.send(&fragments(call_id, "a longer message", 8)[0]), "");
    }
    // A call in one piece is not under reassembly.
    assert_eq!(lab.send(&call(2, "abc")), "response 2 context 0 cba");
    assert_eq!(lab.send(&fragments(3, "a longer message", 8)[0]), TOO_BUSY);
}

#[test]
fn too_many_bytes_under_reassembly_are_too_busy() {
    let mut lab = bound();
    let message = "x".repeat(65_000);
    for call_id in 100..104 {
        let pieces = fragments(call_id, &message, 5_008);
        assert_eq!(lab.send(&pieces[..pieces.len() - 1].concat()), "");
    }
    // 262 144 bytes are the limit: 240 384 are there, four pieces fit, the fifth does not.
    let pieces = fragments(3, &message, 5_008);
    assert_eq!(lab.send(&pieces[..4].concat()), "");
    assert_eq!(lab.send(&pieces[4]), TOO_BUSY);
}

#[test]
fn the_pdu_limit_is_never_under_what_every_peer_must_take() {
    let mut lab = Lab::bound(config(|config| config.max_pdu = 1));
    let message = "x".repeat(1_432 - 32);
    assert_eq!(call(3, &message).len(), 1_432);
    assert!(lab.send(&call(3, &message)).starts_with("response 3"));
    assert_eq!(lab.send(&call(3, &format!("{message}x"))), "fault 3 context 0 0x1c01000b; closed");
}

#[test]
fn after_the_end_nothing_is_served() {
    let mut lab = bound();
    let broken = Pdu::new(3, Body::Other(PacketType(77), b"")).to_bytes();
    let answer = lab.send(&[broken, call(4, "abc")].concat());
    assert_eq!(answer, "fault 3 context 0 0x1c01000b; closed");
    assert_eq!(lab.steps, [Step::Close(Trouble::PacketType(PacketType(77)))]);
    assert_eq!(lab.send(&call(5, "abc")), "closed");
    assert!(lab.service.seen.is_empty() && !lab.session.is_waiting());
}

// ── Any bytes, any slices ────────────────────────────────────────────────────────────────────

/// A conversation with one of everything that leaves the connection open, and an end.
fn conversation() -> Vec<u8> {
    let mut bytes = bind(&[element(0, &[N32]), element(2, &[BTFN])]).to_bytes().to_vec();
    bytes.extend(call(2, "first"));
    bytes.extend(alter(&[element(1, &[N64])]).to_bytes());
    bytes.extend(request(3, 1, &stub(b"wide", Ndr::Ndr64, b"tail", Order::Little)).to_bytes());
    bytes.extend(fragments(4, "in several fragments", 8).concat());
    bytes.extend(request(5, 9, b"").to_bytes());
    bytes.extend(Pdu::new(6, Body::CoCancel).to_bytes());
    bytes.extend(call(7, "no"));
    bytes.extend(Pdu::new(8, Body::Other(PacketType::SHUTDOWN, b"bye")).to_bytes());
    bytes.extend(call(9, "never"));
    bytes
}

/// All the host sends for `bytes` in these slices.
fn converse(bytes: &[u8], cuts: impl IntoIterator<Item = usize>, config: SessionConfig) -> Vec<u8> {
    let (mut lab, mut rest) = (Lab::new(config), bytes);
    for cut in cuts {
        let (slice, after) = rest.split_at(cut.min(rest.len()));
        lab.push(slice);
        rest = after;
    }
    lab.push(rest);
    lab.sent.to_vec()
}

#[test]
fn byte_by_byte_or_all_at_once_the_answers_are_the_same() {
    let bytes = conversation();
    let whole = converse(&bytes, [], SessionConfig::default());
    let single = converse(&bytes, vec![1; bytes.len()], SessionConfig::default());
    assert_eq!(whole, single);
    assert!(whole.len() > 400);
}

proptest! {
    #[test]
    fn any_slices_give_the_same_answers(
        cuts in proptest::collection::vec(0_usize..200, 0..60), flip in any::<(prop::sample::Index, u8)>(),
        harm in any::<bool>(),
    ) {
        let mut bytes = conversation();
        if harm {
            let at = flip.0.index(bytes.len());
            bytes[at] ^= flip.1;
        }
        let whole = converse(&bytes, [], SessionConfig::default());
        prop_assert_eq!(converse(&bytes, cuts, SessionConfig::default()), whole);
    }

    #[test]
    fn arbitrary_bytes_in_arbitrary_slices_end_or_wait(
        bytes in proptest::collection::vec(any::<u8>(), 0..2_000), cuts in proptest::collection::vec(0_usize..300, 0..20),
        pedantic in any::<bool>(),
    ) {
        let strictness = if pedantic { Strictness::Pedantic } else { Strictness::Strict };
        converse(&bytes, cuts, config(|config| config.strictness = strictness));
    }

    #[test]
    fn plausible_pdus_in_any_order_never_break_the_session(
        pdus in proptest::collection::vec((0_u8..20, any::<u8>(), 0_u32..4, proptest::collection::vec(any::<u8>(), 0..80)), 0..40),
        big in any::<bool>(), pedantic in any::<bool>(),
    ) {
        let strictness = if pedantic { Strictness::Pedantic } else { Strictness::Strict };
        let mut lab = Lab::bound(config(|config| {
            (config.strictness, config.max_calls, config.max_stub) = (strictness, 2, 200);
        }));
        for (packet_type, flags, call_id, body) in pdus {
            let data_rep = if big { DataRep::BIG } else { DataRep::LITTLE };
            // Mostly requests, as only these do not end the session.
            let packet_type = if packet_type < 17 { 0 } else { packet_type };
            let mut pdu = Pdu::new(call_id, Body::Other(PacketType(packet_type), &body));
            (pdu.flags, pdu.data_rep) = (Flags(flags & 0xc3), data_rep);
            lab.push(&pdu.to_bytes());
            prop_assert!(lab.steps.len() <= 1);
        }
    }
}
