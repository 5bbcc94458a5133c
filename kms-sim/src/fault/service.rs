//! A host that a plan meddles with: what a session calls while faults are in force.

use core::cell::RefCell;

use bytes::BytesMut;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::response::Response;
use kms_proto::kms::seal::Opened;
use kms_proto::kms::version::Version;
use kms_proto::order::Order;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::time::FileTime;
use kms_proto::time::duration::{NANOS_PER_TICK, Nanos};
use kms_proto::windows::identity;
use kms_proto::wire::Wire;

use crate::call::Call;
use crate::exchange::{Bytes, Exchange};
use crate::fault::bend::message::Edit;
use crate::fault::clock::HostClock;
use crate::fault::faults::Faults;
use crate::fault::kind::Kind;
use crate::fault::kind::policy::PolicyKind;
use crate::fault::kind::proc::ProcKind;
use crate::fault::kind::request::RequestKind;
use crate::fault::kind::state::StateKind;
use crate::fault::known::Known;
use crate::fault::notes::Notes;
use crate::fault::plan::Applied;
use crate::fault::stage::Stage;
use crate::host::{Host, Orders};
use crate::ledger::Ledger;
use crate::session::service::Service;

/// What became of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// The exchange, unless nobody judged the request.
    pub(crate) exchange: Option<Exchange>,
    /// What is sent instead of the answer.
    pub(crate) instead: Instead,
    /// How much later the request was taken.
    pub(crate) late: Nanos,
}

/// What a client gets instead of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    /// Its answer.
    Answer,
    /// A fault.
    Fault(FaultStatus),
    /// Nothing.
    Nothing,
    /// The end of the connection.
    Close,
    /// The end of the host.
    Reset,
}

/// A host, and who meddles with one call to it.
pub(crate) struct Meddled<'a, C> {
    pub(crate) host: &'a mut Host,
    pub(crate) faults: &'a mut Faults,
    pub(crate) known: &'a mut Known,
    pub(crate) notes: &'a mut Notes,
    /// What the session reads, and `clock.host` turns.
    pub(crate) clock: &'a RefCell<C>,
    pub(crate) now: Nanos,
}

impl<C: HostClock> Service for Meddled<'_, C> {
    type Outcome = Outcome;

    fn handle(
        &mut self,
        message: &mut [u8],
        call: &Call,
        reply: &mut BytesMut,
    ) -> (HResult, Outcome) {
        let opened = self.host.open(message);
        let version = Version::parse(message, Order::Little).ok().map(|(_, version)| version.major);
        self.known.learn(&opened, version, &mut self.faults.memory);
        self.known.exchange = self.faults.next_exchange();

        let mut outcome =
            Outcome { exchange: None, instead: Instead::Answer, late: self.faults.pause(self.now) };
        self.process(&mut outcome);
        if outcome.instead == Instead::Answer {
            self.request(&mut outcome);
        }
        if outcome.instead != Instead::Answer {
            // What is sent is not this: nobody judged the request.
            return (HResult::INVALID_DATA, outcome);
        }
        let ticks = u64::try_from(outcome.late.0 / NANOS_PER_TICK).unwrap_or(0);
        let now = self.clock(call.now);
        let call = Call { now: now.later(ticks), ..*call };
        let mut orders = Orders::default();
        self.state(&opened, &call, &mut orders);
        let below = self.policy(&mut orders);

        let mut exchange = self.host.settle(&opened, message, &call, orders);
        self.known.result = Some(exchange.result());
        if exchange.result().is_ok() {
            self.answer(&opened, &mut exchange, &below, reply);
        }
        outcome.exchange = Some(exchange);
        (exchange.result(), outcome)
    }

    fn carried(&self, outcome: &mut Outcome, bytes: Bytes) {
        if let Some(exchange) = &mut outcome.exchange {
            exchange.bytes = bytes;
        }
    }
}

