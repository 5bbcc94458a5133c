//! From a scenario to a world's plan.

pub mod rules;
pub mod time;

pub use crate::scenario::length::last_planned;
use client_sim::discover::Suffixes;

use client_sim::dns::srv::Srv;
use client_sim::kms_host::KmsHost;
use kms_proto::time::duration::Nanos;
use kms_sim::config::HostConfig;
use kms_sim::fault::faults::Faults;
use kms_sim::fault::mischief::Mischief;
use kms_sim::fault::plan::Plan as Rules;
use kms_sim::fault::stage::Stage;
use kms_sim::session::config::SessionConfig;

use crate::report::trouble::Finding;
use crate::scenario::Scenario;
use crate::scenario::head;
use crate::scenario::host;
use crate::scenario::length::length;
use crate::scenario::machine::{self, Finds};
use crate::scenario::network;
use crate::scenario::step;
use crate::world::actor::Actor;
use crate::world::build::rules::rules;
use crate::world::build::time::{address as time_address, plan as service};
use crate::world::cast::Cast;
use crate::world::link::Link;
use crate::world::plan::{
    Act, Again, Asks, Deed, DnsPlan, HostPlan, MachinePlan, Order, Plan, SourcePlan, Typing,
};

/// Exchanges of a run that sets no limit: each is kept until the run is judged.
const MOST_EXCHANGES: u64 = 1_000_000;

/// The plan of a scenario whose actors are these.
///
/// # Errors
///
/// With every place where the scenario says what no actor can do.
pub fn plan(scenario: &Scenario, cast: &Cast) -> Result<Plan, Vec<Finding>> {
    let domain = scenario.dns.as_ref().map(|dns| dns.domain.as_str());
    let addresses: Vec<KmsHost> =
        scenario.hosts.iter().map(|host| address(&host.id, domain, host.config.port)).collect();
    let rules = rules(scenario, cast);
    let of_host = |host: &host::HostPlan| {
        let own = rules.iter().filter(|(_, of)| of.as_deref().is_none_or(|id| id == host.id));
        let own = own.map(|(rule, _)| rule.clone()).filter(|rule| !is_worlds(rule.stage));
        Faults::new(own.collect(), mischief(host.mischief), scenario.seed)
    };
    let of_hosts: Result<Vec<Faults>, String> = scenario.hosts.iter().map(of_host).collect();
    let of_world = rules.iter().map(|(rule, _)| rule.clone()).filter(|rule| is_worlds(rule.stage));
    let of_world = Rules::new(of_world.collect(), scenario.seed);
    let (faults, of_world) = match (of_hosts, of_world) {
        (Ok(faults), Ok(of_world)) => (faults, of_world),
        (Err(message), _) | (_, Err(message)) => {
            return Err(vec![Finding { message, ..Finding::default() }]);
        }
    };
    let hosts = scenario.hosts.iter().zip(&addresses).zip(faults);
    let hosts = hosts.map(|((host, address), faults)| host_plan(host, address, faults)).collect();
    let machines: Vec<MachinePlan> = (0..)
        .zip(&scenario.machines)
        .map(|m| machine_plan(m, scenario, cast, &addresses))
        .collect();
    let orders = orders(scenario, cast);
    let acts = acts(scenario, cast);
    let dns = scenario.dns.as_ref().map(|dns| dns_plan(dns, scenario, cast, &addresses));
    Ok(Plan {
        seed: scenario.seed,
        start: scenario.head.start,
        length: length(scenario),
        most_exchanges: scenario.head.limit.exchanges.unwrap_or(MOST_EXCHANGES),
        hosts,
        machines,
        sources: scenario
            .time_sources
            .iter()
            .enumerate()
            .map(|(place, source)| SourcePlan {
                id: source.id.clone(),
                clock: source.clock,
                round_trip: source.round_trip,
                stratum: source.stratum,
                name: full_name(&source.id, domain),
                address: time_address(place),
            })
            .collect(),
        dns,
        acts,
        rules: of_world,
        orders,
    })
}

fn dns_plan(
    dns: &network::DnsPlan,
    scenario: &Scenario,
    cast: &Cast,
    addresses: &[KmsHost],
) -> DnsPlan {
    let records = dns.records.iter().filter_map(|record| {
        let own = addresses.get(cast.host(&record.host)?)?.port();
        let target = address(&record.host, Some(&dns.domain), record.port.unwrap_or(own));
        Some(Srv { priority: record.priority, weight: record.weight, target })
    });
    let machines = |ids: &[String]| ids.iter().flat_map(|id| cast.machines(id)).copied().collect();
    DnsPlan {
        id: dns.id.clone(),
        domain: dns.domain.clone(),
        realm: scenario.head.realm.clone(),
        clock: dns.clock,
        latency: dns.latency,
        updates: dns.updates,
        ownership: dns.ownership,
        records: records.collect(),
        publish: dns.publish.iter().filter_map(|id| cast.host(id)).collect(),
        register: machines(&dns.register),
        without_server: machines(&dns.without_server),
        down: dns.down,
        names: dns.names.clone(),
    }
}

/// The name and port of a host: its id, in the zone's domain where there is a zone.
#[expect(clippy::expect_used, reason = "an id or a domain is a name, by the grammar of the file")]
fn address(id: &str, domain: Option<&str>, port: u16) -> KmsHost {
    let name = full_name(id, domain);
    format!("{name}:{port}").parse().expect("a host's name")
}

/// A name, in the zone's domain where there is a zone.
fn full_name(id: &str, domain: Option<&str>) -> String {
    domain.map_or_else(|| id.to_owned(), |domain| format!("{id}.{domain}"))
}

