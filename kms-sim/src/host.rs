//! The host itself: asked a question at a moment, it answers and remembers.

mod judging;
mod upkeep;

use bytes::BytesMut;
use kms_proto::draw::Draw;
use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::response::Response;
use kms_proto::kms::seal::bend::Bend;
use kms_proto::kms::seal::envelope::{Envelope, Salts};
use kms_proto::kms::seal::form::Form;
use kms_proto::kms::seal::{Opened, Seal};
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::wire::{Order, Wire};

use crate::call::Call;
use crate::clients::Clients;
use crate::config::HostConfig;
use crate::event_log::EventLog;
use crate::exchange::{Bytes, Counters, Exchange};
use crate::ledger::Ledger;
use crate::recent::Recent;
use crate::refusal::Refusal;
use crate::registry::Registry;
use crate::session::service::Service;
use crate::verdict::Verdict;

/// A simulated KMS host. Does no I/O, reads no clock, and allocates nothing for a request once its
/// lists have the room they need.
#[derive(Clone, Debug)]
pub struct Host {
    config: HostConfig,
    registry: Registry,
    seal: Seal,
    ledger: Ledger,
    clients: Clients,
    recent: Recent,
    events: EventLog,
}

/// What is ordered for one exchange, besides the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// The code to refuse it with, before any other rule and before the configuration's own.
    pub refusal: Option<Refusal>,
    /// Leaves the client list as it is, also when the request is granted.
    pub hold_list: bool,
}

impl Host {
    /// A host that has seen nothing yet.
    pub fn new(config: HostConfig) -> Self {
        Self {
            seal: Seal::for_realm(&config.realm),
            ledger: Ledger::default(),
            clients: Clients::default(),
            recent: Recent::default(),
            events: EventLog::new(config.event_capacity),
            registry: Registry::of(&config),
            config,
        }
    }

    /// Answers one message: opens it in place, judges it, records it, and appends a sealed answer
    /// to `reply` when it is granted. A refusal appends nothing: its code travels beside.
    pub fn handle(&mut self, message: &mut [u8], call: &Call, reply: &mut BytesMut) -> Exchange {
        let opened = self.open(message);
        let mut exchange = self.settle(&opened, message, call, Orders::default());
        self.answer(&opened, &mut exchange, reply, |_| None);
        exchange
    }

    /// Opens a message in place: the first of the three steps of [`handle`](Self::handle).
    pub fn open(&self, message: &mut [u8]) -> Opened {
        self.seal.open_request(message)
    }

    /// Judges and records what was opened of `message`, as ordered for this one: the second step.
    ///
    /// The exchange has no answer yet.
    pub fn settle(
        &mut self,
        opened: &Opened,
        message: &[u8],
        call: &Call,
        orders: Orders,
    ) -> Exchange {
        let version = Version::parse(message, Order::Little).ok().map(|(_, version)| version);
        let judged = self.judge(opened, orders, call.now);
        self.note(opened, call.now);
        let count = self.record(&judged, orders, call.now);
        Exchange {
            connection: call.connection,
            message: call.message,
            host_time: call.now,
            window: self.config.window,
            compare: self.config.compare,
            decision: judged.decision,
            verdict: judged.verdict,
            version,
            request: judged.request.copied(),
            counters: Counters { total: self.ledger.total, failed: self.ledger.failed, count },
            bytes: Bytes { received: message.len(), answered: 0 },
        }
    }

    /// Appends the sealed answer of a granted exchange to `reply`, of which `edit` may change any
    /// field and bend one thing: the third step. Of any other exchange it appends nothing.
    pub fn answer(
        &mut self,
        opened: &Opened,
        exchange: &mut Exchange,
        reply: &mut BytesMut,
        edit: impl FnOnce(&mut Response) -> Option<Bend>,
    ) {
        let (Verdict::Granted, Opened::Lab { request, envelope }) = (exchange.verdict, opened)
        else {
            return;
        };
        let start = reply.len();
        let mut response = Response {
            version: request.version,
            pid: self.config.pid,
            cmid: request.cmid,
            client_time: request.client_time,
            count: exchange.counters.count,
            activation_interval: self.config.activation_interval,
            renewal_interval: self.config.renewal_interval,
        };
        let bend = edit(&mut response);
        let salts = self.salts(envelope, exchange.connection, exchange.message);
        self.seal.seal_bent(&response, envelope, salts, self.config.hwid, bend, reply);
        exchange.bytes.answered = reply.len().saturating_sub(start);
    }

    /// How it is set up.
    pub fn config(&self) -> &HostConfig {
        &self.config
    }

    /// Its settings as they will be when it is restarted.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(crate) fn registry_mut(&mut self) -> &mut Registry {
        &mut self.registry
    }

    /// Its cumulative counters.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The machines it counts.
    pub fn clients(&self) -> &Clients {
        &self.clients
    }

    /// Its event log.
    pub fn events(&self) -> &EventLog {
        &self.events
    }

    /// The count it reports for an application: its list, and the configured floor at least.
    pub fn count(&self, application: Uuid, now: FileTime) -> u32 {
        self.reported(self.clients.count(application, now))
    }

    /// What is drawn for one answer: another connection or message gives other salts.
    fn salts(&self, envelope: &Envelope, connection: u64, message: u64) -> Salts {
        let draw = |name| {
            Draw::new(self.config.seed)
                .keyed(&self.config.name, "salt", connection, message, name)
                .to_le_bytes()
        };
        let mut iv = match envelope.form() {
            Form::V6 => draw("T"),
            Form::V4 | Form::V5 => [0; 16],
        };
        if iv == envelope.iv() {
            // A peer that knows the seed could choose its IV so; the two must differ.
            iv[0] ^= 1;
        }
        Salts { random: draw("R"), iv }
    }

    /// The count to report where so many machines are listed.
    fn reported(&self, listed: usize) -> u32 {
        u32::try_from(listed).unwrap_or(u32::MAX).max(self.config.count_floor)
    }
}

/// What a session calls: the answer travels in `reply`, the refusal beside it.
impl Service for Host {
    type Outcome = Exchange;

    fn handle(
        &mut self,
        message: &mut [u8],
        call: &Call,
        reply: &mut BytesMut,
    ) -> (HResult, Exchange) {
        let exchange = Self::handle(self, message, call, reply);
        (exchange.result(), exchange)
    }

    fn carried(&self, outcome: &mut Exchange, bytes: Bytes) {
        outcome.bytes = bytes;
    }
}
