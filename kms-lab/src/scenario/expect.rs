//! `[[expect]]`: what shall have come of it.

pub mod read;

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::product::Detail;

use crate::scenario::bounds::Bounds;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{ANY_TEXT, COUNT, ID, LENGTH, OFFSET, POSITIVE, RESULT, TEXTS};
use crate::scenario::look::{self, Look};
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

static COUNTERS: Shape = Shape {
    name: "counters",
    about: "What a host's counters show.",
    keys: &[
        Key::new("requests_total", COUNT, "Requests judged."),
        Key::new("requests_granted", COUNT, "Of those, granted."),
        Key::new("requests_failed", COUNT, "Of those, answered with an error."),
        Key::new("requests_foreign", COUNT, "Of the failed, not sealed with its realm's keys."),
        Key::new("requests_malformed", COUNT, "Messages that were no request."),
        Key::new("requests_unlicensed", COUNT, "From machines in licence status 0."),
        Key::new("requests_licensed", COUNT, "From machines in licence status 1."),
        Key::new("requests_oob_grace", COUNT, "From machines in licence status 2."),
        Key::new("requests_oot_grace", COUNT, "From machines in licence status 3."),
        Key::new("requests_non_genuine_grace", COUNT, "From machines in licence status 4."),
        Key::new("requests_notification", COUNT, "From machines in licence status 5."),
        Key::new("requests_other", COUNT, "From machines in any other."),
        Key::new("count", COUNT, "The count it reports to Windows clients."),
    ],
    instead: &[("total", "write requests_total"), ("failed", "write requests_failed")],
};

static EVENTS: Shape = Shape {
    name: "events",
    about: "Records of an event log.",
    keys: &[
        Key::new("of", Form::Text(&ID), "The machine or host.").required().fixed(),
        Key::new("id", Form::Integer(1, 65_535), "The event's number.").required().fixed(),
        Key::new("result", Form::Text(&RESULT), "The result in it."),
        Key::new("contains", TEXTS, "Texts in it."),
        Key::new("count", COUNT, "How many there are; 1 or more if left out."),
    ],
    instead: &[("machine", "write of"), ("host", "write of")],
};

static SLMGR: Shape = Shape {
    name: "slmgr",
    about: "What slmgr prints.",
    keys: &[
        Key::new("of", Form::Text(&ID), "The machine or host.").required().fixed(),
        Key::new("verb", Form::Word(&["/dli", "/dlv"]), "The command; /dlv if left out."),
        Key::new("contains", TEXTS, "Texts in it."),
        Key::new("lacks", TEXTS, "Texts not in it."),
    ],
    instead: &[("machine", "write of"), ("host", "write of")],
};

static CLOCK: Shape = Shape {
    name: "clock",
    about: "What a clock shows.",
    keys: &[
        Key::new("of", Form::Text(&ID), "The machine, host or time source.").required().fixed(),
        Key::new("offset", Form::Text(&OFFSET), "How far it is from true time.").required(),
        Key::new("tolerance", Form::Text(&LENGTH), "How far that may be off; 0."),
    ],
    instead: &[("actor", "write of"), ("machine", "write of")],
};

static REGISTERED: Shape = Shape {
    name: "registered",
    about: "What came of a machine's last registration in DNS.",
    keys: &[
        Key::new("of", Form::Text(&ID), "The machine or group.").required().fixed(),
        Key::new("result", Form::Text(&RESULT), "Its code; ok if left out."),
    ],
    instead: &[("machine", "write of")],
};

static OUTPUT: Shape = Shape {
    name: "output",
    about: "What every command came to that a step typed.",
    keys: &[
        Key::new(
            "step",
            Form::Either(&[Form::Integer(1, u64::MAX), Form::Text(&ID)]),
            "The step that typed it, by position or id.",
        )
        .required()
        .fixed(),
        Key::new("on", Form::Text(&ID), "Where it was typed; all places if left out.").fixed(),
        Key::new("code", Form::Text(&RESULT), "The error it ended with, or ok."),
        Key::new("text", Form::Text(&ANY_TEXT), "All it printed.").fixed(),
        Key::new("contains", TEXTS, "Texts in it."),
        Key::new("lacks", TEXTS, "Texts not in it."),
    ],
    instead: &[("of", "write on"), ("is", "write text"), ("exit", "write code")],
};

static NTH: Shape = Shape {
    name: "nth",
    about: "What the n-th exchange is like.",
    keys: &[
        Key::new("n", Form::Integer(1, u64::MAX), "Which, from 1.").required(),
        Key::new("look", Form::Table(&look::SHAPE), "What it is like.").required(),
    ],
    instead: &[("result", "write nth = { n = 2, look = { result = … } }")],
};

static AFTER: Shape = Shape {
    name: "after",
    about: "From where on what happens counts.",
    keys: &[Key::new(
        "step",
        Form::Either(&[Form::Integer(1, u64::MAX), Form::Text(&ID)]),
        "From a step on, by position or id.",
    )
    .required()
    .fixed()],
    instead: &[],
};

/// An expectation.
pub static SHAPE: Shape = Shape {
    name: "[[expect]]",
    about: "What shall have come of it; all that one says must hold.",
    keys: &[
        Key::new("id", Form::Text(&ID), "Its name; expect-N by position if left out.").fixed(),
        Key::new("after", Form::Table(&AFTER), "Only what happened from there on counts."),
        Key::new("at", Form::Text(&LENGTH), "When it is looked at; at the end if left out."),
        Key::new("within", Form::Text(&POSITIVE), "Only what happened within this counts."),
        Key::new("machine", Form::Text(&ID), "The machine or group; all if left out.").fixed(),
        Key::new("host", Form::Text(&ID), "The host; any, or the only one, if left out.").fixed(),
        Key::new("first", Form::Table(&look::SHAPE), "What the first exchange is like."),
        Key::new("last", Form::Table(&look::SHAPE), "What the last exchange is like."),
        Key::new("nth", Form::Table(&NTH), "What the n-th exchange is like."),
        Key::new("all", Form::Table(&look::SHAPE), "What every exchange is like."),
        Key::new("none", Form::Table(&look::SHAPE), "What no exchange is like."),
        Key::new("some", Form::Table(&look::SHAPE), "What some are like, as many as times says."),
        Key::new("times", COUNT, "How many are like some; 1 or more if left out."),
        Key::new("exchanges", COUNT, "How many exchanges there are."),
        Key::new("counters", Form::Table(&COUNTERS), "What the host's counters show."),
        Key::new("events", Form::Table(&EVENTS), "Records of an event log."),
        Key::new("slmgr", Form::Table(&SLMGR), "What slmgr prints."),
        Key::new("output", Form::Table(&OUTPUT), "What a command that was typed came to."),
        Key::new(
            "registered",
            Form::Table(&REGISTERED),
            "What came of a machine's last registration in DNS.",
        ),
        Key::new("clock", Form::Table(&CLOCK), "What a clock shows."),
    ],
    instead: &[
        ("client", "write machine"),
        ("result", "write first, last, all, some or none = { result = … }"),
        ("any", "write some"),
    ],
};
