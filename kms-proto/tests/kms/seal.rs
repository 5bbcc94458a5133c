//! What is sealed opens to itself, and to nobody else.

use bytes::BytesMut;
use kms_proto::kms::check::{Asked, verify_answer};
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::seal::envelope::Salts;
use kms_proto::kms::seal::{Opened, Seal};
use kms_proto::kms::version::Version;
use proptest::prelude::*;

use crate::strategies;

fn seal(realm: &str) -> Seal {
    Seal::for_realm(&realm.parse::<Realm>().expect("1 to 64 bytes"))
}

fn sealed(seal: &Seal, request: &Request, iv: [u8; 16]) -> BytesMut {
    let mut bytes = BytesMut::new();
    seal.seal_request(request, iv, &mut bytes);
    bytes
}

proptest! {
    #[test]
    fn a_request_opens_to_itself(request in strategies::request(), iv: [u8; 16]) {
        let seal = seal("kms-lab");
        let mut bytes = sealed(&seal, &request, iv);
        prop_assert_eq!(bytes.len(), if request.version == Version::V4 { 252 } else { 260 });
        match seal.open_request(&mut bytes) {
            Opened::Lab { request: opened, envelope } => {
                prop_assert_eq!(opened, request);
                prop_assert_eq!(envelope.version(), request.version);
                if request.version != Version::V4 {
                    prop_assert_eq!(envelope.iv(), iv);
                }
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn an_answer_verifies_and_gives_back_its_fields(
        (request, response) in strategies::exchange(),
        iv: [u8; 16],
        random: [u8; 16],
        response_iv: [u8; 16],
        hwid: [u8; 8],
    ) {
        prop_assume!(iv != response_iv);
        let mut seal = seal("kms-lab");
        let mut bytes = sealed(&seal, &request, iv);
        let Opened::Lab { envelope, .. } = seal.open_request(&mut bytes) else {
            return Err(TestCaseError::fail("the request does not open"));
        };
        let mut bytes = BytesMut::from(&b"before"[..]);
        let salts = Salts { random, iv: response_iv };
        seal.seal_response(&response, &envelope, salts, hwid, &mut bytes);
        let answer = verify_answer(&mut seal, &Asked { request, iv }, &bytes[6..]);
        prop_assert_eq!(answer.verified(), Ok(&response));
        prop_assert_eq!(answer.hwid, (request.version == Version::V6).then_some(hwid));
    }

    #[test]
    fn another_realms_request_is_foreign(request in strategies::request(), iv: [u8; 16]) {
        let mut bytes = sealed(&seal("here"), &request, iv);
        let readable = (request.version == Version::V4).then_some(request);
        let foreign = Opened::Foreign { version: request.version, readable };
        prop_assert_eq!(seal("there").open_request(&mut bytes), foreign);
    }

    #[test]
    fn one_turned_bit_of_a_version_4_request_is_never_taken(
        request in strategies::request(),
        bit in 0..252 * 8_usize,
    ) {
        let seal = seal("kms-lab");
        let request = Request { version: Version::V4, ..request };
        let mut bytes = sealed(&seal, &request, [0; 16]);
        bytes[bit / 8] ^= 1 << (bit % 8);
        let opened = seal.open_request(&mut bytes);
        prop_assert!(!matches!(opened, Opened::Lab { .. }), "{:?}", opened);
    }

    /// Versions 5 and 6 carry no integrity beyond padding and version: what opens has both.
    #[test]
    fn one_turned_bit_of_a_later_request_is_taken_only_with_its_version(
        request in strategies::request(),
        iv: [u8; 16],
        bit in 0..260 * 8_usize,
    ) {
        let seal = seal("kms-lab");
        let mut bytes = sealed(&seal, &Request { version: Version::V6, ..request }, iv);
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Opened::Lab { request, .. } = seal.open_request(&mut bytes) {
            prop_assert_eq!(request.version, Version::V6);
            prop_assert_eq!(&bytes[256..], &[4; 4]);
        }
    }

    #[test]
    fn any_bytes_are_told_apart(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..600),
        major in 0..8_u16,
        length in prop_oneof![Just(252_usize), Just(260), 0..600_usize],
    ) {
        bytes.resize(length, 0);
        if let Some(place) = bytes.first_chunk_mut::<4>() {
            *place = [0, 0, major.to_le_bytes()[0], 0];
        }
        let expected = match (major, length) {
            (4, 252) | (5 | 6, 260) => "foreign",
            _ => "malformed",
        };
        let found = match seal("kms-lab").open_request(&mut bytes) {
            Opened::Malformed(_) => "malformed",
            Opened::Foreign { .. } => "foreign",
            Opened::Lab { .. } => "lab",
        };
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn what_is_malformed_says_why() {
    let long = |version: [u8; 4], length: usize| {
        let mut bytes = version.to_vec();
        bytes.resize(length, 0);
        bytes
    };
    for (mut bytes, text) in [
        (vec![], "version_minor at offset 0: the bytes end early"),
        (vec![0, 0, 4], "version_major at offset 2: the bytes end early"),
        (long([0, 0, 3, 0], 252), "version_major at offset 2: the value 0x3 is not legal here"),
        (long([1, 0, 4, 0], 252), "version_minor at offset 0: the value 0x1 is not legal here"),
        (long([0, 0, 4, 0], 253), "message_length at offset 0: is 253, but must be 252"),
        (long([0, 0, 5, 0], 252), "message_length at offset 0: is 252, but must be 260"),
        (long([0, 0, 6, 0], 4), "message_length at offset 0: is 4, but must be 260"),
    ] {
        match seal("kms-lab").open_request(&mut bytes) {
            Opened::Malformed(error) => assert_eq!(error.to_string(), text),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_realm_is_its_bytes_and_its_seal_shows_no_key() {
    let seals = ["kms-lab", "kms-lab ", "Kms-lab", "kms-lab\u{301}", "é", "e\u{301}"].map(seal);
    let request = any_request();
    for (i, one) in seals.iter().enumerate() {
        for (k, other) in seals.iter().enumerate() {
            let opened = other.open_request(&mut sealed(one, &request, [0; 16]));
            assert_eq!(matches!(opened, Opened::Lab { .. }), i == k);
        }
        assert_eq!(format!("{one:?}"), "Seal { .. }");
    }
}

fn any_request() -> Request {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let request = strategies::request().new_tree(&mut runner).expect("no filter").current();
    Request { version: Version::V4, ..request }
}
