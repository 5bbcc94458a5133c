//! Every named check: one thing is bent, and that check is the one that fails.

use bytes::BytesMut;
use kms_proto::guid::Uuid;
use kms_proto::kms::check::{Answer, Asked, Check, verify_answer};
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::response::Response;
use kms_proto::kms::seal::bend::Bend;
use kms_proto::kms::seal::envelope::{Envelope, Salts};
use kms_proto::kms::seal::{Opened, Seal};
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use proptest::prelude::*;

use crate::strategies;

const VERSIONS: [Version; 3] = [Version::V4, Version::V5, Version::V6];
const LATER: [Version; 2] = [Version::V5, Version::V6];

/// One exchange, up to the answer.
struct Exchange {
    seal: Seal,
    asked: Asked,
    envelope: Envelope,
    response: Response,
    salts: Salts,
}

impl Exchange {
    fn new(version: Version) -> Self {
        Self::with(version, FileTime(134_117_178_000_000_000))
    }

    fn with(version: Version, client_time: FileTime) -> Self {
        let id = Uuid::from_u128;
        let request = Request {
            version,
            vm_info: 0,
            license_status: LicenseStatus::OOB_GRACE,
            binding_expiration: 43_200,
            application_id: id(1),
            activation_id: id(2),
            kms_counted_id: id(3),
            cmid: id(4),
            n_policy: 25,
            client_time,
            previous_cmid: Uuid::nil(),
            machine_name: MachineName::new("pc-7").expect("4 units"),
        };
        let response = Response {
            version,
            pid: Pid::new("00000-00000-000-000000-00-1033-00000.0000-0000000").expect("49 units"),
            cmid: request.cmid,
            client_time,
            count: 26,
            activation_interval: 120,
            renewal_interval: 10_080,
        };
        Self::of(request, response)
    }

    fn of(request: Request, response: Response) -> Self {
        let seal = Seal::for_realm(&Realm::default());
        let iv = [0x31; 16];
        let mut bytes = BytesMut::new();
        seal.seal_request(&request, iv, &mut bytes);
        let Opened::Lab { envelope, .. } = seal.open_request(&mut bytes) else {
            panic!("the request does not open")
        };
        let salts = Salts { random: [0x52; 16], iv: [0x54; 16] };
        Self { seal, asked: Asked { request, iv }, envelope, response, salts }
    }

    fn answer(&mut self, bend: Option<Bend>) -> BytesMut {
        let mut bytes = BytesMut::new();
        let (seal, envelope) = (&mut self.seal, &self.envelope);
        seal.seal_bent(&self.response, envelope, self.salts, [7; 8], bend, &mut bytes);
        bytes
    }

    fn verify(&mut self, bytes: &[u8]) -> Answer {
        verify_answer(&mut self.seal, &self.asked, bytes)
    }

    fn bent(version: Version, bend: Bend) -> Vec<Check> {
        let mut exchange = Self::new(version);
        let bytes = exchange.answer(Some(bend));
        checks(&exchange.verify(&bytes))
    }
}

fn checks(answer: &Answer) -> Vec<Check> {
    answer.failures.iter().map(|failure| failure.check).collect()
}

#[test]
fn a_good_answer_passes_every_check() {
    for version in VERSIONS {
        let mut exchange = Exchange::new(version);
        let bytes = exchange.answer(None);
        let answer = exchange.verify(&bytes);
        assert_eq!(answer.verified(), Ok(&exchange.response), "{version}");
    }
}

#[test]
fn one_bend_fails_one_check() {
    let other = Version { major: 9, minor: 0 };
    for (bend, versions, check) in [
        (Bend::Version(other), &VERSIONS[..], Check::Version),
        (Bend::Iv, &LATER, Check::IvRule),
        (Bend::InnerVersion(other), &LATER, Check::InnerVersion),
        (Bend::PidEnd, &VERSIONS, Check::Pid),
        (Bend::Surplus(1), &VERSIONS, Check::Size),
        (Bend::Surplus(16), &VERSIONS, Check::Size),
        (Bend::Mac, &[Version::V4], Check::Mac),
        (Bend::Hash, &LATER, Check::Hash),
        (Bend::RandomXoredIvs, &LATER, Check::Hash),
        (Bend::XoredIvs, &[Version::V6], Check::XoredIvs),
        (Bend::Hmac, &[Version::V6], Check::Hmac),
        (Bend::Padding, &LATER, Check::Padding),
    ] {
        for version in versions {
            assert_eq!(Exchange::bent(*version, bend), [check], "{version} {bend:?}");
        }
    }
}

