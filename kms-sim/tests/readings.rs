//! The host's clock is read once for each call that is judged, however its bytes were cut.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use bytes::BytesMut;
use kms_proto::draw::Draw;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::bind::{Bind, ContextElement};
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::time::FileTime;
use kms_sim::call::Call;
use kms_sim::session::config::SessionConfig;
use kms_sim::session::service::Service;
use kms_sim::session::{Session, Step};
use proptest::prelude::*;

/// Refuses everything, and tells what the clock read.
struct Told;

impl Service for Told {
    type Outcome = FileTime;

    fn handle(&mut self, _: &mut [u8], call: &Call, _: &mut BytesMut) -> (HResult, FileTime) {
        (HResult::INVALID_DATA, call.now)
    }
}

/// A bind, a call no operation answers to, and two calls.
fn stream() -> Vec<u8> {
    let mut contexts = List8::new();
    contexts.push(ContextElement::kms(0, SyntaxId::NDR32)).unwrap();
    let bind = Bind { max_xmit_frag: 5840, max_recv_frag: 5840, assoc_group_id: 0, contexts };
    let stub = [4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4];
    let request = |opnum| {
        Body::Request(Request { alloc_hint: 0, context_id: 0, opnum, object: None, stub: &stub })
    };
    let mut out = BytesMut::new();
    Pdu::new(1, Body::Bind(bind)).append(&mut out);
    for (call, opnum) in [(2, 9), (3, 0), (4, 0)] {
        Pdu::new(call, request(opnum)).append(&mut out);
    }
    out.to_vec()
}

/// What the calls were judged by, a clock that shows one tick more at each reading being read.
fn readings(slices: impl Iterator<Item = Vec<u8>>) -> (Vec<FileTime>, u64) {
    let mut session = Session::new(SessionConfig::default(), Draw::new(1), 1, 1688);
    let (mut clock, mut seen, mut out) = (0, Vec::new(), BytesMut::new());
    for slice in slices {
        session.receive(&slice);
        loop {
            let read = || {
                clock += 1;
                FileTime(clock)
            };
            match session.step(&mut Told, read, &mut out) {
                Step::Idle => break,
                Step::Called { outcome, .. } => seen.push(outcome),
                Step::Sent(_) => {}
                Step::Close(trouble) => panic!("{trouble}"),
            }
        }
    }
    (seen, clock)
}

proptest! {
    #[test]
    fn no_cut_changes_a_reading(cuts in prop::collection::vec(1_usize..200, 0..20)) {
        let stream = stream();
        let mut rest = stream.as_slice();
        let mut slices = Vec::new();
        for cut in cuts {
            let (head, tail) = rest.split_at(cut.min(rest.len()));
            slices.push(head.to_vec());
            rest = tail;
        }
        slices.push(rest.to_vec());
        prop_assert_eq!(readings(slices.into_iter()), (vec![FileTime(1), FileTime(2)], 2));
    }
}
