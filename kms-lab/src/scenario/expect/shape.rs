//! The grammar of `[[expect]]`.

use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{ANY_TEXT, COUNT, ID, LENGTH, OFFSET, POSITIVE, RESULT, TEXTS};
use crate::scenario::look;

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
        Key::new("of", Form::Text(&ID), "The machine, host, time source or DNS server.")
            .required()
            .fixed(),
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
