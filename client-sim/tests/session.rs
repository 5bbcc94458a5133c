//! The client's session against a host made of the encoder: the whole of a good association.

#[path = "support/fake_host.rs"]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test's host")]
mod fake_host;

use bytes::BytesMut;
use client_sim::session::Session;
use client_sim::session::config::{Offer, SessionConfig};
use client_sim::session::event::{CallId, Event, NotNow};
use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::reassembly::Limits;
use kms_proto::wire::Order;

use crate::fake_host::{FakeHost, Manners};

/// A client and a host with a wire between them.
struct Pair {
    client: Session,
    host: FakeHost,
    out: BytesMut,
}

impl Pair {
    fn new(config: SessionConfig, manners: Manners) -> Self {
        let mut client = Session::new(config);
        let mut out = BytesMut::new();
        client.start(&mut out);
        client.start(&mut out);
        Self { client, host: FakeHost::new(manners), out }
    }

    /// Carries bytes to and fro until neither side has more to say.
    fn run(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let sent = self.out.split();
            let back = self.host.feed(&sent);
            self.client.receive(&back);
            while let Some(event) = self.client.poll(&mut self.out) {
                events.push(event);
            }
            if self.out.is_empty() {
                return events;
            }
        }
    }

    fn call(&mut self, message: &[u8]) -> Vec<Event> {
        self.client.call(message, &mut self.out).map(|_| self.run()).unwrap_or_default()
    }
}

fn answer(call_id: u32, message: &[u8]) -> Event {
    let message = message.iter().rev().copied().collect();
    Event::Answer { call_id: CallId(call_id), hresult: HResult::OK, message }
}

/// A connection as Windows-like clients run it, PDU by PDU.
#[test]
fn a_connection_as_windows_runs_it() {
    let mut pair = Pair::new(SessionConfig::default(), Manners::default());
    assert_eq!(pair.run(), [Event::Ready]);
    let message = [7; 260];
    assert_eq!(pair.call(&message), [answer(2, &message)]);
    assert_eq!(pair.call(&message), [answer(3, &message)]);
    assert_eq!(
        pair.host.seen,
        [
            ("->", 11, 160, 2),
            ("<-", 12, 108, 2),
            ("->", 14, 72, 2),
            ("<-", 15, 56, 2),
            ("->", 0, 292, 2),
            ("<-", 2, 300, 2),
            ("->", 0, 300, 3),
            ("<-", 2, 312, 3),
        ]
    );
    assert_eq!(pair.client.agreement().features, 3);
    assert_eq!(pair.client.agreement().assoc_group_id, 0x1234);
}

#[test]
fn every_offer_meets_every_host() {
    let (both, old) = (Manners::default(), Manners { ndr64: false, ..Manners::default() });
    let new = Manners { ndr32: false, ..Manners::default() };
    let stubborn = Manners { alters: false, ..Manners::default() };
    // Lengths of the requests tell the syntax: 292 in NDR32, 300 in NDR64.
    for (offer, manners, bind, requests) in [
        (Offer::Both, both, 160, [292, 300]),
        (Offer::Both, old, 160, [292, 292]),
        (Offer::Both, new, 160, [300, 300]),
        (Offer::Both, stubborn, 160, [300, 300]),
        (Offer::Ndr32, both, 116, [292, 292]),
        (Offer::Ndr64, both, 116, [300, 300]),
    ] {
        let mut pair = Pair::new(SessionConfig { offer, ..SessionConfig::default() }, manners);
        assert_eq!(pair.run(), [Event::Ready], "{offer:?} {manners:?}");
        let message = [1; 260];
        assert_eq!(pair.call(&message).len(), 1);
        assert_eq!(pair.call(&message).len(), 1);
        let sent = |packet_type| {
            let of_type = move |seen: &&fake_host::Seen| (seen.0, seen.1) == ("->", packet_type);
            pair.host.seen.iter().filter(of_type).map(|seen| seen.2).collect::<Vec<_>>()
        };
        assert_eq!((sent(11), sent(0)), (vec![bind], requests.into()), "{offer:?} {manners:?}");
    }
    let bare = SessionConfig { offer: Offer::Ndr32, btfn: false, ..SessionConfig::default() };
    let mut pair = Pair::new(bare, both);
    assert_eq!(pair.run(), [Event::Ready]);
    assert_eq!(pair.host.seen[0].2, 72);
    assert_eq!(pair.client.agreement().features, 0);
}

