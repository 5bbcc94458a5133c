//! What a driver on sockets needs of a world: its queue, without the way bytes travel.
//!
//! Machines ask, listen and conclude, clocks turn and time services work as they do in virtual
//! time. Only what a machine sends leaves by the driver, and what hosts do comes in by it.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use client_sim::clock::applied::Applied;
use client_sim::clock::reading::Reading;
use client_sim::net::error::Cause;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_sim::exchange::Exchange;
use kms_sim::fault::known::Caller;
use kms_sim::fault::notes::Notes;
use kms_sim::net::observer::Ended;

use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::outside::{Order, Outside};
use crate::world::wire::{Freight, Wire};

impl World {
    /// From now on bytes travel on sockets of loopback, in a time `scale` times as fast.
    pub fn go_outside(&mut self, scale: f64) {
        self.outside = Some(Outside::new(scale));
        for host in &mut self.hosts {
            host.ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        }
    }

    /// What is to be done on sockets, in order.
    pub fn orders(&mut self) -> Vec<Order> {
        self.outside.as_mut().map(Outside::take).unwrap_or_default()
    }

    /// When the next event is due, since the start.
    pub fn next_due(&self) -> Option<Nanos> {
        self.queue.next_at().map(|at| at.since(self.plan.start))
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

    /// Whether a machine still listens on some connection.
    pub fn is_asking(&self) -> bool {
        self.wires.iter().any(|(_, wire)| wire.client)
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

    /// A machine's connection came to nothing: nobody listens, or the system says no.
    pub fn came_to_nothing(&mut self, id: u64, why: io::ErrorKind) {
        if let Some(wire) = self.wires.get_mut(id) {
            wire.knocking = false;
        }
        if why == io::ErrorKind::ConnectionRefused {
            let host = self.wires.get(id).map(|wire| wire.host);
            let host = host.and_then(|place| self.hosts.get_mut(place));
            let since_start = self.now.since(self.plan.start);
            if let Some(notes) = host.and_then(|host| host.faults.turned_away(since_start)) {
                self.note(id, &notes);
            }
        }
        self.unreachable(id, Cause::System(why));
        self.forget(id);
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

    /// A machine dials on sockets. Its host's end may live until the host says it does not.
    pub(super) fn dial_outside(&mut self, id: u64, host: Option<usize>) {
        if let Some(wire) = self.wires.get_mut(id) {
            wire.knocking = true;
        }
        self.ask_outside(Order::Dial { wire: id, host });
    }

    /// What a machine sends, where it leaves by sockets; `Some` gives it back where it does not.
    pub(super) fn send_outside(&mut self, id: u64, freight: Freight) -> Option<Freight> {
        if self.outside.is_none() {
            return Some(freight);
        }
        let host = self.wires.get(id).map(|wire: &Wire| wire.host);
        if let (Some(place), Freight::Bytes(_)) = (host, &freight) {
            let next = self.hosts.get(place).map_or(1, |host| host.exchanges + 1);
            self.before_exchange(Actor::Host(place), next);
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
