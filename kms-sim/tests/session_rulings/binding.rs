//! Binds and `alter_context`s: what is accepted, refused, and how.

use bytes::BytesMut;
use kms_proto::rpc::header::Flags;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::wire::Order;
use kms_sim::session::config::{SessionConfig, Syntaxes};

use crate::lab::{
    AUTH, BTFN, Echo, Lab, N32, N64, NOW, OTHER, alter, bind, bound, call, config, element,
    element_of, fresh, request, stub,
};

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
fn an_unknown_transfer_syntax_is_refused_and_the_connection_stays() {
    let ndr3 = SyntaxId { major: 3, ..N32 };
    for unknown in [vec![OTHER], vec![ndr3], vec![SyntaxId { major: 2, ..N64 }], vec![OTHER, ndr3]]
    {
        let mut lab = fresh();
        assert_eq!(lab.bind(&[element(0, &unknown)]), "bind_ack 2 2/2", "{unknown:?}");
        assert_eq!(lab.send(&call(3, "abc")), "fault 3 context 0 0x1c00001c");
        assert_eq!(lab.alter(&[element(1, &unknown)]), "alter_context_resp 2 2/2");
        // Beside one that is known it is looked past.
        let beside = [unknown.clone(), vec![N32]].concat();
        assert_eq!(lab.alter(&[element(0, &beside)]), "alter_context_resp 2 NDR32");
        assert_eq!(lab.send(&call(4, "abc")), "response 4 context 0 cba");
    }
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
