//! pcap and pcapng in both byte orders, with every clock; cut anywhere; and bytes that are neither.

use kms_proto::capture::link::LinkType;
use kms_proto::capture::passed::Side;
use kms_proto::capture::reader::{Kind, LONGEST, Reader};
use kms_proto::error::Reason;
use kms_proto::time::Moment;
use proptest::prelude::*;

use crate::{START, read, tape};

/// Integers in one order.
#[derive(Clone, Copy)]
struct Form {
    big: bool,
}

impl Form {
    fn u16(self, value: u16) -> [u8; 2] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn u32(self, value: u32) -> [u8; 4] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// The format of libpcap.
    fn pcap(self, nano: bool, link: u16, packets: &[(i64, Vec<u8>)]) -> Vec<u8> {
        let magic = if nano { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
        let mut out = [&self.u32(magic)[..], &self.u16(2), &self.u16(4), &[0; 8]].concat();
        out.extend([self.u32(65_535), self.u32(link.into())].concat());
        for (at, bytes) in packets {
            let unit = if nano { 1 } else { 1000 };
            let length = u32::try_from(bytes.len()).unwrap();
            let fraction = u32::try_from(at % 1_000_000_000 / unit).unwrap();
            let seconds = u32::try_from(at / 1_000_000_000).unwrap();
            for word in [seconds, fraction, length, length] {
                out.extend(self.u32(word));
            }
            out.extend_from_slice(bytes);
        }
        out
    }

    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let pad = vec![0; body.len().next_multiple_of(4) - body.len()];
        let length = self.u32(u32::try_from(12 + body.len() + pad.len()).unwrap());
        [&self.u32(kind)[..], &length, body, &pad, &length].concat()
    }

    fn section(self) -> Vec<u8> {
        let body = [&self.u32(0x1a2b_3c4d)[..], &self.u16(1), &self.u16(0), &[0xff; 8]].concat();
        self.block(0x0a0d_0d0a, &body)
    }

