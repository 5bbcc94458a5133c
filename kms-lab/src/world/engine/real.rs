//! What a driver on sockets needs of a world: its queue, without the way bytes travel.
//!
//! Machines ask, listen and conclude, clocks turn and time services work as they do in virtual
//! time. Only what a machine sends leaves by the driver, and what hosts do comes in by it.

mod remaining;

use std::collections::BTreeMap;
use std::io;

use client_sim::clock::applied::{Applied, Ask};
use client_sim::clock::operation::Operation;
use client_sim::clock::reading::Reading;
use client_sim::clock::set::SetTo;
use client_sim::clock::trigger::Trigger;
use client_sim::net::error::Cause;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_sim::exchange::Exchange;
use kms_sim::fault::known::Caller;
use kms_sim::fault::notes::Notes;
use kms_sim::host::Host;
use kms_sim::net::observer::Ended;

use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::outside::{Order, Outside, Standing};
use crate::world::saved::Saved;
use crate::world::wire::{Freight, Wire};

impl World {
    /// From now on bytes travel on sockets of loopback, in a time `scale` times as fast.
    pub fn go_outside(&mut self, scale: f64) {
        self.outside = Some(Outside::new(scale));
    }

    /// What is to be done on sockets, in order.
    pub fn orders(&mut self) -> Vec<Order> {
        self.outside.as_mut().map(Outside::take).unwrap_or_default()
    }

    /// True time moves on.
    pub fn set_now(&mut self, now: Moment) {
        self.now = self.now.max(now);
    }

    /// Lets happen what is due by this long after the start.
    pub fn due(&mut self, until: Nanos) {
        let until = self.plan.start.plus(until);
        while self.queue.next_at().is_some_and(|at| at <= until) {
            let Some((_, event)) = self.queue.take() else { break };
            self.history.events += 1;
            self.happen(event);
        }
    }

    /// Until when something may be heard of a connection: until `end`, as long as one is open, but
    /// where its machine is gone and its host does nothing at all, first when that wakes.
    pub fn listens_until(&self, end: Nanos) -> Option<Nanos> {
        let wakes = |wire: &Wire| self.hosts.get(wire.host).and_then(|host| host.asleep);
        let until = |(_, wire): (u64, &Wire)| {
            let wakes = wakes(wire).filter(|wakes| !wire.client && *wakes > self.now);
            wakes.map_or(end, |wakes| wakes.since(self.plan.start))
        };
        self.wires.iter().map(until).min()
    }

    /// The id of the machine that opened a connection, and who it is to its host.
    pub fn guest(&self, id: u64) -> Option<(String, Caller)> {
        let wire = self.wires.get(id)?;
        let machine = self.machines.get(wire.machine)?;
        Some((machine.id.clone(), self.caller(wire.machine, wire.key)?))
    }

    /// A machine's connection was taken.
    pub fn was_taken(&mut self, id: u64) {
        self.happen(Event::Taken(id));
    }

    /// A machine's connection came to nothing: nobody listens, or the system says no. `shut` is the
    /// moment since the start at which it found the door shut, if that is why.
    pub fn came_to_nothing(&mut self, id: u64, why: io::ErrorKind, shut: Option<Nanos>) {
        if let Some(wire) = self.wires.get_mut(id) {
            wire.knocking = false;
        }
        if let Some(shut) = shut {
            let host = self.wires.get(id).map(|wire| wire.host);
            let host = host.and_then(|place| self.hosts.get_mut(place));
            if let Some(notes) = host.and_then(|host| host.faults.turned_away(shut)) {
                self.note(id, &notes);
            }
        }
        self.unreachable(id, Cause::System(why));
        self.forget(id);
    }

    /// The host of a connection that it has not seen yet.
    pub fn never_opened(&self, id: u64) -> Option<usize> {
        self.wires.get(id).filter(|wire| wire.ordinal == 0).map(|wire| wire.host)
    }

    /// Something arrived at a machine.
    pub fn arrived(&mut self, id: u64, freight: Freight) {
        self.happen(Event::AtClient(id, freight));
    }

    /// A machine's socket is closed.
    pub fn is_over(&mut self, id: u64) {
        if let Some(wire) = self.wires.get_mut(id).filter(|wire| wire.ordinal == 0) {
            wire.knocking = false;
        }
        self.forget(id);
    }

    /// A host has taken a connection as the one numbered `conn`.
    pub fn was_opened(&mut self, host: usize, conn: u64, wire: Option<u64>, peer: &str) {
        if let Some(host) = self.hosts.get_mut(host) {
            host.accepted += 1;
        }
        if let Some(wire) = wire.and_then(|id| self.wires.get_mut(id)) {
            wire.ordinal = conn;
        }
        self.tell_opened_on(host, conn, peer);
    }

    /// A host has judged a call that came over a connection.
    pub fn was_called(&mut self, id: u64, judged: Reading, exchange: &Exchange, notes: Notes) {
        let Some(host) = self.wires.get(id).map(|wire| wire.host) else { return };
        self.called(host, id, judged, exchange, notes);
    }

