//! No configuration grants a foreign request: every switch is tried.

use std::collections::BTreeSet;

use kms_proto::guid::Uuid;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::{Compare, Window};
use kms_proto::windows::profile::Profile;
use kms_sim::config::{HostConfig, Priority, Served};
use kms_sim::decision::Decision;
use kms_sim::host::Host;
use kms_sim::refusal::Refusal;
use kms_sim::strictness::Strictness;
use proptest::prelude::*;

use crate::request::{NOON, request};
use crate::sealed::{ask, sealed};

fn realm() -> impl Strategy<Value = Realm> {
    prop_oneof![Just("kms-lab".to_owned()), "[a-zA-Z0-9 é-]{1,16}"]
        .prop_map(|name| name.parse().unwrap())
}

fn refusal() -> impl Strategy<Value = Refusal> {
    any::<core::num::NonZeroU32>().prop_map(Refusal)
}

fn window() -> impl Strategy<Value = Window> {
    let length = || prop_oneof![Just(0), 0..=i64::MAX].prop_map(Nanos);
    prop_oneof![
        Just(Window::Off),
        (length(), length()).prop_map(|(behind, ahead)| Window::Within { behind, ahead }),
    ]
}

fn served() -> impl Strategy<Value = Served> {
    let id = prop_oneof![Just(3_u128), any::<u128>()].prop_map(Uuid::from_u128);
    prop_oneof![
        Just(Served::All),
        prop::collection::btree_set(id, 0..3).prop_map(|ids: BTreeSet<_>| Served::Only(ids)),
    ]
}

prop_compose! {
    /// Any configuration there is.
    fn config()(
        (realm, seed, window, served) in (realm(), any::<u64>(), window(), served()),
        switches in prop::array::uniform8(any::<bool>()),
        strictness in prop::sample::select(vec![
            Strictness::Lenient, Strictness::Strict, Strictness::Pedantic,
        ]),
        (scripted, foreign) in (prop::option::of(refusal()), refusal()),
        (n_policy_limit, count_floor, event_capacity) in
            (any::<Option<u32>>(), any::<u32>(), 0_usize..4),
        (activation_interval, renewal_interval, hwid, port) in
            (any::<u32>(), any::<u32>(), any::<[u8; 8]>(), any::<u16>()),
    ) -> HostConfig {
        let [enabled, activated, refused_bump_status, dns_publishing, virtual_unsupported, refused_listed, product_first, first] =
            switches;
        let profile = if first { Profile::Windows7 } else { Profile::Windows8 };
        HostConfig {
            name: "host".to_owned(),
            compare: if first { Compare::Filetime } else { Compare::Seconds },
            priority: if first { Priority::Normal } else { Priority::Low },
            profile,
            pid: HostConfig::of(profile).pid,
            realm, seed, window, served, enabled, activated, refused_bump_status, dns_publishing,
            strictness, scripted, foreign, n_policy_limit, count_floor, event_capacity, activation_interval,
            renewal_interval, hwid, port, virtual_unsupported, refused_listed, product_first,
        }
    }
}

prop_compose! {
    /// A request of any version, with fields that matter to a rule drawn.
    fn asked()(
        version in prop_oneof![Just(Version::V4), Just(Version::V5), Just(Version::V6)],
        client_time in prop_oneof![Just(NOON), any::<u64>().prop_map(FileTime)],
        (status, n_policy) in (0_u32..8, prop_oneof![Just(25), any::<u32>()]),
    ) -> Request {
        let license_status = LicenseStatus(status);
        Request { version, license_status, n_policy, ..request(client_time) }
    }
}

/// How a request comes not to be sealed with the host's keys.
#[derive(Clone, Copy, Debug)]
enum Wrong {
    Realm,
    /// A byte of what the seal covers, altered; a bent version 5 or 6 may still open, and then is
    /// a request with other values, not a foreign one.
    Byte(prop::sample::Index),
    Zeros,
}

fn wrong() -> impl Strategy<Value = Wrong> {
    prop_oneof![
        Just(Wrong::Realm),
        any::<prop::sample::Index>().prop_map(Wrong::Byte),
        Just(Wrong::Zeros),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]
    #[test]
    fn a_foreign_request_is_never_granted(
        config in config(), asked in asked(), wrong in wrong(), now in any::<u64>()
    ) {
        let other: Realm = format!("not {}", config.realm).parse().unwrap();
        let message = match wrong {
            Wrong::Realm => sealed(&other, &asked),
            Wrong::Zeros => {
                let mut message = sealed(&other, &asked);
                message[4..].fill(0);
                message
            }
            Wrong::Byte(index) => {
                let mut message = sealed(&config.realm, &asked);
                let at = if asked.version == Version::V4 {
                    4 + index.index(message.len() - 4)
                } else {
                    // The last block but one: what comes of it is the padding.
                    message.len() - 32 + 12 + index.index(4)
                };
                message[at] ^= 0x80;
                message
            }
        };
        let mut host = Host::new(config.clone());
        let (exchange, reply) = ask(&mut host, &message, 1, FileTime(now));

        prop_assert_eq!(exchange.decision, Decision::Foreign);
        prop_assert!(!exchange.result().is_ok());
        prop_assert!(reply.is_empty());
        prop_assert!(host.clients().applications().next().is_none());
        let ledger = host.ledger();
        prop_assert_eq!((ledger.total, ledger.failed, ledger.foreign, ledger.granted), (1, 1, 1, 0));
        let logged = config.event_capacity.min(1);
        prop_assert_eq!(host.events().fill().kept, logged);
        if let Some(code) = config.scripted {
            prop_assert_eq!(exchange.result(), code.code());
        }
    }

    #[test]
    fn whatever_the_bytes_the_host_answers_and_its_sums_hold(
        config in config(),
        messages in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            asked().prop_map(|request| sealed(&Realm::default(), &request)),
            (asked(), prop::collection::vec(any::<u8>(), 256)).prop_map(|(request, bytes)| {
                let mut message = sealed(&Realm::default(), &request);
                for (place, byte) in message.iter_mut().skip(4).zip(bytes) {
                    *place = byte;
                }
                message
            }),
        ], 1..8),
        now: u64,
    ) {
        let mut host = Host::new(config);
        for (number, message) in (1..).zip(&messages) {
            let (exchange, reply) = ask(&mut host, message, number, FileTime(now));
            prop_assert_eq!(exchange.result().is_ok(), exchange.decision == Decision::Granted);
            prop_assert_eq!(reply.is_empty(), exchange.decision != Decision::Granted);
            let l = host.ledger();
            let six = l.unlicensed + l.licensed + l.oob_grace + l.oot_grace
                + l.non_genuine_grace + l.notification;
            prop_assert_eq!(l.total + l.malformed, number);
            prop_assert_eq!(l.total, l.granted + l.failed);
            prop_assert_eq!(l.total, six + l.other);
            prop_assert_eq!((exchange.counters.total, exchange.counters.failed), (l.total, l.failed));
        }
    }
}
