//! What a host answers, and what it remembers of it.

use kms_proto::guid::Uuid;
use kms_proto::kms::check::{Asked, verify_answer};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_sim::config::HostConfig;
use kms_sim::decision::Decision;
use kms_sim::host::Host;

use crate::request::{NOON, WINDOWS, request};
use crate::sealed::{IV, ask, sealed};

const VERSIONS: [Version; 3] = [Version::V4, Version::V5, Version::V6];
/// 4 h in ticks.
const WINDOW: u64 = 144_000_000_000;

fn of(version: Version, client_time: FileTime) -> Request {
    Request { version, ..request(client_time) }
}

#[test]
fn a_granted_request_is_answered_so_that_every_check_of_a_client_holds() {
    for version in VERSIONS {
        for client_time in [NOON, NOON.later(WINDOW), FileTime(NOON.0 - WINDOW)] {
            let mut host = Host::new(HostConfig::default());
            let asked = Asked { request: of(version, client_time), iv: IV };
            let message = sealed(&Realm::default(), &asked.request);
            let (exchange, reply) = ask(&mut host, &message, 1, NOON);

            let mut seal = Seal::for_realm(&Realm::default());
            let answer = verify_answer(&mut seal, &asked, &reply);
            let response = answer.verified().unwrap();
            assert_eq!(response.count, 25);
            assert_eq!((response.activation_interval, response.renewal_interval), (120, 10_080));
            assert_eq!(response.pid, host.config().pid);
            assert_eq!(exchange.decision, Decision::Granted);
            assert_eq!(exchange.result(), HResult::OK);
            assert_eq!(
                (exchange.bytes.received, exchange.bytes.answered),
                (message.len(), reply.len())
            );
        }
    }
}

#[test]
fn a_tick_beyond_the_window_is_refused_without_an_answer() {
    for version in VERSIONS {
        for (client_time, why) in [
            (NOON.later(WINDOW + 1), "skew +4h100ns exceeds 4h"),
            (FileTime(NOON.0 - WINDOW - 1), "skew -4h100ns exceeds 4h"),
            (FileTime(0), "skew -155228d12h exceeds 4h"),
            (FileTime(u64::MAX), "skew +21195169d17h36m10.9551615s exceeds 4h"),
        ] {
            let mut host = Host::new(HostConfig::default());
            let message = sealed(&Realm::default(), &of(version, client_time));
            let (exchange, reply) = ask(&mut host, &message, 1, NOON);
            assert!(reply.is_empty());
            assert_eq!(exchange.result(), HResult::INVALID_TIMESTAMP);
            assert_eq!(exchange.why().unwrap().to_string(), why);
            assert_eq!(
                exchange.skew().unwrap().ticks,
                exchange.client_time().unwrap().skew_from(NOON).ticks
            );
            assert_eq!((exchange.counters.total, exchange.counters.failed), (1, 1));
            assert_eq!(host.ledger().oob_grace, 1);
        }
    }
}

#[test]
fn equal_requests_get_different_answers_and_a_replay_gets_the_same() {
    for version in [Version::V5, Version::V6] {
        let message = sealed(&Realm::default(), &of(version, NOON));
        let mut host = Host::new(HostConfig::default());
        let first = ask(&mut host, &message, 1, NOON).1;
        let second = ask(&mut host, &message, 2, NOON).1;
        assert_ne!(first, second);
        // Version 5 answers under the request's IV, version 6 under one of its own.
        assert_eq!(first[4..20] == IV, version == Version::V5);
        assert_eq!(first[4..20] == second[4..20], version == Version::V5);

        let again = ask(&mut Host::new(HostConfig::default()), &message, 1, NOON).1;
        assert_eq!(first, again);
        let other_seed = HostConfig { seed: 1, ..HostConfig::default() };
        assert_ne!(first, ask(&mut Host::new(other_seed), &message, 1, NOON).1);
        let other_name = HostConfig { name: "kms02".to_owned(), ..HostConfig::default() };
        assert_ne!(first, ask(&mut Host::new(other_name), &message, 1, NOON).1);
    }
}