fn host_plan(plan: &host::HostPlan, address: &KmsHost, faults: Faults) -> HostPlan {
    HostPlan {
        address: address.clone(),
        config: HostConfig { strictness: plan.strictness, ..plan.config.clone() },
        session: SessionConfig { strictness: plan.strictness, ..SessionConfig::default() },
        clock: plan.clock,
        idle: Nanos::seconds(30),
        max_connections: 10_000,
        fill: plan.fill,
        faults,
    }
}

fn machine_plan(
    (place, plan): (usize, &machine::MachinePlan),
    scenario: &Scenario,
    cast: &Cast,
    addresses: &[KmsHost],
) -> MachinePlan {
    let named = match &plan.finds {
        Finds::Hosts(ids) => ids.as_slice(),
        Finds::Dns => &[],
    };
    let hosts: Vec<KmsHost> =
        named.iter().filter_map(|id| addresses.get(cast.host(id)?).cloned()).collect();
    let mut machine = plan.machine.clone();
    machine.registered_host = hosts.first().cloned();
    let (group, which) = cast.group(place).unwrap_or((&plan.id, 1));
    let again = |again: machine::Again| Again { every: again.every, most: again.max };
    MachinePlan {
        id: plan.id.clone(),
        group: (group.to_owned(), which),
        machine,
        hosts,
        suffixes: suffixes(plan, scenario),
        clock: plan.clock,
        asks: Asks {
            version: plan.protocol,
            session: plan.session,
            timeout: plan.timeout,
            fold: plan.fold,
            n_policy: plan.n_policy,
            ..Asks::default()
        },
        links: scenario.hosts.iter().map(|host| link(scenario, plan, &host.id)).collect(),
        life: plan.life,
        first: None,
        retry: plan.retry.map(again),
        renew: plan.renew.map(again),
        time: plan.time.as_ref().and_then(|time| {
            let source = cast.source(&time.source)?;
            let domain = scenario.dns.as_ref().map(|dns| dns.domain.as_str());
            Some(service(time, source, &full_name(&time.source, domain)))
        }),
    }
}

/// The DNS suffixes of a machine: its own, and the zone's domain as its primary one where it is
/// given no other.
fn suffixes(machine: &machine::MachinePlan, scenario: &Scenario) -> Suffixes {
    let mut suffixes = machine.suffixes.clone();
    let Some(dns) = &scenario.dns else { return suffixes };
    let is = |id: &String| *id == machine.id || machine.group.as_ref() == Some(id);
    if suffixes.primary.is_none() && !dns.without_suffix.iter().any(is) {
        suffixes.primary = Some(dns.domain.clone());
    }
    suffixes
}

/// The way of a machine to a host: the last link that fits.
fn link(scenario: &Scenario, machine: &machine::MachinePlan, host: &str) -> Link {
    let fits = |from: &str| from == machine.id || machine.group.as_deref() == Some(from);
    let fitting = scenario.links.iter().rev().find(|link| {
        link.from.as_deref().is_none_or(fits) && link.to.as_deref().is_none_or(|to| to == host)
    });
    fitting.map_or_else(Link::default, |link| Link { to_host: link.latency, to_client: link.back })
}

/// Every step, as often as it is done; of one moment in the order of the file.
fn acts(scenario: &Scenario, cast: &Cast) -> Vec<Act> {
    let mut acts = Vec::new();
    for step in &scenario.steps {
        let to: Vec<Actor> = step.to.iter().flat_map(|id| cast.actors(id)).collect();
        let mut at = step.at;
        // However often it is done, who it is for is kept once.
        let all = deed(&step.deed, &to);
        for _ in 0..step.times {
            let id = || step.id.clone();
            if step.spread.0 == 0 {
                acts.push(Act { at, id: id(), deed: all.clone() });
            } else {
                let mut at = at;
                for one in &to {
                    let deed = deed(&step.deed, std::slice::from_ref(one));
                    acts.push(Act { at, id: id(), deed });
                    at = later(at, step.spread);
                }
            }
            at = later(at, step.every);
        }
    }
    acts
}

/// What a step does to these.
fn deed(deed: &step::Deed, to: &[Actor]) -> Deed {
    let machine = |actor: &Actor| match actor {
        Actor::Machine(place) => Some(*place),
        Actor::Host(_) | Actor::Source(_) | Actor::Dns => None,
    };
    match deed {
        step::Deed::Activate => Deed::Activate(to.iter().filter_map(machine).collect()),
        step::Deed::Type { command, elevated } => {
            let line = Typing { command: command.clone(), elevated: *elevated };
            Deed::Type { on: to.into(), line }
        }
        step::Deed::Set(at) => Deed::Set { on: to.into(), to: at.clone() },
        step::Deed::Happens(what) => Deed::Happens { on: to.into(), what: *what },
    }
}

fn later(at: Nanos, by: Nanos) -> Nanos {
    Nanos(at.0.saturating_add(by.0))
}

/// What happens to clocks, to each actor of a group.
fn orders(scenario: &Scenario, cast: &Cast) -> Vec<Order> {
    let mut orders = Vec::new();
    for clock in &scenario.clocks {
        for event in &clock.events {
            orders.extend(cast.actors(&clock.actor).into_iter().map(|actor| Order {
                id: clock.id.clone(),
                actor,
                trigger: event.event.trigger,
                what: event.event.operation.clone(),
            }));
        }
    }
    orders
}

/// Whether a stage belongs to no host.
fn is_worlds(stage: Stage) -> bool {
    matches!(stage, Stage::DnsSrv | Stage::ClockClient)
}

fn mischief(mischief: head::Mischief) -> Mischief {
    match mischief {
        head::Mischief::Off => Mischief::Off,
        head::Mischief::Legal => Mischief::Legal,
        head::Mischief::Hostile => Mischief::Hostile,
    }
}