impl<C: HostClock> Meddled<'_, C> {
    /// Asks the rules of a stage.
    fn ask(&mut self, stage: Stage) -> Vec<Applied> {
        self.faults.plan.consult(stage, &self.known.about(), self.now, self.notes)
    }

    /// `proc`.
    fn process(&mut self, outcome: &mut Outcome) {
        for Applied { id, kind } in self.ask(Stage::Proc) {
            let Kind::Proc(kind) = kind else { continue };
            match kind {
                ProcKind::Pause { length } => {
                    self.faults.pause_for(length.0, self.now);
                    outcome.late = self.faults.pause(self.now);
                }
                ProcKind::Crash {} => {
                    self.faults.die(None, &id, self.now);
                    outcome.instead = Instead::Reset;
                }
                ProcKind::Bounce { down } => {
                    self.faults.die(Some(down.0), &id, self.now);
                    self.host.restart();
                    outcome.instead = Instead::Reset;
                }
            }
            self.notes.bent(&id);
        }
    }

    /// `rpc.request`.
    fn request(&mut self, outcome: &mut Outcome) {
        for Applied { id, kind } in self.ask(Stage::RpcRequest) {
            let Kind::Request(kind) = kind else { continue };
            let instead = match kind {
                RequestKind::AcceptLate { by } => {
                    outcome.late = Nanos(outcome.late.0.saturating_add(by.0.0));
                    self.notes.bent(&id);
                    continue;
                }
                RequestKind::Fault { status } => Instead::Fault(status.0),
                RequestKind::Drop {} => Instead::Nothing,
                RequestKind::NoAnswer {} => Instead::Close,
            };
            if outcome.instead == Instead::Answer {
                outcome.instead = instead;
                self.notes.bent(&id);
            } else {
                self.notes.near(&id, "another rule took the request");
            }
        }
    }

    /// `clock.host`: what the host's clock reads once it was turned.
    fn clock(&mut self, mut now: FileTime) -> FileTime {
        for Applied { id, kind } in self.ask(Stage::ClockHost) {
            let Kind::Clock(operation) = kind else { continue };
            match self.clock.borrow_mut().turn(&id, &operation) {
                Some(turned) => {
                    now = turned;
                    self.notes.bent(&id);
                }
                None => self.notes.near(&id, "this clock cannot be turned"),
            }
        }
        now
    }

    /// `kms.state`.
    fn state(&mut self, opened: &Opened, call: &Call, orders: &mut Orders) {
        for Applied { id, kind } in self.ask(Stage::KmsState) {
            let Kind::State(kind) = kind else { continue };
            match kind {
                StateKind::Restart {} | StateKind::Reinstall {} => {
                    let remembers = self.host.remembers();
                    let forgets = matches!(kind, StateKind::Reinstall {});
                    let counted = forgets && *self.host.ledger() != Ledger::default();
                    if forgets {
                        self.host.reinstall();
                    } else {
                        self.host.restart();
                    }
                    if !remembers && !counted {
                        self.notes.near(&id, "there is nothing to forget");
                        continue;
                    }
                }
                StateKind::Evict { cmid } => {
                    let struck = cmid.or(self.known.cmid()).is_some_and(|id| self.host.evict(id));
                    if !struck {
                        self.notes.near(&id, "the machine is in no list");
                        continue;
                    }
                }
                StateKind::Fill { n } => {
                    let (application, n_policy) = match opened {
                        Opened::Lab { request, .. } => (request.application_id, request.n_policy),
                        _ => (identity::WINDOWS, 0),
                    };
                    // A list holds twice the largest N policy: one that holds them all.
                    let needed = n.div_ceil(2).max(n_policy);
                    self.host.fill(application, n, needed, call.now);
                }
                StateKind::FreezeCount {} => orders.hold_list = true,
            }
            self.notes.bent(&id);
        }
    }

    /// `kms.policy`; the rules that want the count below what is needed.
    fn policy(&mut self, orders: &mut Orders) -> Vec<String> {
        let mut below = Vec::new();
        for Applied { id, kind } in self.ask(Stage::KmsPolicy) {
            match kind {
                Kind::Policy(PolicyKind::Result { hresult }) if orders.refusal.is_none() => {
                    orders.refusal = Some(hresult.0);
                    self.notes.bent(&id);
                }
                Kind::Policy(PolicyKind::Result { .. }) => {
                    self.notes.near(&id, "another rule refuses it already");
                }
                _ => below.push(id),
            }
        }
        below
    }

    /// `kms.response`: seals the answer to a granted request, bent as the plan has it.
    fn answer(
        &mut self,
        opened: &Opened,
        exchange: &mut Exchange,
        below: &[String],
        reply: &mut BytesMut,
    ) {
        let applied = self.ask(Stage::KmsResponse);
        let (faults, notes) = (&mut *self.faults, &mut *self.notes);
        let about = self.known.about();
        let mut instead = None;
        let mut plain = None;
        let granted = exchange.request;
        let mut edit = |response: &mut Response| {
            plain = Some(*response);
            let mut edit = Edit::of(*response);
            for id in below {
                if let Some(request) = &granted {
                    edit.count_below(request);
                }
                notes.bent(id);
            }
            for Applied { id, kind } in &applied {
                let Kind::Message(kind) = kind else { continue };
                let chance = faults.chance(id, &about);
                match edit.bend(kind, &chance, &mut faults.memory, (id, &mut *notes)) {
                    Ok(()) => notes.bent(id),
                    Err(why) => notes.near(id, why),
                }
            }
            *response = edit.response;
            instead = edit.instead;
            edit.bend
        };
        let start = reply.len();
        self.host.answer(opened, exchange, reply, &mut edit);
        // What is remembered is what was sealed, so that a replay of it is what was sent.
        self.faults.memory.answered(reply.get(start..).unwrap_or_default());
        if let Some(other) = instead {
            reply.truncate(start);
            reply.extend_from_slice(&other);
        }
    }
}
