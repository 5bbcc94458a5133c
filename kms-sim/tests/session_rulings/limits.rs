//! What one peer may make the host hold, and what comes after the end.

use kms_proto::rpc::header::PacketType;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_sim::session::Step;
use kms_sim::session::trouble::Trouble;

use crate::lab::{Lab, bound, call, config, fragments};

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
