//! Time services: they wake, ask, are answered, and turn their machines' clocks.

use client_sim::clock::applied::Applied;
use client_sim::time_service::Answer;
use client_sim::time_service::act::{Act, Query, Whom};
use client_sim::time_service::enact::{Enacted, enact};
use client_sim::time_service::peer::From;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::event::time_changed::{Reason, TimeChanged};
use kms_proto::wire::{Order, Wire};

use crate::world::actor::Actor;
use crate::world::actor::source::Source;
use crate::world::engine::World;
use crate::world::event::{Asker, Event};

impl World {
    /// A time service of a machine wants to be woken at its own moment.
    pub(super) fn wake_time_service(&mut self, place: usize) {
        let now = self.now;
        let Some(machine) = self.machines.get_mut(place) else { return };
        if machine.time_due.is_none_or(|due| due > now) {
            return;
        }
        machine.time_due = None;
        let wall = machine.clock.read(now).wall;
        let acts = if machine.time_starts {
            machine.time_starts = false;
            machine.time.start(now, wall)
        } else {
            machine.time.poll(now, wall)
        };
        self.serve_time(place, acts);
    }

    /// Does what a machine's time service asks for.
    pub(super) fn serve_time(&mut self, place: usize, acts: Vec<Act>) {
        let now = self.now;
        // What the clock has shown so far has counted, whatever it shows from now on.
        self.count_down(place);
        let Some(machine) = self.machines.get_mut(place) else { return };
        let Enacted { queries, events, turns } = enact(acts, &mut machine.clock, now);
        let source = machine.time_source;
        self.log_of_machine(place, &events);
        let by = source.and_then(|source| self.sources.get(source));
        let by = by.map_or_else(|| "w32time".to_owned(), |source| source.id.clone());
        let actor = Actor::Machine(place);
        for (_, applied) in turns {
            self.turned(actor, &by, "sync", applied);
        }
        for query in queries {
            self.ask_for_time(place, &query);
        }
        self.schedule_time(place);
        self.resynced(place);
    }

    /// Has the service woken when it wants to be.
    fn schedule_time(&mut self, place: usize) {
        let Some(machine) = self.machines.get_mut(place) else { return };
        let due = machine.time.due().map(|due| due.max(self.now));
        if machine.time_starts || due == machine.time_due {
            return;
        }
        machine.time_due = due;
        if let Some(due) = due {
            self.queue.put(due, Event::Time(place));
        }
    }

    fn ask_for_time(&mut self, place: usize, query: &Query) {
        let own = self.machines.get(place).and_then(|machine| machine.time_source);
        let first = (!self.sources.is_empty()).then_some(0);
        let source = match &query.whom {
            Whom::Domain => own.or(first),
            Whom::Manual(name) => self.source(name),
        };
        let asker = Asker::Service(query.id);
        self.send_question(place, source, asker, &query.packet.to_bytes(Order::Big));
    }

    /// A question sets out from a machine.
    pub(super) fn send_question(
        &mut self,
        machine: usize,
        source: Option<usize>,
        asker: Asker,
        question: &[u8],
    ) {
        let Some(place) = source else {
            self.after(Nanos(0), Event::FromSource { machine, source, asker, answer: None });
            return;
        };
        let round_trip = self.sources.get(place).map_or(Nanos(0), |source| source.round_trip);
        let there = half(round_trip);
        let question = question.into();
        self.after(there, Event::AtSource { machine, source: place, asker, question });
    }

    /// A question reaches a time source, which answers at once.
    pub(super) fn at_source(
        &mut self,
        machine: usize,
        source: usize,
        asker: Asker,
        question: &[u8],
    ) {
        let now = self.now;
        let Some(server) = self.sources.get_mut(source) else { return };
        server.asked += 1;
        let nth = server.asked;
        self.before_exchange(Actor::Source(source), nth);
        let Some(server) = self.sources.get_mut(source) else { return };
        let back = Nanos(server.round_trip.0 - half(server.round_trip).0);
        let reading = server.clock.peek(now);
        let answer: Option<Box<[u8]>> = server.answer(question, now).map(Into::into);
        if answer.is_some() {
            self.is_read(Actor::Source(source), &reading);
        }
        let source = Some(source);
        self.after(back, Event::FromSource { machine, source, asker, answer });
    }

    /// An answer reaches the machine that asked, or it learns that there is nobody.
    pub(super) fn answered_by_source(
        &mut self,
        place: usize,
        source: Option<usize>,
        asker: Asker,
        answer: Option<&[u8]>,
    ) {
        let now = self.now;
        let from = source.and_then(|source| self.sources.get(source)).map(Source::from);
        let Some(machine) = self.machines.get_mut(place) else { return };
        let reading = machine.clock.read(now);
        let wall = reading.wall;
        if answer.is_some() {
            self.is_read(Actor::Machine(place), &reading);
        }
        let id = match asker {
            Asker::Service(id) => id,
            Asker::Chart => {
                self.chart_line(place, answer, wall);
                return;
            }
        };
        let answer = match (from, answer) {
            (None, _) => Answer::NotFound,
            (Some(_), None) => Answer::Silence,
            (Some(from), Some(bytes)) => Answer::Packet { bytes, from },
        };
        let Some(machine) = self.machines.get_mut(place) else { return };
        let acts = machine.time.answer(now, wall, id, &answer);
        self.serve_time(place, acts);
    }

    /// Somebody set a machine's clock by hand.
    pub(super) fn clock_was_set(&mut self, actor: Actor, applied: &Applied) {
        let Actor::Machine(place) = actor else { return };
        let Some(machine) = self.machines.get_mut(place) else { return };
        machine.time.clock_was_set();
        let (from, to) = (applied.before.wall, applied.after.wall);
        if from != to {
            let changed = TimeChanged { to, from, reason: Reason::Set };
            self.log_of_machine(place, &[changed.event()]);
        }
    }
}

/// How much of a round trip the way there takes; the rest is the way back.
const fn half(round_trip: Nanos) -> Nanos {
    Nanos(round_trip.0 / 2).on_grain()
}

impl Source {
    fn from(&self) -> From {
        From { name: self.name.clone(), address: self.address }
    }
}
