//! Requests at which other hosts overflow, hang up or refuse for good: here they are data.

use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::time::window::Window;
use kms_sim::config::HostConfig;
use kms_sim::decision::Decision;
use kms_sim::exchange::Exchange;
use kms_sim::host::Host;

use crate::request::{NOON, WINDOWS, request};
use crate::sealed::{ask, sealed};

/// A host without a floor under its count.
fn fresh() -> Host {
    Host::new(HostConfig { count_floor: 0, ..HostConfig::default() })
}

/// What the host makes of one request, whichever it is.
fn asked(host: &mut Host, request: &Request) -> Exchange {
    let number = host.ledger().total;
    ask(host, &sealed(&Realm::default(), request), number, NOON).0
}

#[test]
fn an_n_policy_over_1000_is_refused_also_where_twice_of_it_would_overflow() {
    let mut host = fresh();
    for n_policy in [0, 1, 25, 1_000] {
        let exchange = asked(&mut host, &Request { n_policy, ..request(NOON) });
        assert_eq!((exchange.result(), exchange.counters.count), (HResult::OK, 1), "{n_policy}");
    }
    for n_policy in [1_001, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, u32::MAX] {
        let exchange = asked(&mut host, &Request { n_policy, ..request(NOON) });
        assert_eq!(exchange.result(), HResult::INVALID_DATA, "{n_policy}");
    }
}

#[test]
fn a_full_list_refuses_nobody() {
    let mut host = fresh();
    for (number, n_policy) in (1..=2_500).zip([25, 1_000].into_iter().cycle()) {
        let cmid = Uuid::from_u128(number);
        let exchange = asked(&mut host, &Request { cmid, n_policy, ..request(NOON) });
        assert_eq!(exchange.result(), HResult::OK, "machine {number}");
        // Twice the largest N so far: 50, then 2000.
        let listed = if number == 1 { 1 } else { u32::try_from(number.min(2_000)).unwrap() };
        assert_eq!(exchange.counters.count, listed, "machine {number}");
    }
    // One that left is a machine like any other.
    let cmid = Uuid::from_u128(1);
    assert_eq!(asked(&mut host, &Request { cmid, ..request(NOON) }).counters.count, 2_000);
}

#[test]
fn a_cmid_of_zeros_is_a_machine_like_any_other() {
    let mut host = fresh();
    let mut count = |cmid: u128| {
        let cmid = Uuid::from_u128(cmid);
        asked(&mut host, &Request { cmid, ..request(NOON) }).counters.count
    };
    assert_eq!([count(0), count(0), count(1), count(0), count(2)], [1, 1, 2, 2, 3]);
}

#[test]
fn virtual_machines_and_odd_values_of_their_field_count_alike() {
    let mut host = fresh();
    for (number, vm_info) in (1..).zip([0, 1, 2, u32::MAX]) {
        let cmid = Uuid::from_u128(number.into());
        let exchange = asked(&mut host, &Request { vm_info, cmid, ..request(NOON) });
        assert_eq!((exchange.result(), exchange.counters.count), (HResult::OK, number));
    }
}

#[test]
fn a_licence_status_nobody_names_is_counted_under_none_of_the_six() {
    let mut host = fresh();
    for status in [0, 5, 6, 7, 0x8000_0000, u32::MAX] {
        let license_status = LicenseStatus(status);
        let exchange = asked(&mut host, &Request { license_status, ..request(NOON) });
        assert_eq!(exchange.result(), HResult::OK, "{status}");
    }
    let ledger = host.ledger();
    assert_eq!((ledger.total, ledger.unlicensed, ledger.notification), (6, 1, 1));
    assert_eq!(ledger.other, 4);
}

