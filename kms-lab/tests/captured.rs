//! What is told of a capture that somebody bent, and what is played of one: nothing is passed over in
//! silence, and success is said only of what was there.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

use std::io::{BufRead, BufReader, Cursor, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use fixtures::vectors::ALL;
use kms_lab::captured::calls::Teller;
use kms_lab::captured::record::{CaptureRecord, Record};
use kms_lab::captured::script::{Script, Scripts, Turn};
use kms_lab::captured::text::text;
use kms_lab::captured::walk::walk;
use kms_proto::capture::passed::Side::{Client, Server};
use kms_proto::capture::passed::{Passed, Side};
use kms_proto::capture::tape::Tape;
use kms_proto::draw::Draw;
use kms_proto::kms::realm::Realm;
use kms_proto::text::from_hex;
use kms_proto::time::Moment;
use serde_json::Value;

/// The message of a known answer of the seal, `request` or `response`.
fn message(version: &str, which: &str) -> Vec<u8> {
    let vector = ALL.iter().find(|vector| vector.name == format!("kms-lab-{version}")).unwrap();
    from_hex(vector.get(which)).unwrap()
}

/// A PDU of this type with this body.
fn pdu(kind: u8, call: u8, body: &[u8]) -> Vec<u8> {
    let [low, high] = u16::try_from(16 + body.len()).unwrap().to_le_bytes();
    let head = [5, 0, kind, 3, 16, 0, 0, 0, low, high, 0, 0, call, 0, 0, 0];
    [&head[..], body].concat()
}

fn words(words: &[usize]) -> Vec<u8> {
    words.iter().flat_map(|word| u32::try_from(*word).unwrap().to_le_bytes()).collect()
}

fn request(call: u8, message: &[u8]) -> Vec<u8> {
    let length = message.len();
    let stub = [&words(&[length, length])[..], message].concat();
    pdu(0, call, &[&words(&[stub.len(), 0])[..], &stub].concat())
}

/// An answer of success.
fn response(call: u8, message: &[u8]) -> Vec<u8> {
    let length = message.len();
    let mut stub = [&words(&[length, 0x2_0000, length])[..], message].concat();
    stub.resize(stub.len().next_multiple_of(4), 0);
    stub.extend(words(&[0]));
    pdu(2, call, &[&words(&[stub.len(), 0])[..], &stub].concat())
}

/// A capture of connections, each with what is said on it.
fn capture(connections: &[Vec<(Side, Vec<u8>)>]) -> Vec<u8> {
    let mut tape = Tape::new("test", "", &[], Draw::new(1));
    for (n, said) in connections.iter().enumerate() {
        let id = (0, u64::try_from(n).unwrap());
        let port = 50_000 + u16::try_from(n).unwrap();
        let ends = (([192, 0, 2, 1], port).into(), ([192, 0, 2, 2], 1688).into());
        tape.open(id, Moment(0), ends);
        for (side, bytes) in said {
            tape.pass(id, Moment(0), *side, Passed::Bytes(bytes));
        }
    }
    tape.take().to_vec()
}

/// The same without the packets that `side` says `bytes` in.
fn without(capture: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = capture;
    while let Some(length) = rest.get(4..8) {
        let length = usize::try_from(u32::from_le_bytes(length.try_into().unwrap())).unwrap();
        let (block, after) = rest.split_at(length);
        if !block.windows(bytes.len()).any(|window| window == bytes) {
            out.extend_from_slice(block);
        }
        rest = after;
    }
    out
}

fn told(capture: &[u8]) -> (Vec<Record>, CaptureRecord) {
    let mut teller = Teller::new(Some(&Realm::default()));
    let mut records = Vec::new();
    let walked = walk(&mut Cursor::new(capture), "test", &mut |event, names| {
        records.extend(teller.event(&event, names));
        Ok(())
    });
    let (left, sum) = teller.finish(&walked.unwrap());
    records.extend(left);
    (records, sum)
}

/// What is told of the calls of a capture, for people.
fn said(capture: &[u8]) -> (String, CaptureRecord) {
    let (records, sum) = told(capture);
    let calls = records.iter().filter(|record| matches!(record, Record::Call(_)));
    (calls.map(|record| text(record, true)).collect(), sum)
}

fn scripts(capture: &[u8]) -> Vec<Script> {
    let mut scripts = Scripts::default();
    walk(&mut Cursor::new(capture), "test", &mut |event, _| scripts.event(&event)).unwrap();
    scripts.finish()
}

#[test]
fn only_an_answer_that_a_client_takes_is_a_grant() {
    let call = |asked: &[u8], answered: &[u8]| {
        said(&capture(&[vec![(Client, request(2, asked)), (Server, response(2, answered))]]))
    };
    for version in ["v4", "v5", "v6"] {
        let (asked, answered) = (message(version, "request"), message(version, "response"));
        let (text, sum) = call(&asked, &answered);
        assert!(text.contains("granted, count 50"), "{text}");
        assert_eq!((sum.granted, sum.unusable), (1, 0));

        let mut bent = answered.clone();
        let last = bent.len() - 1;
        bent[last] ^= 1;
        let (text, sum) = call(&asked, &bent);
        assert!(!text.contains("granted") && text.contains("no client takes"), "{text}");
        assert_eq!((sum.granted, sum.unusable), (0, 1));

        let (text, sum) = call(&asked, &answered[..20]);
        assert!(!text.contains("granted") && text.contains("wrong form"), "{text}");
        assert_eq!((sum.granted, sum.unusable), (0, 1));
    }
    let (text, sum) = call(&message("v6", "request"), &message("v5", "response"));
    assert!(text.contains("no client takes") && text.contains("answer of version 5.0"), "{text}");
    assert_eq!((sum.granted, sum.unusable), (0, 1));
}

#[test]
fn a_request_that_makes_room_for_another_is_a_call_too() {
    let ask = message("v6", "request");
    let twice = vec![(Client, request(2, &ask)), (Client, request(2, &ask))];
    let (_, sum) = said(&capture(&[twice]));
    assert_eq!((sum.calls, sum.unanswered), (2, 2));
    let many = (0..=255).chain(0..=0).map(|call| (Client, request(call, &ask))).collect();
    let (_, sum) = said(&capture(&[many]));
    assert_eq!((sum.calls, sum.unanswered), (257, 257));
}

#[test]
fn calls_that_never_end_are_let_go_of_and_that_is_said() {
    // The first fragments of calls of which no more comes, a little under a mebibyte a connection.
    let fragment = |call: u8| {
        let mut bytes = pdu(0, call, &[words(&[60_000, 0]), vec![0x55; 60_000]].concat());
        bytes[3] = 1;
        (Client, bytes)
    };
    let connection: Vec<_> = (0..16).map(fragment).collect();
    let few = vec![connection.clone(); 4];
    assert!(told(&capture(&few)).1.is_whole());
    let many = vec![connection; 12];
    let sum = told(&capture(&many)).1;
    assert!(sum.given_up > 0 && !sum.is_whole(), "{sum:?}");
}

#[test]
fn packets_that_could_not_be_read_make_a_capture_not_whole() {
    let unread = |link: u32, packet: &[u8]| {
        let length = u32::try_from(packet.len()).unwrap();
        let mut out = Vec::new();
        for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, link, 0, 0, length, length] {
            out.extend(word.to_le_bytes());
        }
        out.extend(packet);
        told(&out).1
    };
    let ip = |fragment: u8, protocol: u8| {
        let mut out = vec![0x45, 0, 0, 40, 0, 0, fragment, 0, 64, protocol, 0, 0];
        out.extend([10, 0, 0, 1, 10, 0, 0, 2]);
        out.extend([0; 20]);
        out
    };
    assert!(!unread(105, &[0; 60]).is_whole(), "a link type that is not read");
    assert!(!unread(101, &ip(0x20, 6)).is_whole(), "a fragment");
    assert!(!unread(101, &[0x45, 0, 0]).is_whole(), "a header that is cut short");
    assert!(unread(101, &ip(0, 17)).is_whole(), "UDP");
    assert!(unread(101, &ip(0x20, 17)).is_whole(), "a fragment of UDP");
}

