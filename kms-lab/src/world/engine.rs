//! The engine: takes the next event and lets it happen, until time is over.

mod acting;
mod asking;
mod calling;
mod carrying;
mod classes;
mod clocks;
mod concluding;
mod door;
mod judging;
mod living;
mod logs;
mod looking;
mod meddling;
mod meeting;
pub mod naming;
mod noting;
pub mod real;
mod registering;
mod resolving;
mod serving;
mod taping;
mod telling;
mod timekeeping;
mod typing;

use std::collections::BTreeMap;

use kms_proto::draw::Draw;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::world::actor::Actor;
use crate::world::actor::dns::DnsActor;
use crate::world::actor::host::HostActor;
use crate::world::actor::machine::MachineActor;
use crate::world::actor::source::Source;
use crate::world::diary::{Diary, Keep};
use crate::world::ended::Ended;
use crate::world::event::Event;
use crate::world::history::History;
use crate::world::meetings::Meetings;
use crate::world::noted::Noting;
use crate::world::outside::Outside;
use crate::world::plan::{Deed, Plan};
use crate::world::prompt::Prompt;
use crate::world::queue::Queue;
use crate::world::saved::Saved;
use crate::world::seals::Seals;
use crate::world::tape::WorldTape;
use crate::world::wires::Wires;

/// How many events pass between two looks at the caller's patience.
const BETWEEN_LOOKS: u64 = 64;

/// A world: actors, what is to happen to them, and what has.
///
/// One thread, no socket, no real clock, and no order but that of the queue: the same plan makes
/// the same history, byte for byte.
#[derive(Debug)]
pub struct World {
    /// What it was made from.
    pub(super) plan: Plan,
    /// The hosts.
    pub hosts: Vec<HostActor>,
    /// The machines.
    pub machines: Vec<MachineActor>,
    /// The time sources.
    pub sources: Vec<Source>,
    /// The DNS server.
    pub dns: Option<DnsActor>,
    /// What happened.
    pub history: History,
    /// The journal.
    pub diary: Diary,
    /// The capture, where one is made.
    pub(super) tape: Option<WorldTape>,
    now: Moment,
    queue: Queue<Event>,
    /// The seals of machines.
    seals: Seals,
    wires: Wires,
    /// The sockets, where bytes travel on them.
    outside: Option<Outside>,
    /// The orders of each actor that wait for its exchanges, by their places.
    waiting: BTreeMap<Actor, Vec<usize>>,
    /// How many results each order has waited for so far.
    results: Vec<u64>,
    /// Whether each order was carried out.
    carried_out: Vec<bool>,
    /// Who met which wrong clock.
    meetings: Meetings,
    /// Entries of event logs, where somebody listens.
    noting: Option<Noting>,
    /// What was in the way when a fault last nearly struck, by its id.
    near: BTreeMap<String, String>,
    /// What is typed at computers.
    prompts: BTreeMap<Actor, Prompt>,
    /// Actors as they were saved, by name.
    saved: BTreeMap<(Actor, Box<str>), Saved>,
}

impl World {
    /// The world of a plan, at its start.
    pub fn new(plan: Plan, keep: Keep) -> Self {
        let draw = Draw::new(plan.seed);
        let start = plan.start;
        let hosts = (0..).zip(&plan.hosts);
        let hosts: Vec<HostActor> =
            hosts.map(|(place, host)| HostActor::new(host, place, start, draw)).collect();
        let dns = plan.dns.as_ref().and_then(|dns| DnsActor::new(dns, &hosts, start, draw));
        let machines = plan.machines.iter().map(|m| MachineActor::new(m, start, draw)).collect();
        let seals = Seals::of(plan.machines.iter().map(|machine| &machine.machine.realm));
        let sources = plan.sources.iter().map(|s| Source::new(s, start, draw)).collect();
        let mut world = Self {
            hosts,
            machines,
            sources,
            dns,
            history: History::default(),
            diary: Diary::new(keep),
            tape: None,
            now: start,
            queue: Queue::default(),
            seals,
            wires: Wires::default(),
            outside: None,
            waiting: BTreeMap::new(),
            results: vec![0; plan.orders.len()],
            carried_out: vec![false; plan.orders.len()],
            meetings: Meetings::default(),
            noting: None,
            near: BTreeMap::new(),
            prompts: BTreeMap::new(),
            saved: BTreeMap::new(),
            plan,
        };
        world.plan_orders();
        for actor in world.actors() {
            if let Some(spec) = world.clock(actor).map(|clock| *clock.spec()) {
                world.meetings.started(actor, &spec, start);
            }
        }
        world.plan_names();
        for (place, act) in (0..).zip(&world.plan.acts) {
            let (at, event) = (start.plus(act.at), Event::Act(place));
            match act.deed {
                Deed::Activate(_) => world.queue.put(at, event),
                // What people do finds the moment as it is once all else has happened.
                Deed::Type { .. } | Deed::Set { .. } | Deed::Happens { .. } => {
                    world.queue.put_last(at, event);
                }
            }
        }
        for (machine, first) in (0..).zip(world.plan.machines.iter().map(|m| m.first)) {
            if let Some(first) = first {
                world.queue.put(start.plus(first), Event::Wake { machine, timer: 0 });
            }
        }
        world.start_machines();
        world
    }

