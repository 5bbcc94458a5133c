//! What the lines of a world's journal say, besides exchanges.

use client_sim::clock::Clock;
use client_sim::clock::reading::Reading;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::time::{FileTime, Moment};
use kms_sim::ledger::Ledger;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::journal::line::{ClockFault, FaultNotes};

/// A connection that was opened.
#[derive(Serialize)]
pub(super) struct Opened<'a> {
    pub(super) conn: u64,
    pub(super) peer: &'a str,
}

/// A connection that ended, as the host saw it.
#[derive(Serialize)]
pub(super) struct Closed {
    pub(super) conn: u64,
    pub(super) why: String,
}

/// Something that is no judged call and was bent.
#[derive(Serialize)]
pub(super) struct Bent<'a> {
    pub(super) conn: u64,
    #[serde(flatten)]
    pub(super) notes: FaultNotes<'a>,
}

/// What a machine made of an attempt with one host.
#[derive(Serialize)]
pub(super) struct Tried<'a> {
    pub(super) attempt: u64,
    pub(super) host: String,
    pub(super) client_time: String,
    pub(super) client_filetime: FileTime,
    pub(super) clock: ClockFault,
    pub(super) result: HResult,
    pub(super) shown: HResult,
    pub(super) detail: Option<&'a str>,
    pub(super) failures: &'a [client_sim::activation::FailedCheck],
    pub(super) faults: &'a [String],
    pub(super) count: Option<u32>,
    pub(super) license_status: LicenseStatus,
    pub(super) license_minutes: u32,
}

/// An act that was done.
#[derive(Serialize)]
pub(super) struct Done<'a> {
    pub(super) id: &'a str,
    #[serde(rename = "do")]
    pub(super) what: &'static str,
    pub(super) to: Vec<String>,
    /// The command that is typed, or what clocks are set to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) how: Option<String>,
}

/// A command that has ended.
#[derive(Serialize)]
pub(super) struct Commanded<'a> {
    /// The step it belongs to.
    pub(super) id: Option<&'a str>,
    pub(super) line: String,
    pub(super) elevated: bool,
    pub(super) code: HResult,
    pub(super) exit: u8,
    pub(super) took_ns: i64,
    pub(super) text: &'a str,
}

/// All clocks at a moment.
#[derive(Serialize)]
pub(super) struct Checked {
    pub(super) op: &'static str,
    pub(super) true_time: FileTime,
    pub(super) clocks: Vec<Shows>,
}

/// One clock at a moment.
#[derive(Serialize)]
pub(super) struct Shows {
    actor: String,
    spec: String,
    time: String,
    filetime: FileTime,
    injected: String,
    injected_ns: i128,
    saturated: bool,
}

impl Shows {
    /// What `clock`, which is `actor`'s, shows at `at`. Looking moves no later reading.
    pub(super) fn new(actor: &str, clock: &Clock, at: Moment) -> Self {
        let Reading { filetime, injected, saturated, .. } = clock.peek(at);
        Self {
            actor: actor.to_owned(),
            spec: clock.spec().to_string(),
            time: filetime.to_string(),
            filetime,
            injected: injected.to_string(),
            injected_ns: injected.nanos(),
            saturated,
        }
    }
}

/// What came of a host's publishing itself in DNS.
#[derive(Serialize)]
pub(super) struct Published<'a> {
    pub(super) domain: &'a str,
    pub(super) result: HResult,
    pub(super) failure: Option<String>,
}

/// What came of a machine's registering itself in DNS.
#[derive(Serialize)]
pub(super) struct Registered {
    pub(super) name: String,
    pub(super) result: HResult,
    pub(super) failure: Option<String>,
    /// What the server's clock read, where it says that the clocks differ.
    pub(super) server_time: Option<String>,
}

/// Whether an expectation came true.
#[derive(Serialize)]
pub(super) struct Expected<'a> {
    pub(super) id: &'a str,
    pub(super) met: bool,
    pub(super) unmet: Option<&'a str>,
}

/// Something that had to happen never did.
#[derive(Serialize)]
pub(super) struct Missed<'a> {
    pub(super) subject: &'a str,
    pub(super) message: &'a str,
}

/// The end of a world.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    pub(super) ended: String,
    pub(super) seed: u64,
    pub(super) exchanges: usize,
    pub(super) attempts: usize,
    pub(super) events: u64,
    pub(super) hosts: Vec<Counted<'a>>,
    /// How often each fault bent something, those of the world first.
    pub(super) fault_hits: Map<String, Value>,
    pub(super) lines: u64,
}

/// A host's counters.
#[derive(Serialize)]
pub(super) struct Counted<'a> {
    pub(super) host: &'a str,
    pub(super) counters: Ledger,
}