#[test]
fn a_capture_cut_in_its_header_says_of_which_kind_it_is() {
    let pcap = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0];
    let sum = told(&pcap).1;
    assert_eq!((sum.kind.as_str(), sum.is_whole()), ("pcap", false));
}

#[test]
fn an_answer_is_waited_for_only_once_its_request_is_sent() {
    let (ask, answer) = (message("v6", "request"), message("v6", "response"));
    let bind = pdu(11, 1, &[0; 20]);
    let ack = pdu(12, 1, &[0; 20]);
    let all = vec![
        (Client, bind.clone()),
        (Server, ack.clone()),
        (Client, request(2, &ask)),
        (Server, response(2, &answer)),
    ];
    let script = |turns: &[(Side, Vec<u8>)], lost: &[u8]| {
        let capture = capture(&[turns.to_vec()]);
        let found = scripts(&if lost.is_empty() { capture } else { without(&capture, lost) });
        let turns = found[0].turns.iter().map(|turn| match turn {
            Turn::Say(_) => 's',
            Turn::Hear(_) => 'h',
            Turn::HearEnd => 'e',
        });
        (turns.collect::<String>(), found[0].cut.is_some())
    };
    assert_eq!(script(&all, &[]), ("shsh".to_owned(), false));
    // Captured in another order than it was sent.
    let mut swapped = all.clone();
    swapped.swap(2, 3);
    assert_eq!(script(&swapped, &[]), ("shsh".to_owned(), false));
    // The request is not in the capture.
    assert_eq!(script(&all, &request(2, &ask)), ("sh".to_owned(), true));
    // The same, of a client that gives all its calls one number.
    let mut one = all.clone();
    one[2].1 = request(1, &ask);
    one[3].1 = response(1, &answer);
    assert_eq!(script(&one, &[]), ("shsh".to_owned(), false));
    assert_eq!(script(&one, &request(1, &ask)), ("sh".to_owned(), true));
    // A host that answers what nobody asked.
    let mut odd = all;
    odd[3].1 = response(9, &answer);
    assert_eq!(script(&odd, &[]), ("shsh".to_owned(), false));
}

