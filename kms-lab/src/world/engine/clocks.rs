//! What happens to clocks, and what sets it off.

use client_sim::clock::Clock;
use client_sim::clock::applied::{Applied, Ask};
use client_sim::clock::operation::Operation;
use client_sim::clock::set::SetTo;
use client_sim::clock::trigger::Trigger;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::Moment;

use crate::world::actor::Actor;
use crate::world::actor::source::settled;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::history::Turned;
use crate::world::saved::Saved;

impl World {
    /// Puts what is due by time into the queue.
    pub(super) fn plan_orders(&mut self) {
        let start = self.plan.start;
        for (place, order) in (0..).zip(&self.plan.orders) {
            let (Trigger::At(after) | Trigger::Every(after)) = order.trigger else {
                self.waiting.entry(order.actor).or_default().push(place);
                continue;
            };
            self.queue.put(start.plus(after), Event::Order(place));
        }
        for (place, machine) in (0..).zip(&self.machines) {
            if let Some(due) = machine.time_due {
                self.queue.put(due, Event::Time(place));
            }
        }
    }

    /// An order is due.
    pub(super) fn order(&mut self, place: usize) {
        let Some(order) = self.plan.orders.get(place).cloned() else { return };
        if let Trigger::Every(length) = order.trigger {
            self.after(length, Event::Order(place));
        }
        if let Some(done) = self.carried_out.get_mut(place) {
            *done = true;
        }
        if let Some(applied) = self.turn(order.actor, &order.id, order.what.name(), &order.what) {
            self.meetings.ordered(order.actor, place, &order.what, &applied);
        }
    }

    /// Before an actor's exchange numbered `next`, from 1.
    pub(super) fn before_exchange(&mut self, actor: Actor, next: u64) {
        for nth in 0.. {
            let Some(place) = self.waiting(actor, nth) else { return };
            let Some(order) = self.plan.orders.get(place) else { return };
            let due = order.trigger == Trigger::OnExchange(next);
            // A host may be looked at twice before its exchange; the order is carried out once.
            if due && self.results.get(place) == Some(&0) {
                if let Some(seen) = self.results.get_mut(place) {
                    *seen = 1;
                }
                self.order(place);
            }
        }
    }

    /// The n-th of an actor's orders that wait for exchanges or results.
    fn waiting(&self, actor: Actor, nth: usize) -> Option<usize> {
        self.waiting.get(&actor)?.get(nth).copied()
    }

    /// After an exchange of an actor that came to this.
    pub(super) fn after_result(&mut self, actor: Actor, code: HResult) {
        for which in 0.. {
            let Some(place) = self.waiting(actor, which) else { return };
            let Some(order) = self.plan.orders.get(place) else { return };
            let Trigger::OnResult { result, nth, after } = order.trigger else { continue };
            if result != code {
                continue;
            }
            let Some(seen) = self.results.get_mut(place) else { return };
            *seen += 1;
            if *seen == nth {
                self.after(after, Event::Order(place));
            }
        }
    }

    /// Carries an operation out, with what it asks of the actor; what came of it.
    pub(super) fn turn(
        &mut self,
        actor: Actor,
        id: &str,
        op: &str,
        operation: &Operation,
    ) -> Option<Applied> {
        let now = self.now;
        // What the clock has shown so far has counted, whatever it shows from now on.
        if let Actor::Machine(place) = actor {
            self.count_down(place);
        }
        if let Operation::Set(SetTo::Source(name)) = operation {
            self.source_is_read(name);
        }
        let operation = settled(&self.sources, now, operation);
        let applied = self.clock_mut(actor).map(|clock| clock.apply(now, &operation))?;
        if let Operation::Set(_) | Operation::Reset = *operation {
            self.clock_was_set(actor, &applied);
        }
        self.turned(actor, id, op, applied.clone());
        Some(applied)
    }

    /// An operation was carried out: what it asks of the actor follows.
    pub(super) fn turned(&mut self, actor: Actor, id: &str, op: &str, applied: Applied) {
        self.tell_operation(actor, id, op, &applied);
        self.meet_in_exchanges();
        self.meetings.turned(actor, op, &applied);
        let (before, after) = (applied.before.injected.nanos(), applied.after.injected.nanos());
        self.history.turns.push(Turned { at: self.since_start(), actor, before, after });
        self.oblige(actor, applied);
        if let Actor::Machine(place) = actor {
            self.register_anew(place);
        }
    }

    fn oblige(&mut self, actor: Actor, applied: Applied) {
        match applied.asks {
            None => {}
            Some(Ask::Pause(until)) => self.put_to_sleep(actor, until),
            Some(Ask::Save(name)) => {
                let saved = match actor {
                    Actor::Host(place) => {
                        self.hosts.get(place).map(|host| Saved::Host(Box::new(host.host.clone())))
                    }
                    Actor::Machine(place) => self.machines.get(place).map(|machine| {
                        Saved::Machine(Box::new((machine.machine.clone(), machine.tally)))
                    }),
                    Actor::Source(_) | Actor::Dns => None,
                };
                if let Some(saved) = saved {
                    self.saved.insert((actor, name), saved);
                }
            }
            Some(Ask::Restore(name)) => match (actor, self.saved.get(&(actor, name))) {
                (Actor::Host(place), Some(Saved::Host(saved))) => {
                    if let Some(host) = self.hosts.get_mut(place) {
                        host.host.clone_from(saved);
                    }
                }
                (Actor::Machine(place), Some(Saved::Machine(saved))) => {
                    if let Some(machine) = self.machines.get_mut(place) {
                        machine.machine = saved.0.clone();
                        machine.tally = saved.1;
                    }
                }
                _ => {}
            },
        }
    }

    /// The actor does nothing at all until then.
    pub(super) fn put_to_sleep(&mut self, actor: Actor, until: Moment) {
        match actor {
            Actor::Host(place) => {
                if let Some(host) = self.hosts.get_mut(place) {
                    host.asleep = Some(until);
                }
            }
            Actor::Machine(place) => {
                if let Some(machine) = self.machines.get_mut(place) {
                    machine.asleep = Some(until);
                    // It wakes to a network that it has to find anew.
                    if machine.watch.take().is_some_and(|watched| until <= watched) {
                        let timer = machine.timer;
                        self.queue.put(until, Event::Wake { machine: place, timer });
                    }
                }
            }
            Actor::Source(_) => {}
            Actor::Dns => {
                if let Some(dns) = &mut self.dns {
                    dns.asleep = Some(until);
                }
            }
        }
    }

    fn clock_mut(&mut self, actor: Actor) -> Option<&mut Clock> {
        match actor {
            Actor::Host(place) => self.hosts.get_mut(place).map(|host| &mut host.clock),
            Actor::Machine(place) => self.machines.get_mut(place).map(|machine| &mut machine.clock),
            Actor::Source(place) => self.sources.get_mut(place).map(|source| &mut source.clock),
            Actor::Dns => self.dns.as_mut().map(|dns| &mut dns.clock),
        }
    }
}