#[test]
fn a_name_of_any_units_is_shown_and_granted() {
    let mut host = fresh();
    for units in [[0; 64], [0xd800; 64], [u16::from(b'x'); 64], [0xffff; 64]] {
        let machine_name = MachineName::from_units(units);
        let exchange = asked(&mut host, &Request { machine_name, ..request(NOON) });
        assert_eq!(exchange.result(), HResult::OK);
        assert_eq!(exchange.machine_name().unwrap().units(), &units);
        let shown = exchange.machine_name().unwrap().to_string();
        assert!(shown.chars().count() <= 64, "{shown:?}");
    }
    assert_eq!(host.events().fill().kept, 4);
}

#[test]
fn any_time_of_64_bits_is_judged_and_echoed() {
    let times = [0, 1, 1 << 62, i64::MAX.unsigned_abs(), 1 << 63, u64::MAX];
    for version in [Version::V4, Version::V5, Version::V6] {
        for client_time in times.map(FileTime) {
            let request = Request { version, client_time, ..request(NOON) };
            assert_eq!(asked(&mut fresh(), &request).result(), HResult::INVALID_TIMESTAMP);
            let config = HostConfig { window: Window::Off, ..HostConfig::default() };
            let exchange = asked(&mut Host::new(config), &request);
            assert_eq!(
                (exchange.result(), exchange.client_time()),
                (HResult::OK, Some(client_time))
            );
        }
    }
}

#[test]
fn only_the_counted_id_decides_which_product_is_served() {
    let served = kms_sim::config::Served::Only([Uuid::from_u128(3)].into());
    let mut host = Host::new(HostConfig { served, ..HostConfig::default() });
    let activation_id = Uuid::from_u128(99);
    let application_id = Uuid::from_u128(98);
    let other = Request { activation_id, application_id, ..request(NOON) };
    assert_eq!(asked(&mut host, &other).result(), HResult::OK);
    let kms_counted_id = Uuid::from_u128(4);
    let unknown = Request { kms_counted_id, ..request(NOON) };
    assert_eq!(asked(&mut host, &unknown).result(), HResult::ID_MISMATCH);
    // A host that was told nothing serves every product.
    assert_eq!(asked(&mut fresh(), &unknown).result(), HResult::OK);
}

#[test]
fn other_versions_and_lengths_are_malformed_and_told_so() {
    for version in [Version::V4, Version::V5, Version::V6] {
        let message = sealed(&Realm::default(), &Request { version, ..request(NOON) });
        for (major, minor) in [(0, 0), (3, 0), (7, 0), (0xffff, 0), (version.major, 1)] {
            let mut other = message.clone();
            other[..2].copy_from_slice(&u16::to_le_bytes(minor));
            other[2..4].copy_from_slice(&u16::to_le_bytes(major));
            malformed(&other);
        }
        for length in [0, 3, 4, 16, message.len() - 16, message.len() - 1] {
            malformed(&message[..length]);
        }
        for more in [1, 16, 40, 4_000] {
            malformed(&[&message[..], &vec![0; more]].concat());
        }
    }
}

fn malformed(message: &[u8]) {
    let mut host = fresh();
    let (exchange, reply) = ask(&mut host, message, 0, NOON);
    assert_eq!(exchange.result(), HResult::INVALID_DATA);
    assert_eq!((exchange.decision, reply.len()), (Decision::Malformed, 0));
    assert_eq!((host.ledger().total, host.ledger().malformed), (0, 1));
    assert_eq!(host.clients().count(WINDOWS, NOON), 0);
}

#[test]
fn an_inner_version_that_differs_from_the_outer_is_foreign() {
    let mut message = sealed(&Realm::default(), &request(NOON));
    // In CBC a byte turned in the IV is the same byte turned in the first block: the major version.
    message[4 + 2] ^= 1;
    let mut host = fresh();
    let (exchange, reply) = ask(&mut host, &message, 0, NOON);
    assert_eq!((exchange.decision, exchange.result()), (Decision::Foreign, HResult::INVALID_DATA));
    assert!(reply.is_empty());
}
