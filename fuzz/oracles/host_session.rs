//! The host's session, fed by any peer: whatever comes, in whatever slices, it answers the same,
//! with whole PDUs, one answer for each thing it took; and it grants what lies in its window and
//! was sealed in its realm, nothing else.

#[path = "host_session/script.rs"]
mod script;

use std::sync::LazyLock;

use bytes::BytesMut;
use kms_proto::draw::Draw;
use kms_proto::kms::check::{Asked, verify_answer};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::seal::Seal;
use kms_proto::rpc::bind::WINDOWS_FRAG;
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::header::{DataRep, Flags};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::reassembly::{Fragment, Limits, Reassembly, Taken};
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::wire::Order;
use kms_sim::config::HostConfig;
use kms_sim::decision::Decision;
use kms_sim::exchange::Exchange;
use kms_sim::host::Host;
use kms_sim::session::config::{SessionConfig, Syntaxes};
use kms_sim::session::{Answer, Session, Step};
use kms_sim::strictness::Strictness;

use self::script::{IV, NOW, Script, WINDOW};
use super::frames;
use super::input::Input;
use super::slices::cut;

/// The keys of the realm, scheduled once.
static SEAL: LazyLock<Seal> = LazyLock::new(|| Seal::for_realm(&Realm::default()));

/// A host nobody asked yet.
static HOST: LazyLock<Host> =
    LazyLock::new(|| Host::new(HostConfig { event_capacity: 8, ..HostConfig::default() }));

/// The port the host says it listens on.
const PORT: u16 = 1688;

/// The first byte chooses the session's configuration, the second how the bytes are cut; the rest
/// is a script of what the peer sends.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let (config, seed) = (config(input.u8()), input.u8());
    let script = Script::read(input, &SEAL);
    let whole = served(config, &script, 0);
    assert_eq!(served(config, &script, seed.max(1)), whole, "slices make a difference");
}

/// What a peer sends by the script in `input`.
pub fn sent(input: Input<'_>) -> Vec<u8> {
    Script::read(input, &SEAL).bytes
}

/// Small limits, so that they are met; or the default ones.
fn config(choices: u8) -> SessionConfig {
    let config = SessionConfig {
        strictness: if choices & 1 == 0 { Strictness::Strict } else { Strictness::Pedantic },
        syntaxes: match choices >> 1 & 3 {
            1 => Syntaxes::Ndr32,
            2 => Syntaxes::Ndr64,
            _ => Syntaxes::Both,
        },
        ..SessionConfig::default()
    };
    if choices & 8 == 0 {
        return config;
    }
    SessionConfig {
        max_pdu: 0,
        max_stub: 280,
        max_fragments: 6,
        max_association_bytes: 500,
        max_contexts: 4,
        max_calls: 3,
        ..config
    }
}

/// What came of it: every step, every byte sent, and how the host stood in the end.
#[derive(Debug, PartialEq)]
struct Served {
    steps: Vec<Step<Exchange>>,
    sent: BytesMut,
    waiting: bool,
    calls: u64,
}

fn served(config: SessionConfig, script: &Script, seed: u8) -> Served {
    let mut host = HOST.clone();
    let mut session = Session::new(config, Draw::new(0), 1, PORT);
    let (mut steps, mut sent, mut out) = (Vec::new(), BytesMut::new(), BytesMut::new());
    for slice in cut(&script.bytes, seed) {
        session.receive(slice);
        loop {
            let step = session.step(&mut host, NOW, &mut out);
            answered(&step, &out, script, config);
            sent.extend_from_slice(&out);
            out.clear();
            if step == Step::Idle {
                break;
            }
            steps.push(step);
            assert_eq!(matches!(step, Step::Close(_)), session.is_closed());
            // Every step takes a PDU, of 16 bytes at least, or is the last.
            assert!(steps.len() <= script.bytes.len() / 16 + 1, "steps without end");
        }
    }
    if session.is_closed() {
        assert!(!session.is_waiting(), "a closed session keeps something");
    }
    let outcomes = || {
        steps.iter().filter_map(|step| match step {
            Step::Called { outcome, .. } => Some(outcome),
            _ => None,
        })
    };
    let count = |decision| outcomes().filter(|o| o.decision == decision).count();
    let judged = outcomes().count() - count(Decision::Malformed);
    let ledger = host.ledger();
    assert_eq!(usize::try_from(session.served()), Ok(outcomes().count()));
    assert_eq!(usize::try_from(ledger.total), Ok(judged));
    assert_eq!(usize::try_from(ledger.failed), Ok(judged - count(Decision::Granted)));
    if script.is_honest() {
        assert!(count(Decision::Foreign) + count(Decision::Malformed) <= script.unsealed);
    }
    Served { steps, sent, waiting: session.is_waiting(), calls: session.served() }
}