#[test]
fn surplus_bytes_come_behind_the_answer() {
    for count in [1, 16, 255] {
        let mut exchange = Exchange::new(Version::V4);
        let plain = exchange.answer(None);
        let longer = exchange.answer(Some(Bend::Surplus(count)));
        assert_eq!(longer.len(), plain.len() + usize::from(count));
        assert_eq!(longer.get(..plain.len()), Some(&plain[..]));
    }
}

/// A size that is not legal moves every field after it, so more than one check fails; `pid` first.
#[test]
fn an_illegal_pid_size_fails_pid_first() {
    for version in VERSIONS {
        for size in [0, 1, 99, 130, u32::MAX] {
            let failed = Exchange::bent(version, Bend::PidSize(size));
            assert_eq!(failed.first(), Some(&Check::Pid), "{version} {size}: {failed:?}");
        }
        // Legal, and 128 bytes are there, but its last unit is not the NUL.
        let failed = Exchange::bent(version, Bend::PidSize(102));
        assert_eq!(failed.first(), Some(&Check::Pid), "{version}: {failed:?}");
    }
}

#[test]
fn a_field_that_is_not_echoed_fails_alone() {
    for version in VERSIONS {
        let mut exchange = Exchange::new(version);
        exchange.response.cmid = Uuid::from_u128(99);
        let bytes = exchange.answer(None);
        assert_eq!(checks(&exchange.verify(&bytes)), [Check::Cmid], "{version}");

        let mut exchange = Exchange::new(version);
        exchange.response.client_time.0 += 1;
        let bytes = exchange.answer(None);
        let answer = exchange.verify(&bytes);
        assert_eq!(checks(&answer), [Check::ClientTime], "{version}");
        let detail = "client_time: the answer echoes 2026-01-01T05:10:00.0000001Z, but \
                      2026-01-01T05:10:00.0000000Z was sent";
        assert_eq!(answer.failures[0].to_string(), detail);
        assert_eq!(answer.verified().unwrap_err().check, Check::ClientTime);
    }
}

#[test]
fn lengths_below_the_shortest_and_ragged_ones() {
    for (version, lengths) in [
        (Version::V4, &[0, 3, 4, 61][..]),
        (Version::V5, &[0, 3, 4, 19, 20, 35, 37, 51, 53]),
        (Version::V6, &[0, 3, 4, 19, 20, 35, 37, 51, 53]),
    ] {
        let mut exchange = Exchange::new(version);
        let bytes = exchange.answer(None);
        for length in lengths {
            let failed = checks(&exchange.verify(&bytes[..*length]));
            assert_eq!(failed, [Check::Length], "{version} {length}");
        }
        let shortest = if version == Version::V4 { 62 } else { 36 };
        let failed = checks(&exchange.verify(&bytes[..shortest]));
        assert!(!failed.is_empty() && !failed.contains(&Check::Length), "{version}: {failed:?}");
    }
}

#[test]
fn the_shortest_answer_there_is_verifies() {
    for version in VERSIONS {
        let mut exchange = Exchange::new(version);
        exchange.response.pid = Pid::new("").unwrap();
        let bytes = exchange.answer(None);
        assert_eq!(bytes.len(), [62, 116, 164][usize::from(version.major) - 4], "{version}");
        assert_eq!(exchange.verify(&bytes).verified(), Ok(&exchange.response));
    }
}

#[test]
fn a_version_4_answer_that_lost_its_end_fails_size() {
    let mut exchange = Exchange::new(Version::V4);
    let bytes = exchange.answer(None);
    for length in 62..bytes.len() {
        assert_eq!(checks(&exchange.verify(&bytes[..length]))[0], Check::Size, "{length}");
    }
}

#[test]
fn an_answer_in_another_version_is_told_to_be_that() {
    for asked in VERSIONS {
        for answered in VERSIONS.into_iter().filter(|version| *version != asked) {
            let bytes = Exchange::new(answered).answer(None);
            let answer = Exchange::new(asked).verify(&bytes);
            assert_eq!(checks(&answer)[0], Check::Version, "{answered} to {asked}");
        }
    }
}

