//! What only a pedantic host refuses, and that it does so of the same machine alone.

use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_sim::config::HostConfig;
use kms_sim::exchange::Exchange;
use kms_sim::host::Host;
use kms_sim::strictness::Strictness;

use crate::request::{NOON, request};
use crate::sealed::ask;

/// 100 ns ticks of a minute.
const MINUTE: u64 = 600_000_000;

fn host(strictness: Strictness) -> Host {
    Host::new(HostConfig { strictness, ..HostConfig::default() })
}

/// Asks with `request` under the IV of sixteen `salt`s at `now`.
fn with(host: &mut Host, request: &Request, salt: u8, now: FileTime) -> Exchange {
    let mut message = bytes::BytesMut::new();
    Seal::for_realm(&Realm::default()).seal_request(request, [salt; 16], &mut message);
    ask(host, &message, 1, now).0
}

/// What the host says of the second of two requests, where it refuses it.
fn second(
    strictness: Strictness,
    (first, salt): (&Request, u8),
    (then, other): (&Request, u8),
    minutes: u64,
) -> Option<String> {
    let mut host = host(strictness);
    assert!(with(&mut host, first, salt, NOON).result().is_ok());
    let exchange = with(&mut host, then, other, NOON.later(minutes * MINUTE));
    let code = exchange.why().map_or(HResult::OK, |_| HResult::INVALID_DATA);
    assert_eq!(exchange.result(), code);
    exchange.why().map(|why| why.to_string())
}

#[test]
fn each_rule_refuses_a_machine_s_second_request_and_tells_why() {
    let first = request(NOON);
    let later = request(NOON.later(120 * MINUTE));
    let other = Request { cmid: Uuid::from_u128(77), ..first };
    let pedantic = Strictness::Pedantic;
    for (then, salt, minutes, why) in [
        (&later, 2, 120, None),
        (&later, 1, 120, Some("the IV is that of a request of this machine before")),
        (
            &first,
            2,
            120,
            Some(
                "the client time 2026-01-01T12:00:00.0000000Z is that of this machine's request before",
            ),
        ),
        (&later, 2, 119, Some("1h59m after this machine's request before, not 2h")),
        (&later, 2, 0, Some("0 after this machine's request before, not 2h")),
        (&other, 1, 0, None),
    ] {
        let found = second(pedantic, (&first, 1), (then, salt), minutes);
        assert_eq!(found.as_deref(), why);
        for strictness in [Strictness::Lenient, Strictness::Strict] {
            assert_eq!(second(strictness, (&first, 1), (then, salt), minutes), None);
        }
    }
}

#[test]
fn a_tick_less_than_the_interval_is_too_soon() {
    for (ticks, granted) in [(120 * MINUTE - 1, false), (120 * MINUTE, true)] {
        let mut host = host(Strictness::Pedantic);
        with(&mut host, &request(NOON), 1, NOON);
        let exchange = with(&mut host, &request(NOON.later(1)), 2, NOON.later(ticks));
        assert_eq!(exchange.result().is_ok(), granted, "{ticks}");
    }
}

#[test]
fn version_4_has_no_iv_to_use_again() {
    let first = Request { version: Version::V4, ..request(NOON) };
    let later = Request { client_time: NOON.later(120 * MINUTE), ..first };
    assert_eq!(second(Strictness::Pedantic, (&first, 1), (&later, 1), 120), None);
}

#[test]
fn names_are_padded_with_nuls_alone() {
    let mut units = *MachineName::new("pc-7").unwrap().units();
    units[10] = 0x41;
    for units in [units, [0x41; 64]] {
        let asked = Request { machine_name: MachineName::from_units(units), ..request(NOON) };
        for strictness in [Strictness::Lenient, Strictness::Strict] {
            assert!(with(&mut host(strictness), &asked, 1, NOON).result().is_ok());
        }
        let exchange = with(&mut host(Strictness::Pedantic), &asked, 1, NOON);
        assert_eq!(exchange.result(), HResult::INVALID_DATA);
        let why = exchange.why().unwrap().to_string();
        assert_eq!(why, "the machine's name is not padded with NULs alone");
    }
}

#[test]
fn a_refused_request_is_remembered_a_restart_forgets_and_other_rules_come_first() {
    let mut host = host(Strictness::Pedantic);
    let wrong = request(FileTime(1));
    assert_eq!(with(&mut host, &wrong, 1, NOON).result(), HResult::INVALID_TIMESTAMP);
    assert_eq!(with(&mut host, &wrong, 1, NOON).result(), HResult::INVALID_TIMESTAMP);
    assert_eq!(with(&mut host, &request(NOON), 2, NOON).result(), HResult::INVALID_DATA);
    host.restart();
    assert!(with(&mut host, &request(NOON), 2, NOON).result().is_ok());
    host.configure(HostConfig::default());
    host.configure(HostConfig { strictness: Strictness::Pedantic, ..HostConfig::default() });
    assert!(with(&mut host, &request(NOON), 2, NOON).result().is_ok());
}
