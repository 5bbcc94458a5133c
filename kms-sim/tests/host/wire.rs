//! From the client's bytes to the host's and back: session and host together, without a socket.

use bytes::BytesMut;
use kms_proto::kms::check::{Asked, verify_answer};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::time::FileTime;
use kms_proto::wire::Order;
use kms_sim::config::HostConfig;
use kms_sim::decision::Decision;
use kms_sim::exchange::Exchange;
use kms_sim::host::Host;
use kms_sim::session::{Session, Step};

use crate::connection::{bound, request as request_pdu};
use crate::request::{NOON, request};
use crate::sealed::{IV, sealed};

/// Every version in every transfer syntax, with the length of the request's PDU.
const KINDS: [(Version, Ndr, usize); 6] = [
    (Version::V4, Ndr::Ndr32, 284),
    (Version::V5, Ndr::Ndr32, 292),
    (Version::V6, Ndr::Ndr32, 292),
    (Version::V4, Ndr::Ndr64, 292),
    (Version::V5, Ndr::Ndr64, 300),
    (Version::V6, Ndr::Ndr64, 300),
];

fn at(ticks: i64) -> FileTime {
    FileTime(NOON.0.checked_add_signed(ticks).unwrap())
}

/// One answer: its PDU's length, the message or none, the code, and what the host says of it.
struct Answered {
    length: usize,
    message: Option<Vec<u8>>,
    hresult: HResult,
    exchange: Exchange,
}

/// Calls once and reads the answer.
fn call(
    (session, host): (&mut Session, &mut Host),
    (ndr, call_id): (Ndr, u32),
    message: &[u8],
    now: FileTime,
) -> Answered {
    let mut out = BytesMut::new();
    session.receive(&request_pdu(ndr, call_id, message));
    let Step::Called { outcome: exchange, ignored: 0 } = session.step(host, now, &mut out) else {
        panic!("the call did not reach the host");
    };
    assert_eq!(session.step(host, now, &mut out), Step::Idle);
    let pdu = Pdu::parse(&out).unwrap();
    assert_eq!(pdu.call_id, call_id);
    let Body::Response(response) = pdu.body else { panic!("{:?}", pdu.body) };
    let stub = ResponseStub::from_bytes(response.stub, ndr, Order::Little).unwrap();
    assert!(stub.is_coherent());
    let message = stub.message.map(<[u8]>::to_vec);
    Answered { length: out.len(), message, hresult: stub.hresult, exchange }
}

#[test]
fn the_window_is_exact_to_the_tick_over_the_wire() {
    for window in ["4h", "-30m..+4h", "0"] {
        let (behind, ahead) = match window {
            "4h" => (144_000_000_000, 144_000_000_000),
            "0" => (0, 0),
            _ => (18_000_000_000, 144_000_000_000),
        };
        for (version, ndr, length) in KINDS {
            let config = HostConfig { window: window.parse().unwrap(), ..HostConfig::default() };
            let mut host = Host::new(config);
            let mut session = bound(&mut host, ndr, NOON);
            let edges = [(ahead, true), (ahead + 1, false), (-behind, true), (-behind - 1, false)];
            for (call_id, (ticks, accepted)) in (2..).zip(edges) {
                let asked = Asked { request: Request { version, ..request(at(ticks)) }, iv: IV };
                let message = sealed(&Realm::default(), &asked.request);
                assert_eq!(request_pdu(ndr, call_id, &message).len(), length);
                let answered = call((&mut session, &mut host), (ndr, call_id), &message, NOON);
                assert_eq!(answered.exchange.skew().unwrap().ticks, ticks.into());

                if accepted {
                    assert_eq!(answered.hresult, HResult::OK, "{version} {ndr} {ticks}");
                    let mut seal = Seal::for_realm(&Realm::default());
                    let answer = verify_answer(&mut seal, &asked, &answered.message.unwrap());
                    assert_eq!(answer.verified().unwrap().count, 25);
                    if version == Version::V6 {
                        let expected = if ndr == Ndr::Ndr32 { 300 } else { 312 };
                        assert_eq!(answered.length, expected);
                    }
                } else {
                    assert_eq!(
                        answered.hresult,
                        HResult::INVALID_TIMESTAMP,
                        "{version} {ndr} {ticks}"
                    );
                    assert_eq!(answered.message, None);
                    assert_eq!(answered.length, if ndr == Ndr::Ndr32 { 36 } else { 44 });
                }
            }
            assert_eq!((host.ledger().total, host.ledger().failed), (4, 2));
        }
    }
}

#[test]
fn calls_of_one_connection_are_told_apart_by_their_ordinals() {
    let mut host = Host::new(HostConfig::default());
    let mut session = bound(&mut host, Ndr::Ndr64, NOON);
    let message = sealed(&Realm::default(), &request(NOON));
    let mut answers = Vec::new();
    for call_id in 2..5 {
        let answered = call((&mut session, &mut host), (Ndr::Ndr64, call_id), &message, NOON);
        answers.push((answered.exchange.message, answered.message.unwrap()));
    }
    assert_eq!(answers.iter().map(|a| a.0).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(answers[0].1 != answers[1].1 && answers[1].1 != answers[2].1);
}

#[test]
fn refusals_of_every_kind_are_responses_and_not_faults() {
    let mut host = Host::new(HostConfig::default());
    let mut session = bound(&mut host, Ndr::Ndr32, NOON);
    let foreign = sealed(&"elsewhere".parse().unwrap(), &request(NOON));
    let mut scripted = host.config().clone();
    scripted.scripted = "0xC004F039".parse().ok();
    for (call_id, message, code, decision) in [
        (2, &b"no request"[..], 0x8007_000D, Decision::Malformed),
        (3, &foreign, 0x8007_000D, Decision::Foreign),
        (4, &[][..], 0x8007_000D, Decision::Malformed),
    ] {
        let answered = call((&mut session, &mut host), (Ndr::Ndr32, call_id), message, NOON);
        assert_eq!((answered.hresult, answered.exchange.decision), (HResult(code), decision));
        assert_eq!((answered.length, answered.message), (36, None));
    }
    host.configure(scripted);
    let answered = call((&mut session, &mut host), (Ndr::Ndr32, 5), &foreign, NOON);
    assert_eq!(answered.hresult, HResult::NOT_ENABLED);
}
