//! The host's part: it meets who connects, takes what comes, answers, ends.

use client_sim::clock::reading::Reading;
use kms_proto::time::duration::Nanos;
use kms_sim::exchange::Exchange;
use kms_sim::fault::delivery::{Delivery, What};
use kms_sim::fault::door::Way;
use kms_sim::fault::line::{Did, Line, Turn};
use kms_sim::fault::notes::Notes;
use kms_sim::net::observer::Ended;
use kms_sim::session::Session;

use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::engine::judging::Judging;
use crate::world::event::Event;
use crate::world::history::Exchanged;
use crate::world::wire::{Freight, Served, Wire};

impl World {
    /// A connection reaches the host's door.
    pub(super) fn knock(&mut self, id: u64) {
        if self.outside.is_some() {
            return self.knock_outside(id);
        }
        let (draw, now, since_start) = (self.draw(), self.now, self.since_start());
        let caller = self.wires.get(id).and_then(|wire| self.caller(wire.machine, wire.key));
        let Some(wire) = self.wires.get_mut(id) else { return };
        let Some(host) = self.hosts.get_mut(wire.host) else { return };
        let Some(caller) = caller else { return };
        if let Some(notes) = host.faults.turned_away(since_start) {
            wire.knocking = false;
            let (port, back) = (host.address.port(), wire.link.to_client);
            self.note(id, &notes);
            self.tape_refused(id, now, port);
            return self.after(back, Event::Refused(id));
        }
        let (to_client, idle) = (wire.link.to_client, host.idle);
        host.accepted += 1;
        wire.ordinal = host.accepted;
        wire.knocking = false;
        wire.progress = now;
        let (admission, line) = Line::open(&mut host.faults, caller, wire.ordinal, since_start);
        let full = host.open >= host.max_connections;
        if !full {
            host.open += 1;
            let opens = now.plus(admission.after);
            wire.server = Some(Served {
                session: Session::new(host.session, draw, wire.key, host.address.port()),
                line,
                way: admission.way,
                opens,
                heard: opens,
                leaves: opens,
                mute: false,
                deaf: admission.way != Way::Serve,
            });
        }
        self.tell_opened(id);
        self.tape_opened(id);
        self.note(id, &admission.notes);
        self.after(to_client, Event::Taken(id));
        if full {
            self.tell_closed(id, Ended::Full);
            return self.send_to_client(id, now, Freight::End);
        }
        match admission.way {
            Way::Close => {
                self.carry_part(id, admission.after, What::Close, Ended::Fault);
            }
            Way::Reset => {
                self.carry_part(id, admission.after, What::Reset, Ended::Fault);
            }
            Way::Serve | Way::Ignore => {}
        }
        self.after(idle, Event::Idle(id));
    }

    /// Something arrives at the host.
    pub(super) fn at_host(&mut self, id: u64, freight: Freight) {
        let (now, since_start) = (self.now, self.since_start());
        let deaf = |wire: &Wire| wire.server.as_ref().is_none_or(|served| served.deaf);
        if self.wires.get(id).is_none_or(deaf) {
            self.tape_came(id, &freight);
        }
        let Some(wire) = self.wires.get_mut(id) else { return };
        let Some(served) = &mut wire.server else { return };
        match freight {
            Freight::End => self.close(id, Ended::Peer),
            Freight::Reset => self.close(id, Ended::Broken(std::io::ErrorKind::ConnectionReset)),
            Freight::Bytes(_) if served.deaf => {}
            // It is served late: what comes waits until then.
            Freight::Bytes(_) if served.opens > now => {
                let opens = served.opens;
                self.queue.put(opens, Event::AtHost(id, freight));
            }
            Freight::Bytes(bytes) => {
                let Some(host) = self.hosts.get_mut(wire.host) else { return };
                let mut incoming = Delivery::default();
                let notes =
                    served.line.receive(&bytes, &mut host.faults, since_start, &mut incoming);
                self.note(id, &notes);
                for part in incoming.take() {
                    let Some(served) = self.wires.get_mut(id).and_then(|w| w.server.as_mut())
                    else {
                        return;
                    };
                    let at = served.heard.max(now).plus(part.after);
                    served.heard = at;
                    if at <= now {
                        self.heard(id, part.what);
                    } else {
                        self.queue.put(at, Event::Heard(id, part.what));
                    }
                }
            }
        }
    }

    /// The host takes what came, as faults left it.
    pub(super) fn heard(&mut self, id: u64, what: What) {
        if let What::Send(bytes) = &what {
            self.tape_came(id, &Freight::Bytes(bytes.clone()));
        }
        let Some(wire) = self.wires.get_mut(id) else { return };
        let Some(served) = wire.server.as_mut().filter(|served| !served.deaf) else { return };
        match what {
            What::Send(bytes) => {
                served.session.receive(&bytes);
                self.serve(id);
            }
            What::HalfClose => self.close(id, Ended::Peer),
            What::Stall => served.deaf = true,
            What::Close | What::Reset => {
                self.carry_part(id, Nanos(0), what, Ended::Fault);
            }
        }
    }

