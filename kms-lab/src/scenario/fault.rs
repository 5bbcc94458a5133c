//! `[[fault]]`: what goes wrong between a machine and a host, and when (harness.md §3.5).

use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{ID, POSITIVE, SOME_WORDS};
use crate::scenario::machine::Named;
use crate::scenario::node::{Node, Value};
use crate::scenario::source::At;

/// A fault.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultPlan {
    /// Its id; `fault-N` by its position where it was given none.
    pub id: String,
    /// The whole table, draws resolved, for whoever carries it out.
    pub rule: Node,
    /// Where it was written.
    pub written: At,
}

/// The stages a fault can be put at, in the order in which they apply.
pub const STAGES: &[&str] = &[
    "dns.srv",
    "tcp.accept",
    "tcp.data",
    "rpc.bind",
    "rpc.request",
    "rpc.response",
    "kms.response",
    "kms.policy",
    "kms.state",
    "clock.host",
    "clock.client",
    "proc",
];

static MATCH: Shape = Shape {
    name: "match",
    about: "Which exchanges, connections or clients a fault looks at; all if left out.",
    keys: &[
        Key::new("client", Form::Text(&ID), "The machine, or its group.").fixed(),
        Key::new("nth_client", Form::Integer(1, u64::MAX), "The n-th machine of its group."),
        Key::new("host", Form::Text(&ID), "The host.").fixed(),
        Key::new("cmid", Form::Text(&SOME_WORDS), "The client machine id."),
        Key::new("conn", Form::Integer(1, u64::MAX), "The connection, from 1."),
        Key::new("direction", Form::Word(&["to-client", "to-host"]), "Which way the bytes go."),
        Key::new("version", Form::Integer(0, 65_535), "The protocol version of the request."),
        Key::new("result", Form::Text(&super::grammars::RESULT), "What the host decided."),
        Key::new("peer", Form::Text(&SOME_WORDS), "The address of the client."),
    ],
    instead: &[("machine", "write client")],
};

static POINT: Form =
    Form::Either(&[Form::Text(&super::grammars::LENGTH), Form::Map(&Form::Scalar)]);
static NTH: Form = Form::Integer(1, u64::MAX);
static LENGTH: Form = Form::Text(&super::grammars::LENGTH);
static OUTCOME: Form = Form::Word(&["ok", "fail"]);

static WHEN: Shape = Shape {
    name: "when",
    about: "When a fault strikes, of what it looks at; always if left out. All must hold.",
    keys: &[
        Key::new("first", Form::Integer(0, u64::MAX), "The first n, then never again."),
        Key::new(
            "nth",
            Form::Either(&[NTH, Form::List(&NTH), Form::Text(&SOME_WORDS)]),
            "Exactly these, from 1: 2, [2, 5], or \"3..\".",
        ),
        Key::new("every", Form::Integer(1, u64::MAX), "Each n-th."),
        Key::new("offset", Form::Integer(0, u64::MAX), "Where every begins."),
        Key::new("after", POINT, "From then on."),
        Key::new("until", POINT, "Until then."),
        Key::new("window", Form::List(&LENGTH), "From one time to another, [\"1h\", \"2h\"]."),
        Key::new("quota", Form::Map(&Form::Scalar), "{ limit, per }: more in a period fail."),
        Key::new("outage", Form::Map(&Form::Scalar), "{ start, for, ramp }: all fail, ramped."),
        Key::new("sequence", Form::List(&OUTCOME), "A script: [\"ok\", \"fail\"]."),
        Key::new("cycle", Form::Flag, "Whether the script begins again."),
        Key::new("of", Form::Word(&["exchange", "connection", "client"]), "What is counted."),
        Key::new("prob", Form::Number(0.0, 1.0), "By chance, drawn from the seed."),
    ],
    instead: &[("probability", "write prob")],
};

/// A fault.
pub static SHAPE: Shape = Shape {
    name: "[[fault]]",
    about: "What goes wrong between a machine and a host, and when.",
    keys: &[
        Key::new("id", Form::Text(&ID), "Its name; fault-N by position if left out.").fixed(),
        Key::new("stage", Form::Word(STAGES), "Where it strikes.").required().fixed(),
        Key::new("match", Form::Table(&MATCH), "What it looks at; everything if left out."),
        Key::new("when", Form::Table(&WHEN), "When it strikes; always if left out."),
        Key::new("do", Form::Do, "What it does: kind and its parameters.").required(),
        Key::new("ttl", Form::Text(&POSITIVE), "Gone after this long."),
        Key::new("max_active", Form::Integer(1, u64::MAX), "At most so many at a time."),
    ],
    instead: &[("kind", "write do = { kind = \"…\" }"), ("prob", "write when = { prob = … }")],
};

/// Reads a fault; the machines and hosts it names go to the lists.
pub fn read<'a>(
    fields: &Fields<'a>,
    node: &Node,
    position: usize,
    machines: &mut Vec<Named<'a>>,
    hosts: &mut Vec<Named<'a>>,
) -> Option<FaultPlan> {
    for name in ["stage", "do", "ttl", "max_active"] {
        let _ = fields.node(name);
    }
    let id = fields.text("id").map_or_else(|| format!("fault-{position}"), str::to_owned);
    if let Some(matches) = fields.node("match") {
        Form::Table(&MATCH).check(fields.reading, matches);
        let named = |key: &str| {
            let node = matches.table()?.get(key)?;
            Some((node.text()?, node.at))
        };
        machines.extend(named("client"));
        hosts.extend(named("host"));
    }
    if let Some(when) = fields.node("when") {
        Form::Table(&WHEN).check(fields.reading, when);
    }
    let mut rule = node.clone();
    let at = rule.at;
    rule.table_mut()?.put("id", Node { at, value: Value::Text(id.clone()) });
    Some(FaultPlan { id, rule, written: fields.at })
}