#[test]
fn a_refusal_is_an_answer() {
    let mut pair = Pair::new(SessionConfig::default(), Manners::default());
    pair.run();
    let hresult = HResult::INVALID_TIMESTAMP;
    let refused = |id| Event::Answer { call_id: CallId(id), hresult, message: Vec::new() };
    assert_eq!(pair.call(&[]), [refused(2)]);
    assert_eq!(pair.call(&[]), [refused(3)]);
    assert_eq!(pair.call(&[9]), [answer(4, &[9])], "the association lives on");
}

#[test]
fn both_orders_of_integers_work_on_either_side() {
    for client in [Order::Little, Order::Big] {
        for host in [Order::Little, Order::Big] {
            for offer in [Offer::Both, Offer::Ndr32, Offer::Ndr64] {
                let config = SessionConfig { order: client, offer, ..SessionConfig::default() };
                let mut pair = Pair::new(config, Manners { order: host, ..Manners::default() });
                assert_eq!(pair.run(), [Event::Ready]);
                assert_eq!(pair.call(&[1, 2, 3]), [answer(2, &[1, 2, 3])]);
                assert_eq!(pair.call(&[4, 5]), [answer(3, &[4, 5])]);
            }
        }
    }
}

#[test]
fn calls_longer_than_a_pdu_leave_and_arrive_in_fragments() {
    let object = Some(Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10));
    let message: Vec<u8> = (0..=u8::MAX).cycle().take(6_001).collect();
    for (request_frag, max_frag) in [(None, 5840), (None, 1432), (Some(100), 1432), (Some(0), 64)] {
        for object in [None, object] {
            let config = SessionConfig { request_frag, object, ..SessionConfig::default() };
            let mut pair = Pair::new(config, Manners { max_frag, ..Manners::default() });
            pair.run();
            assert_eq!(pair.call(&message), [answer(2, &message)]);
            assert_eq!(pair.call(&message), [answer(3, &message)]);
            assert_eq!(pair.host.messages, [message.clone(), message.clone()]);
            // What stands before the stub leaves room for 8 bytes of it at least.
            let before = if object.is_some() { 40 } else { 24 };
            let limit = usize::from(request_frag.unwrap_or(u16::MAX).min(max_frag.max(1432)));
            let longest = limit.max(before + 8);
            assert!(
                pair.host.seen.iter().all(|(way, kind, length, _)| {
                    (*way, *kind) != ("->", 0) || *length <= longest
                }),
                "{request_frag:?} {max_frag} {:?}",
                pair.host.seen
            );
        }
    }
}

#[test]
fn several_calls_are_open_at_once() {
    let config = SessionConfig {
        limits: Limits { calls: 3, ..Limits::default() },
        ..SessionConfig::default()
    };
    let mut pair = Pair::new(config, Manners { max_frag: 1432, ..Manners::default() });
    assert_eq!(pair.client.call(&[1], &mut pair.out), Err(NotNow::NotReady));
    pair.run();
    let long: Vec<u8> = (0..=u8::MAX).cycle().take(4_000).collect();
    for (id, message) in [(2, &[1_u8][..]), (3, &long), (4, &[3])] {
        assert_eq!(pair.client.call(message, &mut pair.out), Ok(CallId(id)));
    }
    let written = pair.out.len();
    assert_eq!(pair.client.call(&[4], &mut pair.out), Err(NotNow::TooManyCalls));
    assert_eq!(pair.client.waiting(), 3);
    assert_eq!(pair.out.len(), written, "what cannot be called writes nothing");
    assert_eq!(pair.run(), [answer(2, &[1]), answer(3, &long), answer(4, &[3])]);
    assert_eq!(pair.client.waiting(), 0);
    let too_long = vec![0; 65_537];
    assert_eq!(pair.client.call(&too_long, &mut pair.out), Err(NotNow::TooLong(65_536)));
    assert_eq!(pair.call(&[5]), [answer(5, &[5])]);
}