/// One step has the answer it says, and no other.
fn answered(step: &Step<Exchange>, out: &[u8], script: &Script, config: SessionConfig) {
    let pdus = frames::all(out, usize::from(config.max_pdu.clamp(1432, WINDOWS_FRAG)));
    assert!(pdus.iter().all(|pdu| pdu.data_rep == DataRep::LITTLE));
    let bodies: Vec<_> = pdus.iter().map(|pdu| &pdu.body).collect();
    match step {
        Step::Idle | Step::Sent(Answer::Kept | Answer::Forgotten(_) | Answer::Silent(_)) => {
            assert!(pdus.is_empty(), "{step:?} is answered");
        }
        Step::Sent(Answer::Bound { accepted, refused }) => {
            let right = match &*bodies {
                [Body::BindAck(ack)] => ack.port() == Some(PORT) && acks(ack, *accepted, *refused),
                [Body::AlterContextResp(ack)] => {
                    ack.sec_addr.is_empty() && acks(ack, *accepted, *refused)
                }
                _ => false,
            };
            assert!(right, "{step:?} is answered {pdus:?}");
        }
        Step::Sent(Answer::Fault(trouble)) => {
            assert!(!trouble.closes());
            let right = matches!(&*bodies, [Body::Fault(f)] if f.status == trouble.status());
            assert!(right, "{trouble} is answered {pdus:?}");
            assert!(pdus.iter().all(|pdu| pdu.flags.has(Flags::DID_NOT_EXECUTE)));
        }
        Step::Close(trouble) => {
            assert!(trouble.closes());
            let right = match &*bodies {
                [Body::Fault(fault)] => fault.status == trouble.status(),
                [Body::BindNak(nak)] => Some(nak.reason) == trouble.reject_reason(),
                _ => false,
            };
            assert!(right, "{trouble} is answered {pdus:?}");
        }
        Step::Called { outcome, .. } => called(outcome, &pdus, script),
    }
    if let Step::Close(trouble) | Step::Sent(Answer::Fault(trouble) | Answer::Silent(trouble)) =
        step
    {
        assert!(!trouble.to_string().is_empty());
    }
}

/// Whether the results are those the step tells of.
fn acks(ack: &BindAck<'_>, accepted: usize, refused: usize) -> bool {
    let count = |result| ack.results.iter().filter(|r| r.result == result).count();
    let lawful = ack.assoc_group_id != 0 && ack.max_recv_frag >= 1432 && ack.max_xmit_frag >= 1432;
    let told = (count(ContextResult::ACCEPTANCE), count(ContextResult::PROVIDER_REJECTION));
    lawful && told == (accepted, refused)
}

/// A call has the answer of its verdict, unless it wants none.
fn called(outcome: &Exchange, pdus: &[Pdu<'_>], script: &Script) {
    let granted = outcome.decision == Decision::Granted;
    assert_eq!(outcome.result().is_ok(), granted);
    if granted {
        assert!(outcome.n_policy().is_some_and(|n| n <= 1000), "{outcome:?}");
        assert!(outcome.version.is_some());
    }
    if let Some(skew) = outcome.skew() {
        let late = outcome.result() == HResult::INVALID_TIMESTAMP;
        assert_eq!(late, skew.ticks.unsigned_abs() > WINDOW.into(), "{outcome:?}");
    }
    assert_eq!(outcome.bytes.answered > 0, !pdus.is_empty(), "{outcome:?}");
    let mut reassembly = Reassembly::new(Limits::default());
    let mut stub = None;
    for pdu in pdus {
        assert!(matches!(pdu.body, Body::Response(_)), "a call is answered {pdu:?}");
        let Body::Response(response) = &pdu.body else { continue };
        assert!(stub.is_none(), "a fragment follows the last");
        match reassembly.take(&Fragment::of_response(pdu, response)) {
            Ok(Taken::Kept) => {}
            Ok(Taken::Alone) => stub = Some(BytesMut::from(response.stub)),
            Ok(Taken::Completed(whole)) => stub = Some(whole.stub),
            Err(refusal) => assert!(refusal.is_limit(), "the answer is no call: {refusal}"),
        }
    }
    assert_eq!(stub.is_some(), !pdus.is_empty(), "an answer is cut short");
    let Some(stub) = stub else { return };
    let read = [Ndr::Ndr32, Ndr::Ndr64]
        .into_iter()
        .filter_map(|ndr| ResponseStub::from_bytes(&stub, ndr, Order::Little).ok())
        .find(|read| read.hresult == outcome.result() && read.is_coherent());
    assert!(read.is_some(), "{outcome:?} has no such stub: {stub:?}");
    if let (Some(message), Some(request)) = (read.and_then(|read| read.message), outcome.request) {
        assert!(message.len() < outcome.bytes.answered, "PDUs hold the message");
        if script.is_honest() {
            let answer = verify_answer(&mut SEAL.clone(), &Asked { request, iv: IV }, message);
            assert!(answer.verified().is_ok(), "{answer:?}");
        }
    }
}