    /// Serves every whole PDU received so far.
    fn serve(&mut self, id: u64) {
        let since_start = self.since_start();
        let Some(place) = self.wires.get(id).map(|wire| wire.host) else { return };
        let Some(next) = self.hosts.get(place).map(|host| host.exchanges + 1) else { return };
        self.before_exchange(Actor::Host(place), next);
        let mut delivery = Delivery::default();
        let mut why = Ended::Fault;
        let lives = self.hosts.get(place).map(|host| host.faults.lives());
        loop {
            let Some(wire) = self.wires.get_mut(id) else { return };
            let Some(host) = self.hosts.get_mut(place) else { return };
            let Some(Served { session, line, .. }) = &mut wire.server else { return };
            let (clock, sources, now) = (&mut host.clock, &*self.sources, self.now);
            let (turns, set_by) = (Vec::new(), Vec::new());
            let mut clock = Judging { clock, sources, now, turns, set_by };
            let both = (&mut host.host, &mut host.faults);
            let time = (&mut clock, since_start);
            let Turn { did, notes, .. } = line.step(session, both, time, &mut delivery);
            let Judging { turns, set_by, .. } = clock;
            for source in set_by {
                self.source_is_read(&source);
            }
            for (rule, op, applied) in turns {
                self.turned(Actor::Host(place), &rule, op, applied);
            }
            let Some(host) = self.hosts.get_mut(place) else { return };
            match did {
                Did::Nothing => break,
                Did::Called(exchange) => {
                    // The request may have been taken late, and judged by the clock of then.
                    let read = host.clock.read(self.now);
                    let judged = Reading { filetime: exchange.host_time, ..read };
                    self.called(place, id, judged, &exchange, notes);
                }
                Did::Closed(trouble) => {
                    why = Ended::Session(trouble);
                    self.note(id, &notes);
                }
                Did::Sent | Did::Withheld | Did::Died => self.note(id, &notes),
            }
            if let Some(wire) = self.wires.get_mut(id) {
                wire.progress = self.now;
            }
            if delivery.is_over() {
                break;
            }
        }
        self.carry(id, delivery, why);
        if lives != self.hosts.get(place).map(|host| host.faults.lives()) {
            self.died(place, id);
        }
    }

    /// A host has judged a call.
    pub(super) fn called(
        &mut self,
        place: usize,
        id: u64,
        judged: Reading,
        exchange: &Exchange,
        notes: Notes,
    ) {
        if let Some(host) = self.hosts.get_mut(place) {
            host.exchanges += 1;
        }
        self.exchanged(id, judged, exchange, notes);
        self.after_result(Actor::Host(place), exchange.result());
    }

    /// What it came to.
    fn exchanged(&mut self, id: u64, judged: Reading, exchange: &Exchange, mut notes: Notes) {
        let Some(wire) = self.wires.get(id) else { return };
        let (host, machine, attempt) = (wire.host, wire.machine, wire.attempt);
        let exchange = Exchange { connection: wire.ordinal, ..*exchange };
        let place = self.history.exchanges.len();
        let at = self.since_start();
        let client = wire.asked;
        if let Some(trying) = self.machines.get_mut(machine).and_then(|m| m.trying.as_mut())
            && trying.wire == id
        {
            trying.exchanges.push(place);
            notes.faults.splice(0..0, trying.turned.iter().cloned());
        }
        self.blame(id, &notes);
        let exchanged = Exchanged { at, host, machine, attempt, client, judged, exchange, notes };
        self.tell_exchange(&exchanged);
        self.history.exchanges.push(exchanged);
        self.log_of_host(host);
    }

    /// Notes what faults did to something that is no judged call.
    pub(super) fn note(&mut self, id: u64, notes: &Notes) {
        if !notes.is_empty() {
            self.blame(id, notes);
            self.tell_bent(id, notes);
        }
    }

    /// The try a connection belongs to was bent by these.
    fn blame(&mut self, id: u64, notes: &Notes) {
        self.remember_near(&notes.near);
        let Some(wire) = self.wires.get(id) else { return };
        let trying = self.machines.get_mut(wire.machine).and_then(|m| m.trying.as_mut());
        let Some(trying) = trying.filter(|trying| trying.wire == id) else { return };
        for fault in &notes.faults {
            if !trying.faults.contains(fault) {
                trying.faults.push(fault.clone());
            }
        }
    }

    /// The host looks whether a connection has gone idle.
    pub(super) fn idle(&mut self, id: u64) {
        let now = self.now;
        let Some(wire) = self.wires.get(id) else { return };
        let Some(served) = &wire.server else { return };
        let Some(host) = self.hosts.get(wire.host) else { return };
        let until = wire.progress.max(served.leaves).plus(host.idle);
        if until <= now {
            self.send_to_client(id, now, Freight::End);
            self.close(id, Ended::Idle);
        } else {
            self.queue.put(until, Event::Idle(id));
        }
    }

    /// The host's side is gone.
    pub(super) fn close(&mut self, id: u64, why: Ended) {
        let since_start = self.since_start();
        let Some(wire) = self.wires.get_mut(id) else { return };
        if let Some(served) = wire.server.take() {
            let ordinal = wire.ordinal;
            if let Some(host) = self.hosts.get_mut(wire.host) {
                host.open = host.open.saturating_sub(1);
                if served.way == Way::Serve {
                    host.faults.closed(ordinal, since_start);
                }
            }
            self.tape_ended(id, why);
            self.tell_closed(id, why);
        }
        self.forget(id);
    }
}