/// Replays a capture through standard input against a host that answers with `answer`, once.
fn replayed(capture: &[u8], answer: &'static [u8], json: bool) -> (Output, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let host = std::thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        let mut first = [0; 16];
        std::io::Read::read_exact(&mut peer, &mut first).unwrap();
        peer.write_all(answer).unwrap();
        // All the client says, to its end.
        let _ = std::io::copy(&mut peer, &mut std::io::sink());
    });
    let mut child = Command::new(env!("CARGO_BIN_EXE_kmslab"))
        .args(["replay", "-", &address])
        .args(json.then_some("--json"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(capture).unwrap();
    let output = child.wait_with_output().unwrap();
    host.join().unwrap();
    let text = BufReader::new(&output.stdout[..]).lines().map(Result::unwrap);
    let text = text.collect::<Vec<_>>().join("\n");
    (output, text)
}

/// An acknowledgement of nothing.
const ACK: [u8; 16] = [5, 0, 12, 3, 16, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0];

#[test]
fn a_replay_that_compared_nothing_proves_nothing() {
    let one_sided = capture(&[vec![(Client, pdu(11, 1, &[0; 20]))]]);
    let (output, text) = replayed(&one_sided, &ACK, false);
    assert_eq!(output.status.code(), Some(7), "{text}");
    assert!(text.contains("1 answers") && text.contains("1 that nothing was captured"), "{text}");
}

#[test]
fn a_replay_that_stopped_half_way_fails_and_says_why() {
    let (bind, ask) = (pdu(11, 1, &[0; 20]), pdu(0, 2, &[0; 20]));
    let said = vec![(Client, bind), (Server, ACK.to_vec()), (Client, ask.clone())];
    let said = [said, vec![(Server, pdu(2, 2, &[0; 20]))]].concat();
    let whole = capture(std::slice::from_ref(&said));
    let cut = without(&whole, &ask);
    let (output, text) = replayed(&cut, &ACK, true);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert!(lines.iter().any(|line| line["cut"].is_string() && line["stream"] == 1), "{text}");
    assert_eq!(lines.last().unwrap()["cut"], 1);
    let (output, text) = replayed(&cut, &ACK, false);
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert!(text.contains("stream 1 goes no further"), "{text}");
}
