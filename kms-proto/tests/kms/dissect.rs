//! Listings of whole exchanges, of what is wrong, and of anything at all.

use bytes::BytesMut;
use fixtures::vectors::{ALL, Vector};
use kms_proto::dissect::{Line, Listing, dissect};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::realm::Realm;
use kms_proto::rpc::bind::{Bind, ContextElement};
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::bind_nak::{BindNak, ProtocolVersion, RejectReason};
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::header::{DataRep, Flags};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::response::Response;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::rpc::verification::{Command, Says, emit};
use kms_proto::text::{Hex, from_hex};
use kms_proto::wire::Order;
use kms_proto::write::Writer;
use proptest::prelude::*;

use crate::golden::golden;

const LE: Order = Order::Little;

fn vector(name: &str) -> Vector {
    ALL.into_iter().find(|vector| vector.name == name).unwrap()
}

fn message(name: &str, part: &str) -> Vec<u8> {
    from_hex(vector(name).get(part)).unwrap()
}

fn request_stub(message: &[u8], ndr: Ndr, order: Order) -> BytesMut {
    let mut bytes = BytesMut::new();
    RequestStub { message, trailing: &[] }.emit(ndr, &mut Writer::new(&mut bytes, order));
    bytes
}

fn request_pdu(stub: &[u8], flags: Flags, data_rep: DataRep) -> BytesMut {
    let alloc_hint = u32::try_from(stub.len()).unwrap();
    let body = Body::Request(Request { alloc_hint, context_id: 1, opnum: 0, object: None, stub });
    Pdu { flags, data_rep, ..Pdu::new(2, body) }.to_bytes()
}

fn response_pdu(stub: ResponseStub<'_>, ndr: Ndr) -> BytesMut {
    let mut bytes = BytesMut::new();
    stub.emit(ndr, &mut Writer::new(&mut bytes, LE));
    let alloc_hint = u32::try_from(bytes.len()).unwrap();
    let body = Response { alloc_hint, context_id: 1, cancel_count: 0, stub: &bytes };
    Pdu::new(2, Body::Response(body)).to_bytes()
}

fn granted(message: &[u8], ndr: Ndr) -> BytesMut {
    response_pdu(ResponseStub { message: Some(message), hresult: HResult::OK }, ndr)
}

fn bind_ack() -> BytesMut {
    let refused = ContextResult::refused(ContextResult::TRANSFER_SYNTAXES_NOT_SUPPORTED);
    let results = [refused, ContextResult::accepted(SyntaxId::NDR64), ContextResult::features(3)];
    let body = BindAck {
        max_xmit_frag: 5840,
        max_recv_frag: 5840,
        assoc_group_id: 0x0001_a2b3,
        sec_addr: b"49321\0",
        results: results.into(),
    };
    Pdu::new(2, Body::BindAck(body)).to_bytes()
}

fn bind() -> BytesMut {
    let contexts = [
        ContextElement::kms(0, SyntaxId::NDR32),
        ContextElement::kms(1, SyntaxId::NDR64),
        ContextElement::kms(2, SyntaxId::btfn(3)),
    ];
    let body = Bind {
        max_xmit_frag: 5840,
        max_recv_frag: 5840,
        assoc_group_id: 0,
        contexts: contexts.into(),
    };
    Pdu::new(2, Body::Bind(body)).to_bytes()
}

fn fault() -> BytesMut {
    let body = Body::Fault(Fault::new(7, FaultStatus::CONTEXT));
    let flags = Flags::WHOLE.with(Flags::DID_NOT_EXECUTE);
    Pdu { flags, ..Pdu::new(3, body) }.to_bytes()
}

fn text(bytes: &[u8], realm: Option<&str>) -> String {
    let realm = realm.map(|name| name.parse::<Realm>().unwrap());
    dissect(bytes, realm.as_ref()).to_string()
}

#[test]
fn a_version_4_request() {
    let stub = request_stub(&message("kms-lab-v4", "request"), Ndr::Ndr32, LE);
    let pdu = request_pdu(&stub, Flags::WHOLE, DataRep::LITTLE);
    golden("dissect-v4-request.txt", &text(&pdu, Some("kms-lab")));
}

#[test]
fn a_version_6_exchange_with_its_realm() {
    let stub = request_stub(&message("kms-lab-v6", "request"), Ndr::Ndr64, LE);
    let mut bytes = request_pdu(&stub, Flags::WHOLE, DataRep::LITTLE);
    bytes.extend_from_slice(&granted(&message("kms-lab-v6", "response"), Ndr::Ndr64));
    golden("dissect-v6-exchange.txt", &text(&bytes, Some("kms-lab")));
}