    /// Lives through the plan. `patience` is asked now and then; once it says no, the world ends.
    pub fn run(&mut self, patience: &mut dyn FnMut() -> bool) -> Ended {
        self.begin();
        let ended = self.advance(self.plan.length, patience);
        self.finish(ended);
        ended
    }

    /// The first line of the journal: all clocks.
    pub fn begin(&mut self) {
        self.tell_clocks();
    }

    /// Lives until this long after the start, what happens at that very moment included.
    ///
    /// In how many pieces a world is lived through makes no difference to it.
    pub fn advance(&mut self, until: Nanos, patience: &mut dyn FnMut() -> bool) -> Ended {
        self.live(self.plan.start.plus(until), patience, |_| false)
    }

    /// Lives until `end`, or until it is `enough`.
    fn live(
        &mut self,
        end: Moment,
        patience: &mut dyn FnMut() -> bool,
        enough: impl Fn(&Self) -> bool,
    ) -> Ended {
        while self.queue.next_at().is_some_and(|at| at <= end) {
            if self.exceeds_exchanges() {
                return Ended::Exchanges;
            }
            if self.history.events % BETWEEN_LOOKS == BETWEEN_LOOKS - 1 && !patience() {
                return Ended::Wall;
            }
            let Some((at, event)) = self.queue.take() else { break };
            self.now = self.now.max(at);
            self.history.events += 1;
            self.happen(event);
            if enough(self) {
                return Ended::Over;
            }
        }
        self.now = self.now.max(end);
        Ended::Over
    }

    /// The last lines of the journal: all clocks, and the sum of it.
    pub fn finish(&mut self, ended: Ended) {
        self.tell_clocks();
        self.tell_summary(ended);
    }

    fn exchanges(&self) -> u64 {
        u64::try_from(self.history.exchanges.len()).unwrap_or(u64::MAX)
    }

    fn draw(&self) -> Draw {
        Draw::new(self.plan.seed)
    }

    fn after(&mut self, length: Nanos, event: Event) {
        self.queue.put(self.now.plus(length), event);
    }

    /// Whoever does nothing at all has it happen when it wakes.
    fn happen(&mut self, event: Event) {
        if let Some(until) = self.asleep(&event) {
            self.queue.put(until, event);
            return;
        }
        match event {
            Event::Act(act) => self.act(act),
            Event::Prompt(actor) => self.prompt(actor),
            Event::Order(order) => self.order(order),
            Event::Time(machine) => self.wake_time_service(machine),
            Event::AtSource { machine, source, asker, question } => {
                self.at_source(machine, source, asker, &question);
            }
            Event::FromSource { machine, source, asker, answer } => {
                self.answered_by_source(machine, source, asker, answer.as_deref());
            }
            Event::Chart(machine) => self.chart(machine),
            Event::Waited(actor) => self.waited(actor),
            Event::Wake { machine, timer } => self.wake(machine, timer),
            Event::Resolved(machine) => self.ask(machine),
            Event::Publish(host) => self.publish(host),
            Event::Register { machine, timer } => self.register(machine, timer),
            Event::Registered { machine, timer, reply } => self.registered(machine, timer, reply),
            Event::Knock(wire) => self.knock(wire),
            Event::Taken(wire) => self.taken(wire),
            Event::Refused(wire) => self.refused(wire),
            Event::AtHost(wire, freight) => self.at_host(wire, freight),
            Event::Heard(wire, what) => self.heard(wire, what),
            Event::Shut(wire, why) => self.close(wire, why),
            Event::AtClient(wire, freight) => self.at_client(wire, freight),
            Event::TooLate(wire, stage) => self.too_late(wire, stage),
            Event::Idle(wire) => self.idle(wire),
        }
    }

    /// Until when the one it happens to is asleep.
    fn asleep(&self, event: &Event) -> Option<Moment> {
        let machine = |place: usize| self.machines.get(place).and_then(|m| m.asleep);
        let until = match event {
            // Nobody's sleep keeps the world from turning a clock.
            // A prompt looks for itself whether anybody is awake.
            // A source never sleeps.
            Event::Act(_)
            | Event::Order(_)
            | Event::Prompt(_)
            | Event::Waited(_)
            | Event::AtSource { .. } => None,
            Event::Time(place)
            | Event::FromSource { machine: place, .. }
            | Event::Chart(place)
            | Event::Wake { machine: place, .. }
            | Event::Register { machine: place, .. }
            | Event::Registered { machine: place, .. }
            | Event::Resolved(place) => machine(*place),
            Event::Publish(host) => self.hosts.get(*host).and_then(|host| host.asleep),
            Event::Knock(wire)
            | Event::AtHost(wire, _)
            | Event::Heard(wire, _)
            | Event::Shut(wire, _)
            | Event::Idle(wire) => {
                let host = self.wires.get(*wire).and_then(|wire| self.hosts.get(wire.host));
                host.and_then(|host| host.asleep)
            }
            Event::Taken(wire)
            | Event::Refused(wire)
            | Event::AtClient(wire, _)
            | Event::TooLate(wire, _) => {
                self.wires.get(*wire).and_then(|wire| machine(wire.machine))
            }
        };
        until.filter(|until| *until > self.now)
    }
}
