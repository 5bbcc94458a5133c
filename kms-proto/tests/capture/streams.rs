//! Streams: out of order, twice, overlapping, with bytes missing; and which of them are KMS.

use bytes::BytesMut;
use kms_proto::capture::assembler::{Assembler, MOST_WAITING};
use kms_proto::capture::follow::{Event, Follower};
use kms_proto::capture::found::Found;
use kms_proto::capture::passed::Side;
use kms_proto::capture::reader::Packet;
use kms_proto::capture::stream::What;
use kms_proto::rpc::bind::{Bind, ContextElement};
use kms_proto::rpc::header::{DataRep, Flags};
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::syntax::SyntaxId;
use proptest::prelude::*;

use crate::{read, tape};

/// A stream of 251-byte waves, so that no two places of it look alike nearby.
fn wave(length: usize) -> Vec<u8> {
    (0..length).map(|n| u8::try_from(n * 7 % 251).unwrap()).collect()
}

/// What an assembler makes of segments given as places in `whole`.
fn assembled(first: u32, whole: &[u8], segments: &[(usize, usize)], begin: bool) -> (Vec<u8>, u64) {
    let mut assembler = Assembler::default();
    if begin {
        assembler.begin(first);
    }
    let (mut out, mut missing) = (Vec::new(), 0);
    let mut take = |piece: kms_proto::capture::assembler::Piece| {
        missing += piece.missing;
        out.extend_from_slice(&piece.bytes);
    };
    for (start, end) in segments {
        let sequence = first.wrapping_add(u32::try_from(*start).unwrap());
        assembler.segment(sequence, (None, 1), &whole[*start..*end], &mut take);
    }
    assembler.finish(&mut take);
    assert_eq!(assembler.held(), 0);
    (out, missing)
}

/// A stream's length, its segments in some order and some of them again, and the first number.
fn shuffled() -> impl Strategy<Value = (usize, Vec<(usize, usize)>, u32)> {
    (1..3_000_usize).prop_flat_map(|length| {
        let cuts = prop::collection::btree_set(1..length.max(2), 0..12);
        let more = prop::collection::vec((0..length, 0..length), 0..6);
        (Just(length), cuts, more, any::<u32>()).prop_flat_map(|(length, cuts, more, first)| {
            let cuts: Vec<usize> =
                [0].into_iter().chain(cuts.into_iter().filter(|cut| *cut < length)).collect();
            let ends = cuts.iter().skip(1).copied().chain([length]);
            let mut segments: Vec<_> = cuts.iter().copied().zip(ends).collect();
            segments.extend(more.iter().map(|(a, b)| (*a.min(b), *a.max(b))));
            (Just(length), Just(segments).prop_shuffle(), Just(first))
        })
    })
}

proptest! {
    #[test]
    fn segments_in_any_order_make_the_stream((length, segments, first) in shuffled()) {
        let whole = wave(length);
        let (out, missing) = assembled(first, &whole, &segments, true);
        prop_assert_eq!(missing, 0);
        prop_assert!(out == whole);
    }

    #[test]
    fn what_is_missing_is_counted_and_the_rest_is_given(
        (length, segments, first) in shuffled(), keep in prop::collection::vec(any::<bool>(), 20),
    ) {
        let whole = wave(length);
        let kept: Vec<_> = segments.iter().zip(keep).filter(|(_, keep)| *keep).map(|(s, _)| *s).collect();
        let covered = |at: usize| kept.iter().any(|(start, end)| (*start..*end).contains(&at));
        let last = (0..length).rev().find(|at| covered(*at)).map_or(0, |at| at + 1);
        let expected: Vec<u8> = (0..last).filter(|at| covered(*at)).map(|at| whole[at]).collect();
        let (out, missing) = assembled(first, &whole, &kept, true);
        prop_assert!(out == expected);
        prop_assert_eq!(missing, u64::try_from(last - expected.len()).unwrap());
    }
}

#[test]
fn an_acknowledgement_says_at_once_that_bytes_are_missing() {
    let (mut assembler, mut told) = (Assembler::default(), Vec::new());
    assembler.begin(u32::MAX - 1);
    assembler.segment(3, (None, 1), b"later", |piece| told.push((piece.missing, piece.bytes)));
    assert!(told.is_empty());
    assembler.acknowledged(2, (None, 1), |piece| told.push((piece.missing, piece.bytes)));
    assert!(told.is_empty(), "what is not acknowledged may yet come");
    assembler.acknowledged(8, (None, 1), |piece| told.push((piece.missing, piece.bytes)));
    assert_eq!(told, [(5, bytes::Bytes::from_static(b"later"))]);
}

#[test]
fn bytes_missing_at_the_end_are_told_where_it_or_an_acknowledgement_is_known() {
    let missing = |told: fn(&mut Assembler)| {
        let (mut assembler, mut missing) = (Assembler::default(), Vec::new());
        assembler.segment(10, (None, 1), b"first", |_| ());
        told(&mut assembler);
        assembler.finish(|piece| missing.push((piece.missing, piece.packet)));
        missing
    };
    assert_eq!(missing(|_| ()), []);
    assert_eq!(missing(|assembler| assembler.ends(15, (None, 2))), []);
    assert_eq!(missing(|assembler| assembler.ends(18, (None, 2))), [(3, 2)]);
    assert_eq!(missing(|assembler| assembler.acknowledged(15, (None, 3), |_| ())), []);
    // It may be an end that nobody captured.
    assert_eq!(missing(|assembler| assembler.acknowledged(16, (None, 3), |_| ())), []);
    assert_eq!(missing(|assembler| assembler.acknowledged(18, (None, 3), |_| ())), [(3, 3)]);
}