#[test]
fn binding() {
    golden("dissect-bind.txt", &text(&[&bind()[..], &bind_ack()].concat(), None));
    let nak = BindNak {
        reason: RejectReason::PROTOCOL_VERSION_NOT_SUPPORTED,
        protocols: [ProtocolVersion { major: 5, minor: 0 }].into(),
        rest: &[],
    };
    golden("dissect-bind-nak.txt", &text(&Pdu::new(1, Body::BindNak(nak)).to_bytes(), None));
}

#[test]
fn refusals_and_faults() {
    let refusal = ResponseStub { message: None, hresult: HResult::INVALID_TIMESTAMP };
    let bytes = [fault(), response_pdu(refusal, Ndr::Ndr32), response_pdu(refusal, Ndr::Ndr64)];
    golden("dissect-fault.txt", &text(&bytes.concat(), None));
}

#[test]
fn what_is_wrong() {
    let v4 = message("kms-lab-v4", "request");
    let v6 = message("kms-lab-v6", "response");
    let whole = request_pdu(&request_stub(&v4, Ndr::Ndr32, LE), Flags::WHOLE, DataRep::LITTLE);
    let mut sizes = whole.clone();
    sizes[28] ^= 1;
    let mut no_frame = whole.clone();
    no_frame[8..10].copy_from_slice(&[9, 0]);
    let mut bent_pid = message("kms-lab-v4", "response");
    bent_pid[4] = 99;
    let mut ack = bind_ack();
    ack.truncate(70);
    ack[8] = 70;
    let mut surplus = bind_ack();
    surplus[24] = 14;
    let cases: [(&str, &[u8], Option<&str>); 13] = [
        ("nothing", &[], None),
        ("garbage", b"GET / HTTP/1.1\r\n", None),
        ("half a header", &whole[..11], None),
        ("a frame shorter than its header", &no_frame[..40], None),
        ("a PDU cut short", &whole[..60], None),
        ("a body that ends early", &ack, None),
        ("a body that ends before its PDU", &surplus, None),
        ("sizes that disagree", &sizes[..], None),
        ("a message of the wrong length", &v4[..200], None),
        ("an answer with an illegal PID", &bent_pid, None),
        ("a ragged last block", &v6[..v6.len() - 1], Some("kms-lab")),
        ("another realm", &v6, Some("elsewhere")),
        ("no realm", &v6, None),
    ];
    let texts = cases.map(|(name, bytes, realm)| format!("# {name}\n{}", text(bytes, realm)));
    golden("dissect-wrong.txt", &texts.join("\n"));
}

#[test]
fn messages_and_stubs_by_themselves() {
    for vector in ALL {
        for (part, what) in [("request", "KMS request"), ("response", "KMS")] {
            let bytes = message(vector.name, part);
            let listing = dissect(&bytes, Some(&vector.get("realm").parse().unwrap()));
            assert!(listing.is_whole(), "{}\n{listing}", vector.name);
            assert!(listing.lines[0].meaning.starts_with(what) || what == "KMS request");
            let machine = listing.lines.iter().any(|line| line.name == "machine_name");
            assert_eq!(machine, part == "request", "{} {part}\n{listing}", vector.name);
            let pid = listing.lines.iter().find(|line| line.name == "extended_pid");
            assert_eq!(pid.is_some(), part == "response", "{} {part}\n{listing}", vector.name);

            for ndr in [Ndr::Ndr32, Ndr::Ndr64] {
                let stub = request_stub(&bytes, ndr, LE);
                let listing = dissect(&stub, None);
                assert_eq!(listing.lines[0].name, "stub");
                let expected = format!("{ndr}, parameters");
                assert_eq!(listing.lines[0].meaning, expected, "{listing}");
            }
        }
    }
}

#[test]
fn which_proofs_hold() {
    let holds = |vector: &str, bytes: &[u8], field: &str| {
        let listing = dissect(bytes, Some(&vector.split("-v").next().unwrap().parse().unwrap()));
        let line = listing.lines.into_iter().find(|line| line.name == field).unwrap();
        line.meaning
    };
    for name in ["kms-lab-v5", "kms-lab-v6"] {
        assert_eq!(holds(name, &message(name, "response"), "hash"), "holds", "{name}");
    }
    let mut answer = message("kms-lab-v6", "response");
    assert_eq!(holds("kms-lab-v6", &answer, "hmac"), "holds");
    // One bit of the IV is one bit of the first block: of the version, which would be seen, or of
    // the PID, which is not.
    answer[4 + 8] ^= 1;
    assert_eq!(holds("kms-lab-v6", &answer, "hmac"), "does not hold");
    let mut answer = message("kms-lab-v4", "response");
    assert_eq!(holds("kms-lab-v4", &answer, "mac"), "holds: this realm's seal");
    answer[60] ^= 1;
    assert_eq!(holds("kms-lab-v4", &answer, "mac"), "not this realm's seal, or altered");
}

