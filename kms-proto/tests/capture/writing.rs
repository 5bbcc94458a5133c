//! What is written: valid TCP in a valid file.

use bytes::BytesMut;
use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use kms_proto::capture::block;
use kms_proto::capture::passed::Side;
use kms_proto::time::Moment;
use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{Block, PcapBlockOwned, PcapError, PcapNGReader};
use proptest::prelude::*;

use crate::{START, ends, read, tape};

/// What sides say: anything from nothing to more than a window.
fn said() -> impl Strategy<Value = Vec<(Side, Vec<u8>)>> {
    let side = prop_oneof![Just(Side::Client), Just(Side::Server)];
    let length = prop_oneof![8 => 0..3_000_usize, 1 => 60_000..140_000_usize];
    let bytes = (length, any::<u8>()).prop_map(|(length, first)| {
        (0..length).map(|n| u8::try_from((n + usize::from(first)) % 251).unwrap()).collect()
    });
    prop::collection::vec((side, bytes), 0..8)
}

/// Stamps and bytes of the packets another reader finds.
fn foreign(capture: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut reader = PcapNGReader::new(1 << 20, capture).unwrap();
    let mut packets = Vec::new();
    loop {
        match reader.next() {
            Ok((length, PcapBlockOwned::NG(block))) => {
                match block {
                    Block::EnhancedPacket(packet) => {
                        let stamp = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                        let there = usize::try_from(packet.caplen).unwrap();
                        packets.push((stamp, packet.data[..there].to_vec()));
                    }
                    Block::InterfaceDescription(interface) => {
                        assert_eq!((interface.if_tsresol, interface.linktype.0), (9, 101));
                    }
                    _ => {}
                }
                reader.consume(length);
            }
            Ok(_) => panic!("not pcapng"),
            Err(PcapError::Eof) => return packets,
            Err(PcapError::Incomplete(_)) => reader.refill().unwrap(),
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// The block that ends a capture in order is one both readers know; nothing less ends it.
#[test]
fn a_capture_that_was_ended_says_so_in_its_last_block() {
    let whole = tape(false, &[(Side::Client, vec![1, 2, 3])]);
    let mut end = BytesMut::new();
    block::end(Moment(START), &mut end);
    let ended = [&whole[..], &end].concat();
    assert_eq!(end.len(), block::END_LENGTH);
    assert_eq!(read(&ended, 7).unwrap(), read(&whole, 7).unwrap());
    let mut reader = PcapNGReader::new(1 << 16, &ended[..]).unwrap();
    let mut stamps = Vec::new();
    while let Ok((length, found)) = reader.next() {
        if let PcapBlockOwned::NG(Block::InterfaceStatistics(block)) = found {
            stamps.push((block.if_id, u64::from(block.ts_high) << 32 | u64::from(block.ts_low)));
        }
        reader.consume(length);
    }
    assert_eq!(stamps, [(0, u64::try_from(START).unwrap())]);

    assert!(block::is_ended(&ended) && block::is_ended(&end));
    assert!(!block::is_ended(&whole) && !block::is_ended(&[]) && !block::is_ended(&end[1..]));
    for place in (0..12).chain(20..end.len()) {
        let mut bent = end.clone();
        bent[place] ^= 1;
        assert!(!block::is_ended(&bent), "byte {place}");
    }
    assert!(!block::is_ended(&[&ended[..], &[0]].concat()));
}

proptest! {
    #[test]
    fn both_readers_find_the_same_packets_in_whatever_pieces(
        said in said(), six: bool, piece in 1..5_000_usize,
    ) {
        let capture = tape(six, &said);
        let ours = read(&capture, piece).unwrap();
        let theirs = foreign(&capture);
        prop_assert_eq!(ours.len(), theirs.len());
        for (ours, (stamp, bytes)) in ours.iter().zip(theirs) {
            prop_assert_eq!(ours.at, Some(Moment(i64::try_from(stamp).unwrap())));
            prop_assert_eq!(&ours.bytes, &bytes);
        }
    }

    #[test]
    fn every_packet_is_valid_tcp(said in said(), six: bool) {
        let capture = tape(six, &said);
        let packets = read(&capture, usize::MAX).unwrap();
        // By side: the next sequence number, and how far the other side has acknowledged.
        let mut next = [None, None];
        let mut heard = [Vec::new(), Vec::new()];
        for packet in &packets {
            let sliced = SlicedPacket::from_ip(&packet.bytes).unwrap();
            let Some(TransportSlice::Tcp(tcp)) = &sliced.transport else { panic!("{sliced:?}") };
            match sliced.net.as_ref().unwrap() {
                NetSlice::Ipv4(ip) => {
                    let header = ip.header().to_header();
                    prop_assert_eq!(header.calc_header_checksum(), header.header_checksum);
                    let sum = tcp.calc_checksum_ipv4(ip.header().source(), ip.header().destination()).unwrap();
                    prop_assert_eq!(sum, tcp.checksum());
                    prop_assert!(tcp.payload().len() <= 1460);
                }
                NetSlice::Ipv6(ip) => {
                    let sum = tcp.calc_checksum_ipv6(ip.header().source(), ip.header().destination()).unwrap();
                    prop_assert_eq!(sum, tcp.checksum());
                    prop_assert!(tcp.payload().len() <= 1440);
                }
                NetSlice::Arp(_) => panic!(),
            }
            let side = usize::from(tcp.source_port() == 1688);
            if let Some(next) = next[side] {
                prop_assert_eq!(tcp.sequence_number(), next);
            }
            let counted = u32::try_from(tcp.payload().len()).unwrap()
                + u32::from(tcp.syn()) + u32::from(tcp.fin());
            next[side] = Some(tcp.sequence_number().wrapping_add(counted));
            if tcp.ack() {
                prop_assert_eq!(Some(tcp.acknowledgment_number()), next[1 - side]);
            }
            heard[side].extend_from_slice(tcp.payload());
        }
        for (place, side) in [Side::Client, Side::Server].into_iter().enumerate() {
            let whole: Vec<u8> =
                said.iter().filter(|(who, _)| *who == side).flat_map(|(_, b)| b.clone()).collect();
            prop_assert!(heard[place] == whole);
        }
    }
}

#[test]
fn a_refusal_is_a_reset_that_acknowledges_the_opening() {
    use kms_proto::capture::conversation::Conversation;
    let mut told = Vec::new();
    Conversation::refused(ends(false), (7, 8), |packet| {
        let sliced = SlicedPacket::from_ip(packet).unwrap();
        let Some(TransportSlice::Tcp(tcp)) = sliced.transport else { panic!() };
        told.push((tcp.syn(), tcp.rst(), tcp.sequence_number(), tcp.acknowledgment_number()));
    });
    assert_eq!(told, [(true, false, 7, 0), (false, true, 0, 8)]);
}

#[test]
fn moments_before_1970_are_told_as_1970_and_the_same_words_make_the_same_bytes() {
    let mut out = BytesMut::new();
    block::begin("test", "", &mut out);
    block::packet(Moment(-1), b"x", &mut out);
    assert_eq!(read(&out, 7).unwrap()[0].at, Some(Moment(0)));
    let said = vec![(Side::Client, b"abc".to_vec())];
    assert_eq!(tape(false, &said), tape(false, &said));
    assert_eq!(read(&tape(false, &said), 1).unwrap()[3].at, Some(Moment(START + 1)));
}
