//! What the world writes into its journal.

use client_sim::activation::Outcome;
use client_sim::kms_host::KmsHost;
use kms_sim::net::observer::Ended as Why;

use crate::journal::line::{ClockFault, ExchangeLine};
use crate::world::actor::Actor;
use crate::world::actor::machine::Trying;
use crate::world::ended::Ended;
use crate::world::engine::World;
use crate::world::history::Exchanged;
use crate::world::lines::{Checked, Closed, Counted, Done, Opened, Shows, Summary, Tried};
use crate::world::plan::{Act, Deed};

impl World {
    /// The line of all clocks: the first of a journal and the last but the summary.
    pub(super) fn tell_clocks(&mut self) {
        if !self.diary.is_kept() {
            return;
        }
        let at = self.now;
        let clocks = self.actors();
        let clocks = clocks.filter_map(|a| Some(Shows::new(self.id(a), self.clock(a)?, at)));
        let clocks = clocks.collect();
        let checked = Checked { op: "check", true_time: at.filetime(), clocks };
        self.diary.write(at.since(self.plan.start), "clock", "world", &checked);
    }

    pub(super) fn tell_summary(&mut self, ended: Ended) {
        let hosts = self.hosts.iter();
        let hosts = hosts.map(|h| Counted { host: h.id(), counters: *h.host.ledger() }).collect();
        let summary = Summary {
            ended: ended.to_string(),
            seed: self.plan.seed,
            exchanges: self.history.exchanges.len(),
            attempts: self.history.attempts.len(),
            events: self.history.events,
            hosts,
            lines: self.diary.written() + 1,
        };
        self.diary.write(self.now.since(self.plan.start), "summary", "world", &summary);
    }

    pub(super) fn tell_act(&mut self, act: &Act) {
        let names = |places: &[usize]| {
            places.iter().filter_map(|p| self.machines.get(*p)).map(|m| m.id.as_str()).collect()
        };
        let (what, to) = match &act.what {
            Deed::Activate(machines) => ("activate", names(machines)),
            Deed::Restart(host) => {
                ("restart", self.hosts.get(*host).map(|h| h.id()).into_iter().collect())
            }
            Deed::Look(_) => return,
        };
        let done = Done { id: &act.id, what, to };
        self.diary.write(self.now.since(self.plan.start), "step", "world", &done);
    }

    pub(super) fn tell_opened(&mut self, id: u64) {
        let Some(wire) = self.wires.get(&id) else { return };
        let Some(host) = self.hosts.get(wire.host) else { return };
        let Some(machine) = self.machines.get(wire.machine) else { return };
        let opened = Opened { conn: wire.ordinal, peer: &machine.id };
        self.diary.write(self.now.since(self.plan.start), "conn-open", host.id(), &opened);
    }

    pub(super) fn tell_closed(&mut self, id: u64, why: Why) {
        if !self.diary.is_kept() {
            return;
        }
        let Some(wire) = self.wires.get(&id) else { return };
        let Some(host) = self.hosts.get(wire.host) else { return };
        let closed = Closed { conn: wire.ordinal, why: why.to_string() };
        self.diary.write(self.now.since(self.plan.start), "conn-close", host.id(), &closed);
    }

    pub(super) fn tell_exchange(&mut self, exchanged: &Exchanged) {
        if !self.diary.is_kept() {
            return;
        }
        let spec = |actor| self.clock(actor).map(|c| c.spec().to_string()).unwrap_or_default();
        let host = ClockFault::new(spec(Actor::Host(exchanged.host)), &exchanged.judged);
        let client = ClockFault::new(spec(Actor::Machine(exchanged.machine)), &exchanged.client);
        let line = ExchangeLine::new(&exchanged.exchange, Some(host)).asked_by(client);
        let Some(actor) = self.hosts.get(exchanged.host) else { return };
        self.diary.write(exchanged.at, "exchange", actor.id(), &line);
    }

    pub(super) fn tell_tried(
        &mut self,
        place: usize,
        trying: &Trying,
        server: &KmsHost,
        outcome: &Outcome,
        detail: Option<&str>,
    ) {
        if !self.diary.is_kept() {
            return;
        }
        let Some(machine) = self.machines.get(place) else { return };
        let tried = Tried {
            attempt: trying.ordinal,
            host: server.to_string(),
            client_time: trying.reading.filetime.to_string(),
            client_filetime: trying.reading.filetime,
            clock: ClockFault::new(machine.clock.spec().to_string(), &trying.reading),
            result: outcome.code,
            shown: outcome.shown,
            detail,
            failures: &outcome.failures,
            count: outcome.count,
            license_status: outcome.license.status,
            license_minutes: outcome.license.minutes,
        };
        self.diary.write(self.now.since(self.plan.start), "attempt", &machine.id, &tried);
    }
}
