//! Calls in several pieces: put together, given up, or broken.

use kms_proto::rpc::pdu::{Body, Pdu};
use kms_sim::session::{Answer, Step};

use crate::lab::{N32, bind, bound, call, element, fragments, fresh};

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

#[test]
fn what_a_call_took_on_the_wire_is_the_sum_of_its_own_fragments() {
    let mut lab = bound();
    let [a, b, c] = [
        fragments(3, "first of three", 8),
        fragments(4, "second of them", 16),
        fragments(5, "the third, which is longer", 24),
    ];
    let sum = |pdus: &[bytes::BytesMut]| pdus.iter().map(bytes::BytesMut::len).sum::<usize>();
    // Two are interleaved, one is given up and begun anew; a whole one comes in between.
    let whole = call(6, "whole");
    let cancel = Pdu::new(5, Body::CoCancel).to_bytes();
    for pdu in [&a[0], &b[0], &c[0], &whole, &a[1], &cancel, &c[0], &c[1], &b[1]] {
        lab.send(pdu);
    }
    lab.send(&a[2]);
    let carried = lab.service.carried.borrow().clone();
    let received: Vec<usize> = carried.iter().map(|(received, _)| *received).collect();
    assert_eq!((a.len(), b.len(), c.len()), (3, 2, 2));
    assert_eq!(received, [whole.len(), sum(&c), sum(&b), sum(&a)]);
    assert!(carried.iter().all(|(_, answered)| *answered > 24), "{carried:?}");
}
