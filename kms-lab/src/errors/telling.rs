//! What happened in a world, in the order it did, as data: text and JSON are both made from this.

use kms_proto::dns::failure::DnsFailure;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::{NANOS_PER_TICK, Nanos};
use kms_proto::time::{FileTime, Skew};
use serde::Serialize;

use crate::scenario::Scenario;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::noted::{Licensed, Registered};
use crate::world::plan::Deed;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Happening {
    /// When, of true time since the start, in nanoseconds.
    pub at_ns: i64,
    /// On which computer.
    pub computer: String,
    /// What its clock showed.
    pub clock: String,
    /// What it was.
    #[serde(flatten)]
    pub what: What,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum What {
    /// A step of the scenario begins.
    Step {
        /// Its id.
        id: String,
        /// What it is about; empty where the scenario does not say.
        say: String,
    },
    /// A command was typed.
    Command {
        /// The line.
        line: String,
        /// What it printed.
        output: String,
        /// The number it ended with.
        code: String,
    },
    /// A clock was set, by hand or by an event of the scenario.
    Clock {
        /// How far it was off before, as a signed length.
        before: String,
        /// How far it is off now.
        after: String,
    },
    /// A host judged a request.
    Judged {
        /// The machine that asked.
        machine: String,
        /// `granted`, `refused` …
        decision: String,
        /// The result.
        result: String,
        /// Why, where it was refused.
        why: Option<String>,
        /// What the host counts as received, this one among them.
        total: u64,
        /// What of it as failed.
        failed: u64,
    },
    /// A machine's attempt has ended.
    Tried {
        /// Which of its attempts, from 1.
        attempt: u64,
        /// What really came of it.
        result: String,
        /// What slmgr shows.
        shown: String,
    },
    /// A machine was told what came of its registration in DNS.
    Registered {
        /// The name it registers.
        name: String,
        /// The result.
        result: String,
        /// Why it failed, in the words of DNS.
        why: Option<String>,
        /// What the server's clock showed, where it said so.
        server_time: Option<String>,
    },
    /// A licence is in another state than before, or for another reason.
    Licence {
        /// `Notification (5)`.
        status: String,
        /// `LicenseStatusReason`.
        reason: String,
        /// Minutes left in it; 0 where it has no end.
        minutes: u32,
    },
    /// An entry of an event log.
    Event {
        /// The log.
        log: String,
        /// The event id.
        id: u16,
        /// What happened, in the log's words.
        message: String,
        /// The fields after `Info:`; empty where it has none.
        info: String,
    },
}

/// Everything that happened to the computers of `world`, oldest first.
pub fn happenings(world: &World, scenario: &Scenario) -> Vec<Happening> {
    let (steps, typed, turns) = (steps(world, scenario), typed(world), turns(world));
    let (judged, tried, entries) = (judged(world), tried(world), entries(world));
    let all = [steps, typed, turns, judged, tried, registered(world), entries, licences(world)];
    let mut all: Vec<Happening> = all.into_iter().flatten().collect();
    // Of one moment: what is done and what it prints, then what it comes to elsewhere.
    all.sort_by_key(|happening| happening.at_ns);
    all
}

fn steps(world: &World, scenario: &Scenario) -> Vec<Happening> {
    let acts = world.history.acts.iter();
    let acts = acts.filter_map(|acted| Some((acted.at, world.plan().acts.get(acted.act)?)));
    let steps = acts.filter_map(|(at, act)| {
        let said = scenario.steps.iter().find(|step| step.id == act.id)?;
        let on = match &act.deed {
            Deed::Activate(machines) => machines.first().copied().map(Actor::Machine),
            Deed::Type { on, .. } | Deed::Set { on, .. } | Deed::Happens { on, .. } => {
                on.first().copied()
            }
        };
        let what = What::Step { id: said.id.clone(), say: said.say.clone() };
        let clock = world.plan().start.plus(at).filetime();
        Some(happening(world, at, on?, clock, what))
    });
    steps.collect()
}

fn turns(world: &World) -> Vec<Happening> {
    let turns = world.history.turns.iter().map(|turned| {
        let (before, after) = (offset(turned.before), offset(turned.after));
        let truth = i128::from(world.plan().start.plus(turned.at).0);
        let clock = FileTime::from_unix_nanos(truth.saturating_add(turned.after));
        let what = What::Clock { before: before.to_string(), after: after.to_string() };
        happening(world, turned.at, turned.actor, clock, what)
    });
    turns.collect()
}

fn judged(world: &World) -> Vec<Happening> {
    let judged = world.history.exchanges.iter().map(|exchanged| {
        let exchange = &exchanged.exchange;
        let what = What::Judged {
            machine: world.id(Actor::Machine(exchanged.machine)).to_owned(),
            decision: exchange.decision.to_string(),
            result: exchange.result().to_string(),
            why: exchange.why().map(|why| why.to_string()),
            total: exchange.counters.total,
            failed: exchange.counters.failed,
        };
        let (host, clock) = (Actor::Host(exchanged.host), exchanged.judged.filetime);
        happening(world, exchanged.at, host, clock, what)
    });
    judged.collect()
}

fn tried(world: &World) -> Vec<Happening> {
    let tried = world.history.tries.iter().filter(|tried| tried.last).map(|tried| {
        let what = What::Tried {
            attempt: tried.attempt,
            result: tried.outcome.code.to_string(),
            shown: tried.outcome.shown.to_string(),
        };
        let (machine, clock) = (Actor::Machine(tried.machine), tried.reading.filetime);
        happening(world, tried.ended, machine, clock, what)
    });
    tried.collect()
}

fn registered(world: &World) -> Vec<Happening> {
    let registered = world.registrations().iter().map(|registered| {
        let Registered { at, machine, clock, name, reply } = registered;
        let failure = reply.result.err();
        let what = What::Registered {
            name: name.clone(),
            result: failure.map_or(HResult::OK, DnsFailure::code).to_string(),
            why: failure.map(|failure| failure.to_string()),
            server_time: reply.server_time.map(|time| time.to_string()),
        };
        happening(world, *at, Actor::Machine(*machine), *clock, what)
    });
    registered.collect()
}

fn entries(world: &World) -> Vec<Happening> {
    let entries = world.noted().iter().map(|noted| {
        let event = &noted.event;
        let what = What::Event {
            log: event.log.name().to_owned(),
            id: event.id,
            message: event.message.clone(),
            info: event.info.clone(),
        };
        happening(world, noted.at, noted.actor, event.time_created, what)
    });
    entries.collect()
}

fn licences(world: &World) -> Vec<Happening> {
    let licences = world.licensed().iter().map(|licensed| {
        let Licensed { at, machine, license } = *licensed;
        let what = What::Licence {
            status: license.status.to_string(),
            reason: license.reason.to_string(),
            minutes: license.minutes,
        };
        let clock = world.plan().start.plus(at).filetime();
        happening(world, at, Actor::Machine(machine), clock, what)
    });
    licences.collect()
}

/// Commands, at the moment they were typed, though some print only later.
fn typed(world: &World) -> Vec<Happening> {
    let ended = world.history.commands.iter().filter_map(|typed| {
        let (_, reply) = typed.end.as_ref()?;
        let what = What::Command {
            line: typed.typing.command.to_string(),
            output: reply.text.clone(),
            code: reply.result().to_string(),
        };
        Some(happening(world, typed.began, typed.actor, typed.clock, what))
    });
    ended.collect()
}

fn happening(world: &World, at: Nanos, actor: Actor, clock: FileTime, what: What) -> Happening {
    Happening { at_ns: at.0, computer: world.id(actor).to_owned(), clock: clock.to_string(), what }
}

/// An offset from true time, as clocks are compared.
fn offset(nanos: i128) -> Skew {
    Skew { ticks: nanos / i128::from(NANOS_PER_TICK) }
}
