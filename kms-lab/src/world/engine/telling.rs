//! What the world writes into its journal.

use client_sim::clock::applied::Applied;
use client_sim::kms_host::KmsHost;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::update::UpdateReply;
use kms_proto::kms::hresult::HResult;
use kms_sim::fault::notes::Notes;
use kms_sim::net::observer::Ended as Why;
use serde::Serialize;

use crate::journal::line::{ClockFault, ExchangeLine, FaultNotes, Operated};
use crate::world::actor::Actor;
use crate::world::ended::Ended;
use crate::world::engine::World;
use crate::world::history::{self, Exchanged};
use crate::world::lines::{
    Bent, Checked, Closed, Commanded, Counted, Done, Expected, Missed, Opened, Published,
    Registered, Shows, Summary, Tried,
};
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
        let fault_hits = self.all_hits();
        let hosts = self.hosts.iter();
        let hosts = hosts.map(|h| Counted { host: h.id(), counters: *h.host.ledger() }).collect();
        let summary = Summary {
            ended: ended.to_string(),
            seed: self.plan.seed,
            exchanges: self.history.exchanges.len(),
            attempts: self.history.tries.iter().filter(|tried| tried.last).count(),
            events: self.history.events,
            hosts,
            fault_hits: fault_hits.into_iter().map(|(id, hits)| (id, hits.into())).collect(),
            lines: self.diary.written() + 1,
        };
        self.diary.write(self.now.since(self.plan.start), "summary", "world", &summary);
    }

    pub(super) fn tell_act(&mut self, act: &Act) {
        if !self.diary.is_kept() {
            return;
        }
        let ids = |on: &[Actor]| on.iter().map(|actor| self.id(*actor).to_owned()).collect();
        let (what, to, how): (_, Vec<String>, _) = match &act.deed {
            Deed::Activate(machines) => {
                let machines = machines.iter().copied().map(Actor::Machine);
                ("activate", ids(&machines.collect::<Vec<_>>()), None)
            }
            Deed::Type { on, line } => ("type", ids(on), Some(line.command.to_string())),
            Deed::Set { on, to } => ("set", ids(on), Some(to.to_string())),
            Deed::Happens { on, what } => ("happens", ids(on), Some(what.to_string())),
        };
        let done = Done { id: &act.id, what, to, how };
        self.diary.write(self.now.since(self.plan.start), "step", "world", &done);
    }

    /// A command has ended.
    pub(super) fn tell_command(&mut self, place: usize) {
        if !self.diary.is_kept() {
            return;
        }
        let Some(typed) = self.history.commands.get(place) else { return };
        let Some((ended, reply)) = &typed.end else { return };
        let commanded = Commanded {
            id: Some(typed.id.as_str()).filter(|id| !id.is_empty()),
            line: typed.typing.command.to_string(),
            elevated: typed.typing.elevated,
            code: reply.result(),
            exit: reply.exit(),
            took_ns: ended.0.saturating_sub(typed.began.0),
            text: &reply.text,
        };
        let actor = self.id(typed.actor).to_owned();
        self.diary.write(*ended, "command", &actor, &commanded);
    }

    pub(super) fn tell_opened(&mut self, id: u64) {
        if !self.diary.is_kept() {
            return;
        }
        let Some(wire) = self.wires.get(id) else { return };
        let Some(machine) = self.machines.get(wire.machine) else { return };
        let (host, conn, peer) = (wire.host, wire.ordinal, machine.id.clone());
        self.tell_opened_on(host, conn, &peer);
    }

    /// A connection of a host was opened.
    pub fn tell_opened_on(&mut self, host: usize, conn: u64, peer: &str) {
        let Some(host) = self.hosts.get(host) else { return };
        let opened = Opened { conn, peer };
        self.diary.write(self.now.since(self.plan.start), "conn-open", host.id(), &opened);
    }

    pub(super) fn tell_closed(&mut self, id: u64, why: Why) {
        if let Some((host, conn)) = self.wires.get(id).map(|wire| (wire.host, wire.ordinal)) {
            self.tell_closed_on(host, conn, why);
        }
    }

    /// A connection of a host ended.
    pub fn tell_closed_on(&mut self, host: usize, conn: u64, why: Why) {
        if !self.diary.is_kept() {
            return;
        }
        let Some(host) = self.hosts.get(host) else { return };
        let closed = Closed { conn, why: why.to_string() };
        self.diary.write(self.now.since(self.plan.start), "conn-close", host.id(), &closed);
    }

    pub(super) fn tell_bent(&mut self, id: u64, notes: &Notes) {
        if let Some((host, conn)) = self.wires.get(id).map(|wire| (wire.host, wire.ordinal)) {
            self.tell_bent_on(host, conn, notes);
        }
    }

    /// Faults that bent something that is no judged call.
    pub fn tell_bent_on(&mut self, host: usize, conn: u64, notes: &Notes) {
        let Some(host) = self.hosts.get(host) else { return };
        let bent = Bent { conn, notes: FaultNotes::new(notes) };
        self.diary.write(self.now.since(self.plan.start), "fault", host.id(), &bent);
    }

    pub(super) fn tell_exchange(&mut self, exchanged: &Exchanged) {
        if !self.diary.is_kept() {
            return;
        }
        let spec = |actor| self.clock(actor).map(|c| c.spec().to_string()).unwrap_or_default();
        let host = ClockFault::new(spec(Actor::Host(exchanged.host)), &exchanged.judged);
        let client = ClockFault::new(spec(Actor::Machine(exchanged.machine)), &exchanged.client);
        let line = ExchangeLine::new(&exchanged.exchange, &exchanged.notes, Some(host));
        let line = line.asked_by(client);
        let Some(actor) = self.hosts.get(exchanged.host) else { return };
        self.diary.write(exchanged.at, "exchange", actor.id(), &line);
    }

    pub(super) fn tell_tried(&mut self, tried: &history::Tried, server: &KmsHost) {
        if !self.diary.is_kept() {
            return;
        }
        let Some(machine) = self.machines.get(tried.machine) else { return };
        let outcome = &tried.outcome;
        let line = Tried {
            attempt: tried.attempt,
            host: server.to_string(),
            client_time: tried.reading.filetime.to_string(),
            client_filetime: tried.reading.filetime,
            clock: ClockFault::new(machine.clock.spec().to_string(), &tried.reading),
            result: outcome.code,
            shown: outcome.shown,
            detail: tried.detail.as_deref(),
            failures: &outcome.failures,
            faults: &tried.faults,
            count: outcome.count,
            license_status: outcome.license.status,
            license_minutes: outcome.license.minutes,
        };
        self.diary.write(tried.ended, "attempt", &machine.id, &line);
    }

    /// What an operation on a clock came to.
    pub(super) fn tell_operation(&mut self, actor: Actor, id: &str, op: &str, applied: &Applied) {
        if !self.diary.is_kept() {
            return;
        }
        let operated = Operated::new(id, op, applied);
        let name = self.id(actor).to_owned();
        self.diary.write(self.now.since(self.plan.start), "clock", &name, &operated);
    }

    /// What came of a host's publishing itself in DNS.
    pub(super) fn tell_published(
        &mut self,
        place: usize,
        domain: &str,
        result: HResult,
        failure: Option<DnsFailure>,
    ) {
        let Some(host) = self.hosts.get(place) else { return };
        let failure = failure.map(|failure| failure.to_string());
        let line = Published { domain, result, failure };
        self.diary.write(self.now.since(self.plan.start), "publish", host.id(), &line);
    }

    /// What came of a machine's registering itself in DNS.
    pub(super) fn tell_registered(&mut self, place: usize, reply: UpdateReply) {
        let Some(machine) = self.machines.get(place) else { return };
        let failure = reply.result.err();
        let line = Registered {
            name: machine.full_name(),
            result: failure.map_or(HResult::OK, DnsFailure::code),
            failure: failure.map(|failure| failure.to_string()),
            server_time: reply.server_time.map(|time| time.to_string()),
        };
        self.diary.write(self.now.since(self.plan.start), "register", &machine.id, &line);
    }

    /// Whether an expectation came true, and if not, why.
    pub fn tell_expected(&mut self, id: &str, unmet: Option<&str>) {
        let expected = Expected { id, met: unmet.is_none(), unmet };
        self.diary.write(self.now.since(self.plan.start), "expect", "world", &expected);
    }

    /// Something that had to happen never did.
    pub fn tell_missed(&mut self, subject: &str, message: &str) {
        let missed = Missed { subject, message };
        self.diary.write(self.now.since(self.plan.start), "miss", "world", &missed);
    }

    /// The first line: what world this is.
    pub fn tell_ready<B: Serialize>(&mut self, body: &B) {
        self.diary.write(self.now.since(self.plan.start), "ready", "world", body);
    }
}