#[test]
fn what_waits_is_bounded() {
    let (mut assembler, mut missing) = (Assembler::default(), 0);
    assembler.begin(0);
    let bytes = wave(1000);
    for n in 1..2_000_u32 {
        assembler.segment(n * 1001, (None, 1), &bytes, |piece| missing += piece.missing);
        assert!(assembler.held() <= MOST_WAITING);
    }
    assert!(missing > 1000);
}

/// A bind of this interface.
fn bind(interface: SyntaxId) -> Vec<u8> {
    let element =
        ContextElement { abstract_syntax: interface, ..ContextElement::kms(0, SyntaxId::NDR32) };
    let mut contexts = List8::new();
    contexts.push(element).unwrap();
    let body = Bind { max_xmit_frag: 5840, max_recv_frag: 5840, assoc_group_id: 0, contexts };
    let pdu = Pdu {
        minor: 0,
        flags: Flags::WHOLE,
        data_rep: DataRep::LITTLE,
        call_id: 2,
        body: Body::Bind(body),
        auth: None,
    };
    BytesMut::from(&pdu.to_bytes()[..]).to_vec()
}

/// What is told of these packets, and who followed them to their end.
pub(crate) fn events(packets: &[Packet]) -> (Vec<Event>, Follower) {
    let (mut follower, mut events) = (Follower::new(), Vec::new());
    for packet in packets {
        follower.packet(packet);
        events.extend(std::iter::from_fn(|| follower.poll()));
    }
    follower.finish();
    events.extend(std::iter::from_fn(|| follower.poll()));
    (events, follower)
}

/// The packets of a conversation on another port than KMS's.
fn elsewhere(said: &[(Side, Vec<u8>)]) -> Vec<Packet> {
    use kms_proto::capture::passed::Passed;
    use kms_proto::capture::tape::Tape;
    use kms_proto::time::Moment;
    let mut tape = Tape::new("test", "", &[], kms_proto::draw::Draw::new(1));
    let ends = ("192.0.2.1:50000".parse().unwrap(), "192.0.2.2:49666".parse().unwrap());
    tape.open((0, 1), Moment(0), ends);
    for (side, bytes) in said {
        tape.pass((0, 1), Moment(0), *side, Passed::Bytes(bytes));
    }
    read(&tape.take(), 4096).unwrap()
}

#[test]
fn kms_is_found_by_its_bind_or_its_port_and_nothing_else_is() {
    let found = |packets: &[Packet]| {
        let (events, follower) = events(packets);
        let found = events.iter().find_map(|event| match event.what {
            What::Found(found) => Some(found),
            _ => None,
        });
        (found, follower.tally().streams, follower.tally().others)
    };
    let epm = SyntaxId { uuid: uuid(8), ..SyntaxId::KMS };
    assert_eq!(
        found(&elsewhere(&[(Side::Client, bind(SyntaxId::KMS))])),
        (Some(Found::Interface), 1, 0)
    );
    assert_eq!(found(&elsewhere(&[(Side::Client, bind(epm))])), (None, 0, 1));
    let late = [(Side::Client, bind(epm)), (Side::Client, bind(SyntaxId::KMS))];
    assert_eq!(found(&elsewhere(&late)), (Some(Found::Interface), 1, 0));
    assert_eq!(found(&elsewhere(&[(Side::Client, b"GET / HTTP/1.1".to_vec())])), (None, 0, 1));
    let by_port = read(&tape(false, &[(Side::Client, b"GET / HTTP/1.1".to_vec())]), 4096).unwrap();
    assert_eq!(found(&by_port), (Some(Found::Port), 1, 0));
}

fn uuid(digit: u8) -> kms_proto::guid::Uuid {
    kms_proto::guid::Uuid::from_bytes([digit; 16])
}

#[test]
fn pdus_come_out_whole_whatever_segments_they_came_in() {
    let bytes = [bind(SyntaxId::KMS), bind(SyntaxId::KMS)].concat();
    for cut in 1..bytes.len() {
        let said = [(Side::Client, bytes[..cut].to_vec()), (Side::Client, bytes[cut..].to_vec())];
        let (events, _) = events(&elsewhere(&said));
        let pdus: Vec<_> = events
            .iter()
            .filter_map(|event| match &event.what {
                What::Framed(framed) => Some((framed.whole, framed.bytes.len())),
                _ => None,
            })
            .collect();
        assert_eq!(pdus, [(true, bytes.len() / 2); 2], "cut at {cut}");
    }
}

#[test]
fn a_packet_left_out_is_a_gap_and_what_follows_is_read() {
    let pdu = bind(SyntaxId::KMS);
    let said = vec![(Side::Client, pdu.clone()); 4];
    let mut packets = read(&tape(false, &said), 4096).unwrap();
    // Three packets open it; each PDU and its acknowledgement follow.
    packets.remove(3 + 2);
    let (events, _) = events(&packets);
    let told: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.what {
            What::Framed(framed) => Some(format!("pdu {}", framed.whole)),
            What::Missing(bytes) => Some(format!("missing {bytes}")),
            _ => None,
        })
        .collect();
    let missing = format!("missing {}", pdu.len());
    assert_eq!(told, ["pdu true", &missing, "pdu true", "pdu true"]);
}