    /// An interface with these options, each a code and its bytes.
    fn interface(self, link: u16, options: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let mut body = [&self.u16(link)[..], &self.u16(0), &self.u32(0)].concat();
        for (code, value) in options {
            body.extend(self.u16(*code));
            body.extend(self.u16(u16::try_from(value.len()).unwrap()));
            body.extend(value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        self.block(1, &body)
    }

    fn packet(self, interface: u32, stamp: u64, bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap();
        let (high, low) =
            (u32::try_from(stamp >> 32).unwrap(), u32::try_from(stamp & 0xffff_ffff).unwrap());
        let words = [interface, high, low, length, length].map(|word| self.u32(word)).concat();
        self.block(6, &[words, bytes.to_vec()].concat())
    }

    /// The block format, one interface with these options.
    fn pcapng(self, link: u16, packets: &[(i64, Vec<u8>)]) -> Vec<u8> {
        let mut out = [self.section(), self.interface(link, &[(9, vec![9])])].concat();
        for (at, bytes) in packets {
            out.extend(self.packet(0, u64::try_from(*at).unwrap(), bytes));
        }
        out
    }
}

const FORMS: [Form; 2] = [Form { big: false }, Form { big: true }];

#[test]
fn every_container_gives_the_same_packets() {
    let said = [(START, b"one".to_vec()), (START + 1_999_999_000, vec![7; 1500])];
    for form in FORMS {
        let forms =
            [form.pcap(true, 101, &said), form.pcap(false, 101, &said), form.pcapng(101, &said)];
        for capture in forms {
            let packets = read(&capture, 5).unwrap();
            let found: Vec<_> =
                packets.iter().map(|p| (p.at.unwrap().0, p.bytes.to_vec(), p.link)).collect();
            let expected: Vec<_> =
                said.iter().map(|(at, b)| (*at, b.clone(), LinkType::RAW)).collect();
            assert_eq!(found, expected);
        }
    }
}

#[test]
fn sections_interfaces_and_their_clocks_are_kept_apart() {
    let [little, big] = FORMS;
    let capture = [
        little.section(),
        little.interface(101, &[]),
        // Units of 2⁻¹⁰ s, an hour later.
        little.interface(1, &[(9, vec![0x8a]), (14, 3600_u64.to_le_bytes().to_vec())]),
        little.packet(0, 1_500_000, b"micro"),
        little.packet(1, 512, b"binary"),
        // A block of a type nobody knows, and the packet block of old.
        little.block(0x8000_0bad, &[1, 2, 3]),
        little.block(2, &[&[0; 12][..], &[5, 0, 0, 0, 5, 0, 0, 0], b"older"].concat()),
        little.block(3, &[&[6, 0, 0, 0][..], b"simple"].concat()),
        big.section(),
        big.interface(113, &[(9, vec![3])]),
        big.packet(0, 7, b"milli"),
    ]
    .concat();
    let packets = read(&capture, 3).unwrap();
    let told: Vec<_> =
        packets.iter().map(|p| (p.at.map(|at| at.0), p.link.0, p.bytes.to_vec())).collect();
    assert_eq!(
        told,
        [
            (Some(1_500_000_000), 101, b"micro".to_vec()),
            (Some(3_600_500_000_000), 1, b"binary".to_vec()),
            (Some(0), 101, b"older".to_vec()),
            (None, 101, b"simple".to_vec()),
            (Some(7_000_000), 113, b"milli".to_vec()),
        ]
    );
}

#[test]
fn what_is_wrong_is_named_and_what_was_before_it_is_given() {
    let [little, _] = FORMS;
    let wrong = |capture: &[u8]| {
        let (packets, error) = read(capture, 4096).unwrap_err();
        (packets.len(), error.field, error.offset)
    };
    let good = little.pcapng(101, &[(START, b"x".to_vec())]);
    assert_eq!(wrong(b"GET / HTTP/1.1"), (0, "magic_number", 0));
    assert_eq!(wrong(&[]), (0, "block", 0));
    assert_eq!(
        wrong(&[&good[..], &little.packet(1, 0, b"")].concat()),
        (1, "interface_id", good.len() + 8)
    );
    let mut long = little.block(6, &[0; 20]);
    long[4..8].copy_from_slice(&u32::try_from(LONGEST + 4).unwrap().to_le_bytes());
    assert_eq!(wrong(&[&good[..], &long].concat()), (1, "block_length", good.len() + 4));
    let mut twice = little.block(6, &[0; 20]);
    let end = twice.len() - 4;
    twice[end] = 1;
    assert_eq!(wrong(&[&good[..], &twice].concat()), (1, "block_length", good.len() + end));
    let mut lies = little.packet(0, 0, b"abcd");
    lies[20] = 200;
    assert_eq!(wrong(&[&good[..], &lies].concat()), (1, "packet", good.len() + 28));
    let mut pcap = little.pcap(true, 1, &[(0, vec![0; 4])]);
    pcap[24 + 8 + 3] = 1;
    assert_eq!(wrong(&pcap), (0, "captured_length", 24 + 8));
}

#[test]
fn a_capture_cut_at_any_byte_gives_what_is_whole_and_says_that_it_ends_early() {
    let said = [(Side::Client, b"hello".to_vec()), (Side::Server, b"there".to_vec())];
    let block = tape(false, &said);
    let whole = read(&block, usize::MAX).unwrap();
    let packets: Vec<_> = whole.iter().map(|p| (p.at.unwrap().0, p.bytes.to_vec())).collect();
    for capture in [block, Form { big: true }.pcap(true, 101, &packets)] {
        let mut most = 0;
        for end in 0..capture.len() {
            let found = match read(&capture[..end], 64) {
                Ok(found) => found,
                Err((found, error)) => {
                    assert_eq!(error.reason, Reason::Truncated, "{end}");
                    found
                }
            };
            assert!(found.len() >= most && found.len() < whole.len());
            most = found.len();
            assert!(found.iter().zip(&whole).all(|(a, b)| a.bytes == b.bytes));
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_neither_panic_nor_go_on_after_an_error(
        kind in 0..5_usize, bytes in prop::collection::vec(any::<u8>(), 0..2_000), piece in 1..300_usize,
    ) {
        let [little, big] = FORMS;
        let front = [
            Vec::new(),
            little.pcap(false, 1, &[]),
            big.pcap(true, 101, &[]),
            little.pcapng(101, &[]),
            big.pcapng(1, &[]),
        ];
        let capture = [&front[kind][..], &bytes].concat();
        let mut reader = Reader::new();
        for piece in capture.chunks(piece) {
            reader.push(piece);
            while let Ok(Some(_)) = reader.poll() {}
        }
        if let Err(error) = reader.poll() {
            prop_assert!(error.offset <= capture.len());
            reader.push(&capture);
            prop_assert_eq!(reader.poll(), Err(error));
            prop_assert_eq!(reader.end(), Err(error));
        }
    }
}

#[test]
fn kinds_are_told_by_four_bytes() {
    for form in FORMS {
        for nano in [false, true] {
            assert_eq!(Kind::of(&form.pcap(nano, 1, &[])[..4]), Some(Kind::Pcap));
        }
        assert_eq!(Kind::of(&form.section()[..4]), Some(Kind::Pcapng));
    }
    assert_eq!(Kind::of(&[5, 0, 11, 3]), None);
    assert_eq!(Kind::of(&[5]), None);
    assert_eq!(Moment(0).filetime().to_string(), "1970-01-01T00:00:00.0000000Z");
}
