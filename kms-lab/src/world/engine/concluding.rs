//! The machine's part, its end: what came of a try, and what it plans next.

use client_sim::activation::trouble::Trouble;
use client_sim::activation::{Answer, Attempt};
use client_sim::kms_host::KmsHost;
use client_sim::license::tally::Tally;
use client_sim::net::error::{Cause, NetError, Stage};
use kms_proto::dns::failure::DnsFailure;
use kms_proto::kms::hresult::HResult;
use kms_proto::windows::event::activation_failed::ActivationFailed;

use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::history::Tried;

impl World {
    /// There is no reply, because of `cause`.
    pub(super) fn fail(&mut self, place: usize, cause: Cause) {
        let Some(trying) = self.trying(place) else { return };
        let stage = trying.stage;
        let Some(host) = trying.hosts.get(trying.host).cloned() else {
            let failure = trying.why.unwrap_or(DnsFailure::NoRecords);
            let nobody = Answer::Trouble(Trouble::Dns(failure));
            return self.conclude(place, nobody, Some(failure.to_string()));
        };
        let error = NetError { host, stage, cause };
        self.conclude(place, Answer::from(&error), Some(error.to_string()));
    }

    /// The machine takes what came of its request; another host may be left to ask.
    pub(super) fn conclude(&mut self, place: usize, answer: Answer, detail: Option<String>) {
        let since_start = self.since_start();
        let Some(machine) = self.machines.get_mut(place) else { return };
        let Some(mut trying) = machine.trying.take() else { return };
        let server = trying.hosts.get(trying.host).cloned().unwrap_or_else(KmsHost::nobody);
        let host = trying.reaches;
        let reached = host.filter(|_| trying.stage >= Stage::Bind);
        let address = reached.and_then(|host| self.hosts.get(host)).map(|host| host.ip);
        let attempt = Attempt { request: &trying.asked.request, server: &server, address };
        let (wall, fold) = (trying.reading.wall, machine.asks.fold);
        let outcome = machine.machine.conclude(attempt, answer, wall, fold);
        if outcome.activated() {
            machine.tally = Tally::from(wall);
        }
        self.log_of_machine(place, &outcome.events);
        let (activated, code, shown) = (outcome.activated(), outcome.code, outcome.shown);
        let last = activated || trying.host + 1 >= trying.hosts.len();
        let tried = Tried {
            machine: place,
            host,
            attempt: trying.ordinal,
            began: trying.began.since(self.plan.start),
            ended: since_start,
            reading: trying.reading,
            exchanges: std::mem::take(&mut trying.exchanges),
            outcome,
            detail,
            faults: std::mem::take(&mut trying.faults),
            last,
        };
        self.tell_tried(&tried, &server);
        self.history.tries.push(tried);
        self.after_result(Actor::Machine(place), code);
        if last {
            if !activated && self.is_of_own_accord(place) {
                let failed = ActivationFailed::of(code, shown);
                self.log_of_machine(place, &[failed.event(wall)]);
            }
            return self.end(place, &server, activated);
        }
        trying.host += 1;
        if let Some(machine) = self.machines.get_mut(place) {
            machine.trying = Some(trying);
        }
        self.turn_to_next(place);
    }

    /// An attempt somebody asked for ends with this code: the machine cannot try.
    pub(super) fn hold_back(&mut self, place: usize, code: HResult) {
        self.count_down(place);
        let (now, since_start) = (self.now, self.since_start());
        let Some(machine) = self.machines.get_mut(place) else { return };
        machine.attempts += 1;
        let server = machine.hosts.first().cloned().unwrap_or_else(KmsHost::nobody);
        let why = match code {
            HResult::SERVICE_STOPPING => "its licensing service is shutting down",
            HResult::SKU_NOT_FOUND => "it has no product key",
            _ => "KMS is not among the ways it is activated by",
        };
        let tried = Tried {
            machine: place,
            host: None,
            attempt: machine.attempts,
            began: since_start,
            ended: since_start,
            reading: machine.clock.peek(now),
            exchanges: Vec::new(),
            outcome: machine.machine.not_sent(code),
            detail: Some(format!("nothing was sent: {why}")),
            faults: Vec::new(),
            last: true,
        };
        self.tell_tried(&tried, &server);
        self.history.tries.push(tried);
        self.after_result(Actor::Machine(place), code);
        self.end(place, &server, false);
    }

    /// A machine of a scenario's own timers cannot try when one rings: it looks again as long after
    /// as it waited before. One that lives as Windows has it begins anew once it can.
    pub(super) fn wait_on(&mut self, place: usize) {
        let Some(machine) = self.machines.get(place).filter(|machine| !machine.life) else {
            return;
        };
        let renews = machine.failed == 0 && machine.activated > 0;
        let wake = Event::Wake { machine: place, timer: machine.timer };
        if let Some(length) = machine.next_attempt(renews) {
            self.after(length, wake);
        }
    }

    /// Whether Windows makes the attempt itself, and nobody asked for it.
    fn is_of_own_accord(&self, place: usize) -> bool {
        let prompt = self.prompts.get(&Actor::Machine(place));
        let by_hand = prompt.is_some_and(|prompt| prompt.running.is_some());
        !by_hand && self.machines.get(place).is_some_and(|machine| machine.life)
    }

    /// The attempt is over: the next is planned.
    pub(super) fn end(&mut self, place: usize, server: &KmsHost, activated: bool) {
        let now = self.now;
        let Some(machine) = self.machines.get_mut(place) else { return };
        if activated {
            machine.failed = 0;
            machine.activated += 1;
            if machine.hosts.is_empty() {
                machine.machine.keep_host(server);
            }
        } else {
            machine.failed = machine.failed.saturating_add(1);
        }
        machine.timer += 1;
        let timer = machine.timer;
        let wake = Event::Wake { machine: place, timer };
        let once_more = std::mem::take(&mut machine.once_more);
        if once_more {
            self.queue.put(now, wake);
        } else if machine.life {
            self.live_on(place, activated);
        } else if let Some(length) = machine.next_attempt(activated) {
            self.queue.put(now.plus(length), wake);
        }
        self.attempt_ended(place);
    }
}
