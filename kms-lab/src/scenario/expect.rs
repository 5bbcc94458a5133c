//! `[[expect]]`: what shall have come of it.

pub mod read;
pub mod shape;

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::product::Detail;

use crate::scenario::bounds::Bounds;
use crate::scenario::look::Look;
use crate::scenario::source::At;

/// An expectation: all of its checks must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectPlan {
    /// Its id; `expect-N` by its position where it was given none.
    pub id: String,
    /// Only what happened from this step on counts: its id, and where that is named.
    pub after: Option<(String, At)>,
    /// It is looked at then, of true time since the start; at the end where `None`.
    pub at: Option<Nanos>,
    /// Only what happened within this, of true time since the start (or since `after`), counts.
    pub within: Option<Nanos>,
    /// What shall hold; at least one.
    pub checks: Vec<Check>,
    /// Where it was written.
    pub written: At,
}

/// One thing that shall hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// Exchanges of a machine or group, with a host, or of all.
    Exchanges {
        /// The machine or group; all where `None`.
        machine: Option<String>,
        /// The host; any where `None`.
        host: Option<String>,
        /// Which of them.
        which: Which,
        /// What they are like.
        look: Look,
    },
    /// A counter of a host.
    Counter {
        /// The host.
        host: String,
        /// Which.
        counter: Counter,
        /// How much it shows.
        bounds: Bounds,
    },
    /// Records of an event log.
    Events {
        /// The machine or host.
        of: String,
        /// The event's number.
        id: u16,
        /// The result in it.
        result: Option<HResult>,
        /// Texts in it.
        contains: Vec<String>,
        /// How many such records there are.
        count: Bounds,
    },
    /// What slmgr prints.
    Slmgr {
        /// The machine or host.
        of: String,
        /// `/dli` or `/dlv`.
        verb: Detail,
        /// Texts in it.
        contains: Vec<String>,
        /// Texts not in it.
        lacks: Vec<String>,
    },
    /// What commands that were typed came to.
    Output {
        /// The step that typed them: its id, and where that is named.
        step: (String, At),
        /// The machine or host they were typed on; all where `None`.
        on: Option<String>,
        /// The error they ended with.
        code: Option<HResult>,
        /// All they printed.
        text: Option<String>,
        /// Texts in it.
        contains: Vec<String>,
        /// Texts not in it.
        lacks: Vec<String>,
    },
    /// What came of machines' last registration in DNS.
    Registered {
        /// The machine or group.
        of: String,
        /// What it came to.
        result: HResult,
    },
    /// What a clock shows, against true time.
    Clock {
        /// The actor.
        of: String,
        /// How far it is off.
        offset: Nanos,
        /// How far that may be off.
        tolerance: Nanos,
    },
}

/// Which of the exchanges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The first.
    First,
    /// The last.
    Last,
    /// The n-th, from 1.
    Nth(u64),
    /// Every one, and there is one.
    All,
    /// So many of them.
    Some(Bounds),
    /// None of them.
    None,
}

/// A counter that a host shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Requests judged.
    Total,
    /// Of those, granted.
    Granted,
    /// Of those, answered with an error.
    Failed,
    /// Of the failed, not sealed with the realm's keys.
    Foreign,
    /// Messages that were no request.
    Malformed,
    /// From machines in licence status 0.
    Unlicensed,
    /// In 1.
    Licensed,
    /// In 2.
    OobGrace,
    /// In 3.
    OotGrace,
    /// In 4.
    NonGenuineGrace,
    /// In 5.
    Notification,
    /// In any other.
    Other,
    /// The count reported to Windows clients.
    Count,
}

impl Counter {
    /// Every counter with its key in files.
    pub const ALL: [(&'static str, Self); 13] = [
        ("requests_total", Self::Total),
        ("requests_granted", Self::Granted),
        ("requests_failed", Self::Failed),
        ("requests_foreign", Self::Foreign),
        ("requests_malformed", Self::Malformed),
        ("requests_unlicensed", Self::Unlicensed),
        ("requests_licensed", Self::Licensed),
        ("requests_oob_grace", Self::OobGrace),
        ("requests_oot_grace", Self::OotGrace),
        ("requests_non_genuine_grace", Self::NonGenuineGrace),
        ("requests_notification", Self::Notification),
        ("requests_other", Self::Other),
        ("count", Self::Count),
    ];
}
