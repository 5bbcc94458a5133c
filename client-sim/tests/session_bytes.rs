//! The client's session against any bytes, cut in any way.

#[path = "support/fake_host.rs"]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test's host")]
mod fake_host;

use bytes::BytesMut;
use client_sim::session::Session;
use client_sim::session::config::SessionConfig;
use client_sim::session::event::Event;
use kms_proto::rpc::header::{Flags, PacketType};
use kms_proto::rpc::pdu::{Body, Pdu};
use proptest::prelude::*;

use crate::fake_host::{FakeHost, Manners};

/// A client that sent its bind, and one that made two calls.
fn clients() -> [Session; 2] {
    let mut ready = Session::new(SessionConfig::default());
    let mut host = FakeHost::new(Manners { ndr64: false, ..Manners::default() });
    let mut out = BytesMut::new();
    ready.start(&mut out);
    ready.receive(&host.feed(&out));
    assert_eq!(ready.poll(&mut out), Some(Event::Ready));
    assert!(ready.call(&[1], &mut out).is_ok());
    assert!(ready.call(&[2], &mut out).is_ok());
    let mut binding = Session::new(SessionConfig::default());
    binding.start(&mut out);
    [binding, ready]
}

/// What a host sends to a client that makes three calls, and what the client makes of it when the
/// bytes come cut as `cuts` say.
fn played(bend: &[(usize, u8)], cuts: &[usize]) -> Vec<Event> {
    let mut client = Session::new(SessionConfig::default());
    let mut host = FakeHost::new(Manners { max_frag: 64, ..Manners::default() });
    let mut out = BytesMut::new();
    let mut events = Vec::new();
    let mut sent = 0;
    let mut cuts = cuts.iter().cycle();
    client.start(&mut out);
    // Two rounds of binding, one of calls.
    for _ in 0..3 {
        let mut back = host.feed(&out.split());
        for (at, byte) in bend {
            if let Some(place) = at.checked_sub(sent).and_then(|at| back.get_mut(at)) {
                *place ^= byte;
            }
        }
        sent += back.len();
        while !back.is_empty() {
            let length = cuts.next().copied().unwrap_or(usize::MAX).clamp(1, back.len());
            client.receive(&back.split_to(length));
            events.extend(core::iter::from_fn(|| client.poll(&mut out)));
        }
        if events.last() == Some(&Event::Ready) {
            for message in [&[1; 260][..], &[], &[3; 40]] {
                assert!(client.call(message, &mut out).is_ok());
            }
        }
    }
    events
}

proptest! {
    #[test]
    fn however_the_bytes_are_cut_the_events_are_the_same(
        cuts in prop::collection::vec(1..200_usize, 1..50),
    ) {
        let events = played(&[], &cuts);
        prop_assert_eq!(events.len(), 4);
        prop_assert_eq!(events, played(&[], &[usize::MAX]));
    }

    #[test]
    fn bent_answers_end_in_events_whatever_the_cut(
        bend in prop::collection::vec((0..1_200_usize, 1..=u8::MAX), 1..6),
        cuts in prop::collection::vec(1..200_usize, 1..50),
    ) {
        prop_assert_eq!(played(&bend, &cuts), played(&bend, &[usize::MAX]));
    }

    #[test]
    fn any_bytes_are_taken_without_a_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
        cut in 1..64_usize,
    ) {
        for mut client in clients() {
            let mut out = BytesMut::new();
            for piece in bytes.chunks(cut) {
                client.receive(piece);
                while let Some(event) = client.poll(&mut out) {
                    let over = matches!(event, Event::Over(_));
                    prop_assert_eq!(client.is_over(), over);
                }
            }
        }
    }

    #[test]
    fn any_bodies_in_whole_pdus_are_taken_without_a_panic(
        pdus in prop::collection::vec(
            (0..20_u8, any::<u8>(), 0..5_u32, prop::collection::vec(any::<u8>(), 0..80)), 1..12),
    ) {
        for mut client in clients() {
            for (kind, flags, call_id, body) in &pdus {
                let pdu = Pdu {
                    flags: Flags(*flags),
                    ..Pdu::new(*call_id, Body::Other(PacketType(*kind), body))
                };
                client.receive(&pdu.to_bytes());
            }
            let mut out = BytesMut::new();
            let events = core::iter::from_fn(|| client.poll(&mut out)).count();
            prop_assert!(events <= pdus.len());
        }
    }
}