#[test]
fn what_is_no_request_is_counted_apart() {
    let mut host = Host::new(HostConfig::default());
    let mut wrong_version = sealed(&Realm::default(), &of(Version::V6, NOON));
    wrong_version[2] = 7;
    let good = sealed(&Realm::default(), &of(Version::V4, NOON));
    for message in [&[][..], &[0, 0, 6][..], &good[..251], &wrong_version] {
        let (exchange, reply) = ask(&mut host, message, 1, NOON);
        assert_eq!(exchange.decision, Decision::Malformed);
        assert_eq!(exchange.result(), HResult::INVALID_DATA);
        assert!(reply.is_empty() && exchange.request.is_none() && exchange.why().is_some());
    }
    assert_eq!((host.ledger().malformed, host.ledger().total), (4, 0));
    assert_eq!(host.events().fill().kept, 0);
}

#[test]
fn a_scripted_refusal_reaches_whoever_asks() {
    let scripted = "0xC004F06C".parse().ok();
    let mut host = Host::new(HostConfig { scripted, ..HostConfig::default() });
    for realm in ["kms-lab", "elsewhere"] {
        let message = sealed(&realm.parse().unwrap(), &of(Version::V6, NOON));
        let (exchange, reply) = ask(&mut host, &message, 1, NOON);
        assert_eq!(exchange.result(), HResult::INVALID_TIMESTAMP);
        assert!(reply.is_empty());
    }
    let (malformed, _) = ask(&mut host, b"GET / HTTP/1.1", 1, NOON);
    assert_eq!(malformed.result(), HResult::INVALID_DATA);
}

#[test]
fn the_count_is_the_list_or_the_floor_and_only_grants_enter_the_list() {
    let mut host = Host::new(HostConfig { count_floor: 0, ..HostConfig::default() });
    let mut counts = Vec::new();
    for (cmid, skew) in [(1, 0), (2, 0), (3, WINDOW + 1), (2, 0), (4, 0)] {
        let mut request = of(Version::V6, NOON.later(skew));
        request.cmid = Uuid::from_u128(cmid);
        let (exchange, _) = ask(&mut host, &sealed(&Realm::default(), &request), 1, NOON);
        counts.push(exchange.counters.count);
    }
    assert_eq!(counts, [1, 2, 2, 2, 3]);

    let foreign = sealed(&"elsewhere".parse().unwrap(), &of(Version::V4, NOON));
    assert_eq!(ask(&mut host, &foreign, 1, NOON).0.counters.count, 3);
    host.configure(HostConfig::default());
    assert_eq!(host.count(WINDOWS, NOON), 25);
    host.restart();
    assert_eq!(host.clients().count(WINDOWS, NOON), 0);
    assert_eq!(host.ledger().total, 6, "the counters outlive a restart");
}

#[test]
fn whether_a_refused_request_moves_its_status_counter_is_a_switch() {
    let mut message = of(Version::V6, NOON.later(WINDOW + 1));
    message.license_status = LicenseStatus::NOTIFICATION;
    let message = sealed(&Realm::default(), &message);
    for (refused_bump_status, by_status) in [(true, (1, 0)), (false, (0, 1))] {
        let mut host = Host::new(HostConfig { refused_bump_status, ..HostConfig::default() });
        ask(&mut host, &message, 1, NOON);
        assert_eq!((host.ledger().notification, host.ledger().other), by_status);
        assert_eq!((host.ledger().total, host.ledger().failed), (1, 1));
    }
}

#[test]
fn whether_a_refused_request_is_listed_is_a_switch_and_a_foreign_one_never_is() {
    let late = sealed(&Realm::default(), &of(Version::V6, NOON.later(WINDOW + 1)));
    let foreign = sealed(&"other".parse().unwrap(), &of(Version::V6, NOON));
    for (refused_listed, count) in [(false, 0), (true, 1)] {
        let config = HostConfig { refused_listed, count_floor: 0, ..HostConfig::default() };
        let mut host = Host::new(config);
        ask(&mut host, &foreign, 1, NOON);
        ask(&mut host, &late, 2, NOON);
        assert_eq!(host.snapshot(NOON).count, count);
    }
}

#[test]
fn another_realm_makes_lab_requests_foreign() {
    let mut host = Host::new(HostConfig::default());
    let message = sealed(&Realm::default(), &of(Version::V6, NOON));
    assert_eq!(ask(&mut host, &message, 1, NOON).0.decision, Decision::Granted);
    let realm = "other".parse().unwrap();
    host.configure(HostConfig { realm, ..HostConfig::default() });
    assert_eq!(ask(&mut host, &message, 1, NOON).0.decision, Decision::Foreign);
}
