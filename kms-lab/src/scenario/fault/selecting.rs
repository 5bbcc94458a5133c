//! For whom a fault is, and when it strikes: `match` and `when`.

use crate::scenario::fault::grammars::{ADDRESS, DECIDED, GUID, RANGE};
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{COMPUTER, ID, LENGTH, POSITIVE, SOME_WORDS};

static NTH: Form = Form::Integer(1, u64::MAX);
const ORDINALS: Form =
    Form::Either(&[Form::Integer(1, u64::MAX), Form::List(&NTH), Form::Text(&RANGE)]);
static LENGTH_: Form = Form::Text(&LENGTH);
static OUTCOME: Form = Form::Word(&["ok", "fail"]);

const NTH_CLIENT: &str = "nth_client";
const CMID: Key = Key::new("cmid", Form::Text(&GUID), "The client machine id.");
const CONN: Key = Key::new("conn", ORDINALS, "The connection of the host, from 1.");
const DIRECTION: Key =
    Key::new("direction", Form::Word(&["to-client", "to-host"]), "Which way the bytes go.");
const VERSION: Key =
    Key::new("version", Form::Integer(4, 6), "The protocol version of the request: 4, 5, 6.");
const RESULT: Key = Key::new("result", Form::Text(&DECIDED), "What the host decided.");

/// Of a scenario.
pub static MATCH: Shape = Shape {
    name: "match",
    about: "Which exchanges, connections or clients a fault looks at; all if left out.",
    keys: &[
        Key::new("client", Form::Text(&ID), "The machine, or all of a group.").fixed(),
        Key::new(NTH_CLIENT, ORDINALS, "Which machine of its group, from 1."),
        Key::new("host", Form::Text(&ID), "The host; every host if left out.").fixed(),
        CMID,
        CONN,
        DIRECTION,
        VERSION,
        RESULT,
        Key::new("peer", Form::Text(&ADDRESS), "Its address, 198.19.0.1 for the first machine."),
    ],
    instead: &[("machine", "write client")],
};

/// Of a file of faults alone, for one host and whoever connects to it.
pub static MATCH_ALONE: Shape = Shape {
    name: "match",
    about: "Which exchanges, connections or clients a fault looks at; all if left out. A client's \
            name, id and version are known from its first request on.",
    keys: &[
        Key::new("client", Form::Text(&COMPUTER), "The computer's name, in any case.").fixed(),
        Key::new(NTH_CLIENT, ORDINALS, "Which client, in the order the host met them, from 1."),
        CMID,
        CONN,
        DIRECTION,
        VERSION,
        RESULT,
        Key::new("peer", Form::Text(&ADDRESS), "The address it connects from."),
    ],
    instead: &[("machine", "write client"), ("host", "leave it out: there is one host")],
};

static JOURNAL: Shape = Shape {
    name: "{ journal = \"…\" }",
    about: "What the journal is to tell of.",
    keys: &[Key::new("journal", Form::Text(&SOME_WORDS), "An event, or a fault's id.").required()],
    instead: &[],
};
const POINT: Form = Form::Either(&[Form::Text(&LENGTH), Form::Table(&JOURNAL)]);

static QUOTA: Shape = Shape {
    name: "quota",
    about: "Those beyond a number in each period fail.",
    keys: &[
        Key::new("limit", Form::Integer(0, u64::MAX), "How many are spared.").required(),
        Key::new("per", Form::Text(&POSITIVE), "The period.").required(),
    ],
    instead: &[],
};

static OUTAGE: Shape = Shape {
    name: "outage",
    about: "More and more fail, then all, then less and less.",
    keys: &[
        Key::new("start", Form::Text(&LENGTH), "When it begins.").required(),
        Key::new("for", Form::Text(&POSITIVE), "How long it is, ramps included.").required(),
        Key::new("ramp", Form::Text(&LENGTH), "How long it takes to become full; 0 if left out."),
    ],
    instead: &[],
};

/// When a fault strikes.
pub static WHEN: Shape = Shape {
    name: "when",
    about: "When a fault strikes, of what it looks at; always if left out. All must hold.",
    keys: &[
        Key::new("first", Form::Integer(0, u64::MAX), "The first n, then never again."),
        Key::new("nth", ORDINALS, "Exactly these, from 1: 2, [2, 5], or \"3..\"."),
        Key::new("every", Form::Integer(1, u64::MAX), "Each n-th."),
        Key::new("offset", Form::Integer(1, u64::MAX), "The first that every picks."),
        Key::new("after", POINT, "From then on."),
        Key::new("until", POINT, "Until then."),
        Key::new("window", Form::List(&LENGTH_), "From one time to another, [\"1h\", \"2h\"]."),
        Key::new("quota", Form::Table(&QUOTA), "{ limit, per }: more in a period fail."),
        Key::new("outage", Form::Table(&OUTAGE), "{ start, for, ramp }: all fail, ramped."),
        Key::new("sequence", Form::List(&OUTCOME), "A script: [\"ok\", \"fail\"]."),
        Key::new("cycle", Form::Flag, "Whether the script begins again."),
        Key::new("of", Form::Word(&["exchange", "connection", "client"]), "What is counted."),
        Key::new("prob", Form::Number(0.0, 1.0), "By chance, drawn from the seed."),
    ],
    instead: &[("probability", "write prob")],
};
