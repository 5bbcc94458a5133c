//! What a driver on sockets needs of a world: its queue without its wires.
//!
//! The driver makes the attempts; whatever else is due happens here as it does in virtual time.

use client_sim::clock::applied::Applied;
use client_sim::clock::reading::Reading;
use client_sim::discover;
use client_sim::kms_host::KmsHost;
use client_sim::license::tally::Tally;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_sim::exchange::Exchange;
use kms_sim::fault::known::Caller;
use kms_sim::fault::notes::Notes;

use crate::attempt::Attempted;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::engine::door;
use crate::world::engine::naming::Answered;
use crate::world::event::Event;
use crate::world::history::{Acted, Exchanged, Tried};
use crate::world::plan::Deed;

/// An attempt the driver is to make.
#[derive(Clone, Debug)]
pub struct Errand {
    /// Which machine.
    pub machine: usize,
    /// Which of its attempts, from 1.
    pub ordinal: u64,
    /// The hosts to try, in order.
    pub hosts: Vec<KmsHost>,
    /// What DNS answered, where it was asked.
    pub answered: Answered,
}

impl World {
    /// When the next event is due, since the start.
    pub fn next_due(&self) -> Option<Nanos> {
        self.queue.next_at().map(|at| at.since(self.plan.start))
    }

    /// True time moves on.
    pub fn set_now(&mut self, now: Moment) {
        self.now = self.now.max(now);
    }

    /// Lets happen what is due, and gives the attempts that are to be made.
    pub fn due(&mut self) -> Vec<Errand> {
        let mut errands = Vec::new();
        while self.queue.next_at().is_some_and(|at| at <= self.now) {
            let Some((_, event)) = self.queue.take() else { break };
            self.history.events += 1;
            match event {
                Event::Act(place) if self.tells_to_activate(place) => {
                    errands.extend(self.act_of_errands(place));
                }
                Event::Wake { machine, timer } => {
                    let counts = self.machines.get(machine).is_some_and(|m| m.timer == timer);
                    errands.extend(counts.then_some(machine));
                }
                other => self.happen(other),
            }
        }
        errands.into_iter().filter_map(|machine| self.errand(machine)).collect()
    }

    fn act_of_errands(&mut self, place: usize) -> Vec<usize> {
        let Some(act) = self.plan.acts.get(place).cloned() else { return Vec::new() };
        self.history.acts.push(Acted { act: place, at: self.since_start() });
        self.tell_act(&act);
        match act.deed {
            Deed::Activate(machines) => machines.to_vec(),
            Deed::Type { .. } | Deed::Set { .. } | Deed::Happens { .. } => Vec::new(),
        }
    }

    fn tells_to_activate(&self, place: usize) -> bool {
        let act = self.plan.acts.get(place);
        act.is_some_and(|act| matches!(act.deed, Deed::Activate(_)))
    }

    fn errand(&mut self, place: usize) -> Option<Errand> {
        let draw = self.draw();
        let looks_up = self.machines.get(place)?.hosts.is_empty();
        let answered = if looks_up { self.answered(place) } else { Answered::default() };
        let machine = self.machines.get_mut(place)?;
        machine.attempts += 1;
        let hosts = if machine.hosts.is_empty() {
            let of = &machine.id;
            let ordered = discover::order(&answered.records, draw, of, machine.attempts);
            machine.machine.candidates(ordered)
        } else {
            machine.hosts.clone()
        };
        Some(Errand { machine: place, ordinal: machine.attempts, hosts, answered })
    }

    /// A machine is about to ask a host; the faults that turned its clock for it.
    pub fn about_to_ask(&mut self, place: usize) -> Vec<String> {
        let now = self.now;
        let Some(machine) = self.machines.get_mut(place) else { return Vec::new() };
        machine.requests += 1;
        let requests = machine.requests;
        self.before_exchange(Actor::Machine(place), requests);
        let turned = self.ask_of_client_clock(place);
        if let Some(machine) = self.machines.get_mut(place) {
            let reading = machine.clock.peek(now);
            machine.count_down(&reading);
        }
        turned
    }

    /// A machine's id, and who it is to the host it is about to ask.
    pub fn guest(&self, place: usize) -> Option<(String, Caller)> {
        let machine = self.machines.get(place)?;
        let caller = self.caller(place, door::key(&machine.id, machine.requests))?;
        Some((machine.id.clone(), caller))
    }

    /// Faults bent something on a connection of a host that is no judged call, or nearly did.
    pub fn bent_on(&mut self, host: usize, conn: u64, notes: &Notes) {
        self.remember_near(&notes.near);
        self.tell_bent_on(host, conn, notes);
    }

    /// A rule turned a host's clock.
    pub fn turned_on(&mut self, host: usize, id: &str, op: &str, applied: Applied) {
        self.turned(Actor::Host(host), id, op, applied);
    }

    /// A host has judged a call of a machine that is being tried.
    pub fn judged(
        &mut self,
        (host, machine, attempt): (usize, usize, u64),
        (client, judged): (Reading, Reading),
        exchange: &Exchange,
        notes: Notes,
    ) -> usize {
        let place = self.history.exchanges.len();
        self.remember_near(&notes.near);
        let at = judged_at(self.plan.start, &judged);
        let exchange = *exchange;
        let exchanged = Exchanged { at, host, machine, attempt, client, judged, exchange, notes };
        self.tell_exchange(&exchanged);
        let result = exchanged.exchange.result();
        self.history.exchanges.push(exchanged);
        if let Some(host) = self.hosts.get_mut(host) {
            host.exchanges += 1;
        }
        self.after_result(Actor::Host(host), result);
        place
    }

    /// A machine has tried a host.
    pub fn tried(
        &mut self,
        errand: &Errand,
        (host, server): (Option<usize>, &KmsHost),
        (began, last): (Nanos, bool),
        done: Attempted,
        (exchanges, faults): (Vec<usize>, Vec<String>),
    ) {
        let ended = self.since_start();
        let (activated, code) = (done.outcome.activated(), done.outcome.code);
        let Some(machine) = self.machines.get_mut(errand.machine) else { return };
        if activated {
            machine.tally = Tally::from(done.reading.wall);
        }
        self.log_of_machine(errand.machine, &done.outcome.events);
        let tried = Tried {
            machine: errand.machine,
            host,
            attempt: errand.ordinal,
            began,
            ended,
            reading: done.reading,
            exchanges,
            outcome: done.outcome,
            detail: done.detail,
            faults,
            last,
        };
        self.tell_tried(&tried, server);
        self.history.tries.push(tried);
        self.after_result(Actor::Machine(errand.machine), code);
        if last {
            self.end(errand.machine, server, activated);
        }
    }
}

/// When a host's clock gave this reading.
fn judged_at(start: Moment, reading: &Reading) -> Nanos {
    let ticks = i128::from(reading.filetime.0) - reading.injected.ticks;
    let true_time = kms_proto::time::FileTime(u64::try_from(ticks).unwrap_or(0));
    Moment::from_filetime(true_time).since(start)
}
