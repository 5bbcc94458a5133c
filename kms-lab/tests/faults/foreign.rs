//! No switch of a session, and no fault or mischief, gets a sealed answer to a foreign machine.

use client_sim::session::config::{Offer, SessionConfig as ClientConfig};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::version::Version;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;
use kms_proto::wire::Order;
use kms_sim::config::HostConfig;
use kms_sim::decision::Decision;
use kms_sim::fault::mischief::Mischief;
use kms_sim::fault::rule::Rule;
use kms_sim::fault::when::When;
use kms_sim::host::Host;
use kms_sim::refusal::Refusal;
use kms_sim::session::config::{SessionConfig, Syntaxes};
use kms_sim::strictness::Strictness;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::rows::ROWS;
use crate::virtual_time::World;

fn strictness() -> impl Strategy<Value = Strictness> {
    select(vec![Strictness::Lenient, Strictness::Strict, Strictness::Pedantic])
}

fn version() -> impl Strategy<Value = Version> {
    select(vec![Version::V4, Version::V5, Version::V6])
}

prop_compose! {
    /// What an association is allowed: every switch, and limits that hold a request and little more.
    fn allowed()(
        syntaxes in select(vec![Syntaxes::Both, Syntaxes::Ndr32, Syntaxes::Ndr64]),
        strictness in strictness(), max_pdu in 0_u16..6_000, max_contexts in 1_usize..5,
        (max_stub, max_fragments, max_calls) in (200_usize..2_000, 1_usize..40, 1_usize..4),
    ) -> SessionConfig {
        SessionConfig {
            max_pdu, max_stub, max_fragments, max_contexts, max_calls, syntaxes, strictness,
            ..SessionConfig::default()
        }
    }
}

prop_compose! {
    /// What a client offers.
    fn offered()(
        offer in select(vec![Offer::Ndr32, Offer::Ndr64, Offer::Both]), btfn: bool,
        order in select(vec![Order::Little, Order::Big]),
        request_frag in prop::option::of(32_u16..400), object in prop::option::of(any::<u128>()),
    ) -> ClientConfig {
        let object = object.map(kms_proto::guid::Uuid::from_u128);
        ClientConfig { offer, btfn, order, request_frag, object, ..ClientConfig::default() }
    }
}

prop_compose! {
    /// What a host decides by.
    fn config()(
        seed: u64, strictness in strictness(), enabled: bool, activated: bool, off: bool,
        scripted in prop::option::of(any::<core::num::NonZeroU32>().prop_map(Refusal)),
        foreign in any::<core::num::NonZeroU32>().prop_map(Refusal),
    ) -> HostConfig {
        let window = if off { Window::Off } else { Window::default() };
        HostConfig {
            seed, strictness, enabled, activated, window, scripted, foreign, ..HostConfig::default()
        }
    }
}

prop_compose! {
    /// Up to three faults of any kinds, that bend everything or what they bend in the table.
    fn rules()(drawn in prop::collection::vec((any::<Index>(), any::<bool>()), 0..4)) -> Vec<Rule> {
        let rule = |(number, (index, always)): (usize, (Index, bool))| {
            let rule = index.get(ROWS).rule();
            let when = if always { When::default() } else { rule.when.clone() };
            Rule { id: format!("fault-{number}"), when, ..rule }
        };
        drawn.into_iter().enumerate().map(rule).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]
    #[test]
    fn a_foreign_machine_never_gets_a_message_whatever_the_switches(
        config in config(), sessions in (allowed(), offered()), rules in rules(),
        mischief in select(vec![Mischief::Off, Mischief::Legal, Mischief::Hostile]),
        versions in prop::collection::vec(version(), 1..12),
    ) {
        let mut world = World::new(rules, mischief, config.seed);
        // A machine of the lab first, on a plain host: there is an answer to repeat.
        world.attempt("pc-1", Version::V6);
        let plain = std::mem::replace(&mut world.host, Host::new(config)).ledger().granted;
        world.seen.clear();
        world.messages = 0;

        (world.realm, world.sessions) = ("elsewhere".parse().unwrap(), sessions);
        let judged = versions.len();
        for version in versions {
            let told = world.attempt("pc-7", version);
            prop_assert_ne!(told, "granted");
            world.now = Nanos(world.now.0 + 1_000_000_000);
        }
        prop_assert_eq!(world.messages, 0, "{} {:?}", plain, world.seen);
        let ledger = world.host.ledger();
        prop_assert_eq!((ledger.granted, ledger.total), (0, ledger.foreign));
        prop_assert!(ledger.foreign <= u64::try_from(judged).unwrap());
        for (exchange, _) in &world.seen {
            let Some(exchange) = exchange else { continue };
            prop_assert_eq!(exchange.decision, Decision::Foreign);
            prop_assert_ne!(exchange.result(), HResult::OK);
        }
    }
}