#[test]
fn an_answer_of_another_realm_fails_all_that_needs_the_key() {
    for version in VERSIONS {
        let bytes = Exchange::new(version).answer(None);
        let mut exchange = Exchange::new(version);
        exchange.seal = Seal::for_realm(&"elsewhere".parse().unwrap());
        let failed = checks(&exchange.verify(&bytes));
        let first = if version == Version::V4 { Check::Mac } else { Check::Padding };
        assert_eq!(failed[0], first, "{version}: {failed:?}");
    }
}

#[test]
fn an_answer_to_another_request_fails_where_the_ivs_come_in() {
    for (version, first, all) in [
        (Version::V5, Check::IvRule, &[Check::IvRule, Check::Hash][..]),
        (Version::V6, Check::Hash, &[Check::Hash, Check::XoredIvs]),
    ] {
        let mut exchange = Exchange::new(version);
        let bytes = exchange.answer(None);
        exchange.asked.iv[5] ^= 1;
        let failed = checks(&exchange.verify(&bytes));
        assert_eq!((failed[0], &failed[..]), (first, all));
    }
}

/// The signer uses the slot of the echoed time, the verifier that one and its neighbours;
/// an echo from another slot fails `client_time`, and no more when it is the one signed for.
#[test]
fn every_client_time_has_a_slot() {
    const SLOT: u64 = 144_000_000_000;
    for ticks in [0, 1, SLOT - 1, SLOT, SLOT + 1, 134_117_178_000_000_000, u64::MAX - 1, u64::MAX] {
        let mut exchange = Exchange::with(Version::V6, FileTime(ticks));
        let bytes = exchange.answer(None);
        assert_eq!(exchange.verify(&bytes).verified(), Ok(&exchange.response), "{ticks}");
        exchange.response.client_time.0 ^= SLOT << 3;
        let bytes = exchange.answer(None);
        assert_eq!(checks(&exchange.verify(&bytes)), [Check::ClientTime], "{ticks}");
    }
}

#[test]
fn more_slots_than_are_kept_work_as_well() {
    let mut exchange = Exchange::new(Version::V6);
    for round in 0..3 {
        for slot in 0..40 {
            let other = Exchange::with(Version::V6, FileTime(slot * 144_000_000_000));
            (exchange.asked, exchange.response) = (other.asked, other.response);
            exchange.envelope = other.envelope;
            let bytes = exchange.answer(None);
            assert_eq!(checks(&exchange.verify(&bytes)), [], "{round} {slot}");
        }
    }
}

#[test]
fn names_are_those_of_the_wires_description_in_its_order() {
    let names: Vec<_> = Check::ALL.iter().map(ToString::to_string).collect();
    let expected = "call_id fault context stub hresult length version iv_rule padding \
                    inner_version pid size mac hash xored_ivs hmac cmid client_time";
    assert_eq!(names.join(" "), expected);
    assert!(Check::ALL.is_sorted());
}

proptest! {
    #[test]
    fn any_bytes_are_judged(
        version in strategies::version(),
        mut bytes in proptest::collection::vec(any::<u8>(), 0..700),
        headed: bool,
    ) {
        let mut exchange = Exchange::new(version);
        if headed && let Some(place) = bytes.first_chunk_mut::<4>() {
            *place = [0, 0, version.major.to_le_bytes()[0], 0];
        }
        let answer = exchange.verify(&bytes);
        prop_assert!(!answer.failures.is_empty());
        prop_assert!(checks(&answer).is_sorted());
    }

    #[test]
    fn an_altered_version_6_answer_never_verifies(
        (request, response) in strategies::exchange(),
        at: prop::sample::Index,
        with in 1..=u8::MAX,
    ) {
        let version = Version::V6;
        let request = Request { version, ..request };
        let mut exchange = Exchange::of(request, Response { version, ..response });
        let mut bytes = exchange.answer(None);
        let at = at.index(bytes.len());
        bytes[at] ^= with;
        let answer = exchange.verify(&bytes);
        prop_assert!(answer.verified().is_err(), "{:?}", at);
        prop_assert!(checks(&answer).is_sorted());
    }

    #[test]
    fn an_altered_version_4_answer_never_verifies(
        (request, response) in strategies::exchange(),
        at: prop::sample::Index,
        with in 1..=u8::MAX,
    ) {
        let version = Version::V4;
        let request = Request { version, ..request };
        let mut exchange = Exchange::of(request, Response { version, ..response });
        let mut bytes = exchange.answer(None);
        let at = at.index(bytes.len());
        bytes[at] ^= with;
        prop_assert!(exchange.verify(&bytes).verified().is_err());
    }
}