#[test]
fn a_stub_in_fragments_is_put_together() {
    let stub = request_stub(&message("kms-lab-v4", "request"), Ndr::Ndr32, LE);
    let (first, last) = stub.split_at(100);
    let bytes = [
        request_pdu(first, Flags::FIRST, DataRep::LITTLE),
        request_pdu(last, Flags::LAST, DataRep::LITTLE),
    ];
    let listing = dissect(&bytes.concat(), Some(&Realm::default()));
    assert!(listing.is_whole(), "{listing}");
    let mac = listing.lines.iter().find(|line| line.name == "mac").unwrap();
    assert_eq!((mac.offset, mac.meaning.as_str()), (8 + 236, "holds: this realm's seal"));

    let listing = dissect(&bytes[1], None);
    assert!(!listing.is_whole(), "{listing}");
}

#[test]
fn a_big_endian_client_reads_the_same() {
    let stub = request_stub(&message("kms-lab-v4", "request"), Ndr::Ndr32, Order::Big);
    let big = dissect(&request_pdu(&stub, Flags::WHOLE, DataRep::BIG), None);
    let stub = request_stub(&message("kms-lab-v4", "request"), Ndr::Ndr32, LE);
    let little = dissect(&request_pdu(&stub, Flags::WHOLE, DataRep::LITTLE), None);
    let meanings = |listing: &Listing| -> Vec<_> {
        let lines = listing.lines.iter().filter(|line| line.name != "packed_drep");
        lines.map(|line| (line.name, line.meaning.clone())).collect()
    };
    assert_eq!(meanings(&big), meanings(&little));
}

#[test]
fn a_verification_trailer_is_listed() {
    let message = message("kms-lab-v4", "request");
    let mut trailing = BytesMut::new();
    let (interface, transfer) = (SyntaxId::KMS, SyntaxId::NDR32);
    let commands = [
        Command { rules: 0, says: Says::Bitmask1(1) },
        Command { rules: 0, says: Says::Context { interface, transfer } },
    ];
    emit(&commands, 260, &mut Writer::new(&mut trailing, LE));
    let mut stub = BytesMut::new();
    let parameters = RequestStub { message: &message, trailing: &trailing };
    parameters.emit(Ndr::Ndr32, &mut Writer::new(&mut stub, LE));
    let listing = dissect(&request_pdu(&stub, Flags::WHOLE, DataRep::LITTLE), None);
    assert!(listing.is_whole(), "{listing}");
    let from = listing.lines.iter().position(|line| line.name == "trailing").unwrap();
    let lines = listing.lines[from..].to_vec();
    golden("dissect-trailer.txt", &Listing { lines }.to_string());
}

/// The fields of a listing, one after the other, are the bytes that were listed.
fn fields(lines: &[Line]) -> String {
    let mut next = 0;
    for line in lines.iter().filter(|line| !line.hex.is_empty()) {
        assert_eq!(line.offset, next, "{line:?}");
        assert_eq!(line.hex.len(), line.length * 2, "{line:?}");
        next += line.length;
    }
    lines.iter().map(|line| line.hex.as_str()).collect()
}

fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let request = |name: &str, ndr, order, rep| {
        request_pdu(&request_stub(&message(name, "request"), ndr, order), Flags::WHOLE, rep)
            .to_vec()
    };
    let answer = |name: &str, ndr| granted(&message(name, "response"), ndr).to_vec();
    prop_oneof![
        Just(request("kms-lab-v4", Ndr::Ndr32, LE, DataRep::LITTLE)),
        Just(request("kms-lab-v5", Ndr::Ndr32, Order::Big, DataRep::BIG)),
        Just(request("kms-lab-v6", Ndr::Ndr64, LE, DataRep::LITTLE)),
        Just(answer("kms-lab-v4", Ndr::Ndr32)),
        Just(answer("kms-lab-v6", Ndr::Ndr64)),
        Just(bind().to_vec()),
        Just(bind_ack().to_vec()),
        Just(fault().to_vec()),
        Just(message("kms-lab-v4", "response")),
        Just(message("other-v6", "request")),
        proptest::collection::vec(any::<u8>(), 0..400),
    ]
}

proptest! {
    #[test]
    fn every_byte_is_listed_once_in_its_place(
        frames in proptest::collection::vec(any_frame(), 1..3),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut: prop::sample::Index,
        cuts: bool,
    ) {
        let mut bytes = frames.concat();
        for (at, with) in changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] ^= with;
            }
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        let listing = dissect(&bytes, None);
        // A stub of several fragments is listed again as a whole.
        if !listing.lines.iter().any(|line| line.meaning == "a fragment") {
            prop_assert_eq!(fields(&listing.lines), Hex(&bytes).to_string(), "\n{}", listing);
        }
        let opened = dissect(&bytes, Some(&Realm::default()));
        prop_assert!(opened.lines.len() >= listing.lines.len());
        prop_assert!(!opened.to_string().is_empty());
    }
}
