//! The engine, by its own interface.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

use client_sim::discover::Suffixes;
use client_sim::kms_host::KmsHost;
use client_sim::machine::Machine;
use kms_lab::world::diary::Keep;
use kms_lab::world::ended::Ended;
use kms_lab::world::engine::World;
use kms_lab::world::link::Link;
use kms_lab::world::plan::{Again, Asks, HostPlan, MachinePlan, Plan};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::identity::Edition;
use kms_sim::config::HostConfig;
use kms_sim::fault::faults::Faults;
use kms_sim::fault::mischief::Mischief;
use kms_sim::fault::plan::Plan as Rules;

const START: Moment = Moment(1_767_225_600_000_000_000);
const DAY: i64 = 86_400_000_000_000;

fn host(name: &str) -> HostPlan {
    HostPlan {
        address: name.parse().unwrap(),
        config: HostConfig { name: name.to_owned(), ..HostConfig::default() },
        session: kms_sim::session::config::SessionConfig::default(),
        clock: "0".parse().unwrap(),
        idle: Nanos::seconds(30),
        max_connections: 10_000,
        fill: 0,
        faults: Faults::new(Vec::new(), Mischief::Off, 42).unwrap(),
    }
}

fn machine(name: &str, clock: &str, host: &str) -> MachinePlan {
    let named = MachineName::new(name).unwrap();
    let machine = Machine::new(named, Realm::default(), Edition::ServerStandard);
    MachinePlan {
        id: name.to_owned(),
        group: (name.to_owned(), 1),
        machine,
        hosts: vec![host.parse::<KmsHost>().unwrap()],
        suffixes: Suffixes::default(),
        clock: clock.parse().unwrap(),
        asks: Asks::default(),
        links: vec![Link::either_way(Nanos(1_000_000))],
        life: false,
        first: Some(Nanos(0)),
        retry: Some(Again::default()),
        renew: Some(Again::default()),
        time: None,
    }
}

fn plan(days: i64, machines: Vec<MachinePlan>) -> Plan {
    Plan {
        seed: 42,
        start: START,
        length: Nanos(days * DAY),
        most_exchanges: 1_000_000,
        hosts: vec![host("KMS01")],
        machines,
        sources: Vec::new(),
        dns: None,
        acts: Vec::new(),
        rules: Rules::new(Vec::new(), 42).unwrap(),
        orders: Vec::new(),
    }
}

fn run(plan: Plan) -> World {
    let mut world = World::new(plan, Keep::All);
    assert_eq!(world.run(&mut || true), Ended::Over);
    world
}

#[test]
fn a_machine_renews_every_seven_days_for_half_a_year() {
    let world = run(plan(180, vec![machine("PC", "0", "KMS01")]));
    assert_eq!(world.history.tries.len(), 26);
    assert!(world.history.tries.iter().all(|a| a.outcome.activated()));
    assert_eq!(world.hosts[0].host.ledger().granted, 26);
    assert_eq!(world.connections(), 0);
    let text = String::from_utf8(world.diary.text()).unwrap();
    assert!(text.lines().all(|line| line.contains("\"wall\":null")), "{text}");
}

#[test]
fn a_machine_five_hours_fast_is_refused_every_two_hours() {
    let world = run(plan(1, vec![machine("FAST", "+5h", "KMS01")]));
    assert_eq!(world.history.tries.len(), 12);
    for attempt in &world.history.tries {
        assert_eq!(attempt.outcome.code, HResult::INVALID_TIMESTAMP);
        assert_eq!(attempt.outcome.shown, HResult::SERVICE_UNAVAILABLE);
    }
    assert_eq!(world.hosts[0].host.ledger().failed, 12);
}

#[test]
fn nobody_listening_is_a_refused_connection_and_no_exchange() {
    let world = run(plan(1, vec![machine("PC", "0", "KMS01:4711"), machine("LOST", "0", "KMS9")]));
    assert!(world.history.exchanges.is_empty());
    let details: Vec<_> = world.history.tries.iter().map(|a| a.detail.clone().unwrap()).collect();
    assert!(details[0].contains("KMS9:1688 has no address"), "{details:?}");
    assert!(details[1].contains("KMS01:4711 refused the connection"), "{details:?}");
    assert_eq!(world.connections(), 0);
}
