//! One packet in every link layer that is read, and what is said of the others.

use kms_proto::capture::link::{LinkType, Other, segment};
use kms_proto::capture::passed::Side;
use proptest::prelude::*;

use crate::{read, tape};

/// The first packet of a capture that carries bytes.
fn packet(six: bool) -> Vec<u8> {
    let capture = tape(six, &[(Side::Client, b"hello".to_vec())]);
    read(&capture, 4096).unwrap()[3].bytes.to_vec()
}

fn layers(six: bool) -> Vec<(LinkType, Vec<u8>)> {
    let kind: [u8; 2] = if six { [0x86, 0xdd] } else { [0x08, 0x00] };
    let macs = [2; 12];
    let behind = |head: &[u8]| [head, &packet(six)].concat();
    let vlan = |tags: &[u8]| behind(&[&macs[..], tags, &kind].concat());
    vec![
        (LinkType::RAW, packet(six)),
        (if six { LinkType::IPV6 } else { LinkType::IPV4 }, packet(six)),
        (LinkType::ETHERNET, vlan(&[])),
        (LinkType::ETHERNET, vlan(&[0x81, 0, 0, 5])),
        (LinkType::ETHERNET, vlan(&[0x88, 0xa8, 0, 9, 0x81, 0, 0, 5])),
        (LinkType::NULL, behind(&[if six { 30 } else { 2 }, 0, 0, 0])),
        (LinkType::NULL, behind(&[0, 0, 0, if six { 10 } else { 2 }])),
        (LinkType::LOOP, behind(&[0, 0, 0, if six { 24 } else { 2 }])),
        (LinkType::LINUX_SLL, behind(&[&[0; 14][..], &kind].concat())),
        (LinkType::LINUX_SLL2, behind(&[&kind[..], &[0; 18]].concat())),
    ]
}

#[test]
fn a_segment_is_found_in_every_layer() {
    for six in [false, true] {
        let (client, server) = crate::ends(six);
        for (link, bytes) in layers(six) {
            let found = segment(link, &bytes).unwrap_or_else(|other| panic!("{link}: {other}"));
            assert_eq!((found.from, found.to, found.bytes), (client, server, &b"hello"[..]));
            assert!(!found.syn && !found.fin && !found.rst && found.acknowledged.is_some());
        }
        // Ethernet pads short frames, and what is behind the packet is not the packet's.
        let padded = [&layers(six)[2].1[..], &[0; 9]].concat();
        assert_eq!(segment(LinkType::ETHERNET, &padded).unwrap().bytes, b"hello");
    }
}

#[test]
fn what_is_no_segment_is_named() {
    let said = |link, bytes: &[u8]| segment(link, bytes).unwrap_err();
    assert_eq!(said(LinkType(147), &packet(false)), Other::Link(LinkType(147)));
    assert_eq!(said(LinkType::RAW, &packet(false)[..12]), Other::Malformed);
    assert_eq!(said(LinkType::RAW, &packet(false)[..30]), Other::Malformed);
    assert_eq!(said(LinkType::RAW, &[]), Other::Malformed);
    let arp = [&[2; 12][..], &[8, 6], &[0, 1, 8, 0, 6, 4, 0, 1], &[0; 20]].concat();
    assert_eq!(said(LinkType::ETHERNET, &arp), Other::NotTcp);
    let mut udp = packet(false);
    udp[9] = 17;
    assert_eq!(said(LinkType::RAW, &udp), Other::NotTcp);
    let mut fragment = packet(false);
    fragment[6] = 0x20;
    assert_eq!(said(LinkType::RAW, &fragment), Other::Fragment);
    fragment[6..8].copy_from_slice(&[0, 4]);
    assert_eq!(said(LinkType::RAW, &fragment), Other::Fragment);
    let six = packet(true);
    let header = [&six[..6], &[44], &six[7..40], &[6, 0, 0, 1, 0, 0, 0, 9], &six[40..]].concat();
    assert_eq!(said(LinkType::RAW, &header), Other::Fragment);
}

proptest! {
    #[test]
    fn no_bytes_panic(
        link in prop_oneof![
            Just(0_u16), Just(1), Just(101), Just(108), Just(113), Just(228), Just(229), Just(276), any::<u16>(),
        ],
        place in 0..10_usize, six: bool, change in prop::collection::vec((0..90_usize, any::<u8>()), 0..6),
        cut in 0..120_usize, noise in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let _ = segment(LinkType(link), &noise);
        let (link, mut bytes) = layers(six)[place].clone();
        for (at, byte) in change {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        bytes.truncate(cut);
        let _ = segment(link, &bytes);
    }
}