    /// Faults bent something on a connection of a host that is no judged call, or nearly did.
    pub fn was_bent(&mut self, host: usize, conn: u64, wire: Option<u64>, notes: &Notes) {
        if let Some(id) = wire {
            self.note(id, notes);
        } else {
            self.remember_near(&notes.near);
            self.tell_bent_on(host, conn, notes);
        }
    }

    /// A rule turned a host's clock, and may have set it by a source.
    pub fn was_turned(
        &mut self,
        host: usize,
        id: &str,
        op: &str,
        applied: Applied,
        set_by: Option<&str>,
    ) {
        if let Some(source) = set_by {
            self.source_is_read(source);
        }
        self.turned(Actor::Host(host), id, op, applied);
    }

    /// An order to a host's clock was carried out before the exchange it waited for. `saved` is the
    /// host as it was then, where the order saves it.
    pub fn was_ordered(
        &mut self,
        host: usize,
        place: usize,
        applied: &Applied,
        saved: Option<Box<Host>>,
    ) {
        let Some(order) = self.plan.orders.get(place).cloned() else { return };
        let actor = Actor::Host(host);
        if let Some(done) = self.carried_out.get_mut(place) {
            *done = true;
        }
        if let Operation::Set(SetTo::Source(name)) = &order.what {
            self.source_is_read(name);
        }
        if let (Some(Ask::Save(name)), Some(saved)) = (&applied.asks, saved) {
            self.saved.insert((actor, name.clone()), Saved::Host(saved));
        }
        // The host was saved, and returned, when the order was carried out.
        let asks = applied.asks.clone().filter(|ask| matches!(ask, Ask::Pause(_)));
        self.turned(actor, &order.id, order.what.name(), Applied { asks, ..applied.clone() });
        self.meetings.ordered(actor, place, &order.what, applied);
    }

    /// The orders to a host's clock that wait for its exchanges.
    pub fn standing(&self, host: usize) -> Vec<Standing> {
        let waiting = self.waiting.get(&Actor::Host(host)).into_iter().flatten();
        let standing = |place: &usize| {
            let order = self.plan.orders.get(*place)?;
            let Trigger::OnExchange(nth) = order.trigger else { return None };
            Some(Standing { place: *place, nth, what: order.what.clone() })
        };
        waiting.filter_map(standing).collect()
    }

    /// A host as it was saved, by name.
    pub fn saved_of(&self, host: usize) -> BTreeMap<Box<str>, Host> {
        let of = |((actor, name), saved): (&(Actor, Box<str>), &Saved)| match saved {
            Saved::Host(saved) if *actor == Actor::Host(host) => {
                Some((name.clone(), (**saved).clone()))
            }
            _ => None,
        };
        self.saved.iter().filter_map(of).collect()
    }

    /// A host is done with a connection.
    pub fn was_closed(&mut self, host: usize, conn: u64, wire: Option<u64>, why: Ended) {
        self.tell_closed_on(host, conn, why);
        if let Some(id) = wire {
            if let Some(wire) = self.wires.get_mut(id) {
                wire.knocking = false;
            }
            self.forget(id);
        }
    }

    /// A machine dials on sockets. Its host's end may live until the host says it does not; a host
    /// that does nothing at all is dialled once it wakes.
    pub(super) fn dial_outside(&mut self, id: u64, host: Option<usize>) {
        if let Some(wire) = self.wires.get_mut(id) {
            wire.knocking = true;
        }
        let asleep = host.and_then(|host| self.hosts.get(host)?.asleep);
        match asleep.filter(|until| *until > self.now) {
            Some(until) => self.queue.put(until, Event::Knock(id)),
            None => self.ask_outside(Order::Dial { wire: id, host }),
        }
    }

    /// A host wakes that a machine dialled meanwhile; it may have given up.
    pub(super) fn knock_outside(&mut self, id: u64) {
        let Some(wire) = self.wires.get(id) else { return };
        let (host, client) = (wire.host, wire.client);
        self.ask_outside(Order::Dial { wire: id, host: Some(host) });
        if !client {
            self.ask_outside(Order::Send(id, Freight::End));
        }
    }

    /// What a machine sends, where it leaves by sockets; `Some` gives it back where it does not.
    pub(super) fn send_outside(&mut self, id: u64, freight: Freight) -> Option<Freight> {
        if self.outside.is_none() {
            return Some(freight);
        }
        self.ask_outside(Order::Send(id, freight));
        None
    }

    /// How much true time a network may take that is given this length.
    pub(super) fn patience(&self, length: Nanos) -> Nanos {
        self.outside.as_ref().map_or(length, |outside| outside.true_time(length))
    }

    fn ask_outside(&mut self, order: Order) {
        if let Some(outside) = &mut self.outside {
            outside.order(order);
        }
    }
}
