//! What a line of the journal says.

use client_sim::clock::applied::Applied;
use client_sim::clock::reading::Reading;
use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::{Compare, Window};
use kms_sim::decision::Decision;
use kms_sim::exchange::{Counters, Exchange};
use kms_sim::fault::notes::Notes;
use kms_sim::why::Why;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::journal::period::Period;

/// The version of this form; a reader that knows it knows every field.
pub const SCHEMA: u32 = 1;

/// When, what, and whose event it is.
#[derive(Clone, Debug)]
pub struct Head {
    /// True time since the start.
    pub since_start: Nanos,
    /// The real clock, RFC 3339; `None` in virtual time, so that two runs compare byte by byte.
    pub wall: Option<String>,
    /// The event's name: `ready`, `conn-open`, `exchange`, `fault`, `conn-close`, `shutdown`.
    pub event: &'static str,
    /// Who it happened to.
    pub actor: String,
}

/// A line: the head's fields, then the event's own.
#[derive(Serialize)]
pub struct Line<'a, B> {
    schema: u32,
    seq: u64,
    t: Period,
    t_ns: i64,
    wall: Option<&'a str>,
    ev: &'static str,
    actor: &'a str,
    #[serde(flatten)]
    body: &'a B,
    lab: bool,
}

impl<'a, B> Line<'a, B> {
    /// Line number `seq`, counted from 1.
    pub fn new(seq: u64, head: &'a Head, body: &'a B) -> Self {
        Self {
            schema: SCHEMA,
            seq,
            t: Period(head.since_start),
            t_ns: head.since_start.0,
            wall: head.wall.as_deref(),
            ev: head.event,
            actor: &head.actor,
            body,
            lab: true,
        }
    }
}

/// An exchange, as the host saw it.
#[derive(Serialize)]
pub struct ExchangeLine<'a> {
    client: Option<MachineName>,
    /// The name's 64 raw units, where they are not a tidy text.
    client_units: Option<Vec<u16>>,
    conn: u64,
    msg: u64,
    version: Option<Version>,
    cmid: Option<Uuid>,
    license_status: Option<LicenseStatus>,
    n_policy: Option<u32>,
    host_time: String,
    client_time: Option<String>,
    host_filetime: FileTime,
    client_filetime: Option<FileTime>,
    skew: Option<String>,
    skew_ns: Option<i128>,
    window: Window,
    window_ns: Option<i64>,
    compare: Compare,
    decision: Decision,
    result: HResult,
    why: Option<Why>,
    clock: Clocks,
    #[serde(flatten)]
    notes: FaultNotes<'a>,
    counters: Counters,
    bytes: &'a kms_sim::exchange::Bytes,
}

/// What faults did, and what they drew.
#[derive(Serialize)]
pub struct FaultNotes<'a> {
    faults: &'a [String],
    near: &'a [String],
    draws: Map<String, Value>,
}

impl<'a> FaultNotes<'a> {
    /// These notes, as a line has them.
    pub fn new(notes: &'a Notes) -> Self {
        let draws = notes.draws.iter().map(|(name, drawn)| (name.clone(), drawn.as_str().into()));
        Self { faults: &notes.faults, near: &notes.near, draws: draws.collect() }
    }
}

/// What is known of the two clocks beyond their readings.
#[derive(Serialize)]
struct Clocks {
    /// A host on a socket does not know what a client's clock was told.
    client: Option<ClockFault>,
    host: Option<ClockFault>,
}

/// A clock's string, and what it put into the reading.
#[derive(Clone, Debug, Serialize)]
pub struct ClockFault {
    /// The clock string.
    pub spec: String,
    /// The reading minus true time.
    pub injected_ns: i128,
    /// The clock shows a time no FILETIME holds.
    pub saturated: bool,
}

impl ClockFault {
    /// What `reading` had put into it by a clock that is wrong as `spec` says.
    pub fn new(spec: String, reading: &Reading) -> Self {
        Self { spec, injected_ns: reading.injected.nanos(), saturated: reading.saturated }
    }
}

impl<'a> ExchangeLine<'a> {
    /// The line of `exchange`, judged by a clock that was wrong as `host` says, and bent as `notes`
    /// say.
    pub fn new(exchange: &'a Exchange, notes: &'a Notes, host: Option<ClockFault>) -> Self {
        let request = exchange.request.as_ref();
        let untidy = |name: &MachineName| (!name.is_tidy()).then(|| name.units().to_vec());
        Self {
            client: exchange.machine_name(),
            client_units: exchange.machine_name().as_ref().and_then(untidy),
            conn: exchange.connection,
            msg: exchange.message,
            version: exchange.version,
            cmid: exchange.cmid(),
            license_status: request.map(|r| r.license_status),
            n_policy: exchange.n_policy(),
            host_time: exchange.host_time.to_string(),
            client_time: exchange.client_time().map(|time| time.to_string()),
            host_filetime: exchange.host_time,
            client_filetime: exchange.client_time(),
            skew: exchange.skew().map(|skew| skew.to_string()),
            skew_ns: exchange.skew().map(kms_proto::time::Skew::nanos),
            window: exchange.window,
            window_ns: either_way(exchange.window),
            compare: exchange.compare,
            decision: exchange.decision,
            result: exchange.result(),
            why: exchange.why(),
            clock: Clocks { client: None, host },
            notes: FaultNotes::new(notes),
            counters: exchange.counters,
            bytes: &exchange.bytes,
        }
    }
}

impl ExchangeLine<'_> {
    /// The same line, where it is known that the client's clock was wrong as `client` says.
    #[must_use]
    pub fn asked_by(mut self, client: ClockFault) -> Self {
        self.clock.client = Some(client);
        self
    }
}

/// What an operation on a clock came to.
#[derive(Serialize)]
pub struct Operated<'a> {
    id: &'a str,
    op: &'a str,
    before: String,
    after: String,
    /// Before and after.
    injected_ns: (i128, i128),
    note: Option<String>,
}

impl<'a> Operated<'a> {
    /// What `op` of the order or fault `id` came to.
    pub fn new(id: &'a str, op: &'a str, applied: &Applied) -> Self {
        let (before, after) = (&applied.before, &applied.after);
        Self {
            id,
            op,
            before: before.filetime.to_string(),
            after: after.filetime.to_string(),
            injected_ns: (before.injected.nanos(), after.injected.nanos()),
            note: applied.note.as_ref().map(ToString::to_string),
        }
    }
}

/// The window's length where it is the same either way.
fn either_way(window: Window) -> Option<i64> {
    match window {
        Window::Within { behind, ahead } if behind == ahead => Some(ahead.0),
        Window::Within { .. } | Window::Off => None,
    }
}
