//! `[[fault]]`: what goes wrong between a machine and a host, and when (harness.md §3.5).

use serde::de::DeserializeOwned;

use crate::scenario::check;
use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{ID, POSITIVE, SOME_WORDS};
use crate::scenario::machine::{MachinePlan, Named};
use crate::scenario::node::decode::{Undecodable, decode, hint};
use crate::scenario::node::{Node, Value};
use crate::scenario::optional::OPTIONAL;
use crate::scenario::reading::Reading;
use crate::scenario::source::At;

/// A fault.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultPlan {
    /// Its id; `fault-N` by its position where it was given none.
    pub id: String,
    /// The host it is at; every host where `None`.
    pub host: Option<String>,
    /// The table with its id, draws resolved, without `match.host`, and with the computer's name
    /// for the machine's id in `match.client`.
    pub rule: Node,
    /// It is fine when it never strikes.
    pub optional: bool,
    /// Where it was written.
    pub written: At,
}

impl FaultPlan {
    /// The rule as the type of whoever carries it out; its error knows its place.
    ///
    /// # Errors
    ///
    /// When it is no such rule.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Undecodable> {
        decode(&self.rule)
    }
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
        Key::new("client", Form::Text(&ID), "The machine, or all of a group.").fixed(),
        Key::new("nth_client", ORDINALS, "Which machine of its group, from 1."),
        Key::new("host", Form::Text(&ID), "The host; every host if left out.").fixed(),
        Key::new("cmid", Form::Text(&SOME_WORDS), "The client machine id."),
        Key::new("conn", ORDINALS, "The connection of the host, from 1."),
        Key::new("direction", Form::Word(&["to-client", "to-host"]), "Which way the bytes go."),
        Key::new("version", Form::Integer(4, 6), "The protocol version of the request: 4, 5, 6."),
        Key::new("result", Form::Text(&super::grammars::RESULT), "What the host decided."),
        Key::new("peer", Form::Text(&SOME_WORDS), "Its address, 198.19.0.1 for the first machine."),
    ],
    instead: &[("machine", "write client")],
};

static POINT: Form =
    Form::Either(&[Form::Text(&super::grammars::LENGTH), Form::Map(&Form::Scalar)]);
static NTH: Form = Form::Integer(1, u64::MAX);
const ORDINALS: Form =
    Form::Either(&[Form::Integer(1, u64::MAX), Form::List(&NTH), Form::Text(&SOME_WORDS)]);
static LENGTH: Form = Form::Text(&super::grammars::LENGTH);
static OUTCOME: Form = Form::Word(&["ok", "fail"]);

static WHEN: Shape = Shape {
    name: "when",
    about: "When a fault strikes, of what it looks at; always if left out. All must hold.",
    keys: &[
        Key::new("first", Form::Integer(0, u64::MAX), "The first n, then never again."),
        Key::new("nth", ORDINALS, "Exactly these, from 1: 2, [2, 5], or \"3..\"."),
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
        OPTIONAL,
    ],
    instead: &[("kind", "write do = { kind = \"…\" }"), ("prob", "write when = { prob = … }")],
};

/// Reads a fault; the host it names goes to `hosts`.
pub fn read<'a>(
    fields: &Fields<'a>,
    node: &'a Node,
    position: usize,
    machines: &[MachinePlan],
    hosts: &mut Vec<Named<'a>>,
) -> Option<FaultPlan> {
    let reading = fields.reading;
    for name in ["stage", "do", "ttl", "max_active"] {
        let _ = fields.node(name);
    }
    let id = fields.text("id").map_or_else(|| format!("fault-{position}"), str::to_owned);
    let mut rule = node.clone();
    let at = rule.at;
    let table = rule.table_mut()?;
    table.0.retain(|entry| entry.key != "optional");
    table.put("id", Node { at, value: Value::Text(id.clone()) });
    let mut host = None;
    if let Some(matches) =
        fields.node("match").filter(|m| check::value(reading, m, &Form::Table(&MATCH)))
    {
        let named = |key: &str| {
            let node = matches.table()?.get(key)?;
            Some((node.text()?, node.at))
        };
        hosts.extend(named("host"));
        host = named("host").map(|(host, _)| host.to_owned());
        let copy = table.get_mut("match").and_then(Node::table_mut)?;
        copy.0.retain(|entry| entry.key != "host");
        if let Some((client, at)) = named("client")
            && !machines.iter().any(|m| m.id == client || m.group.as_deref() == Some(client))
        {
            unknown_client(reading, client, at, machines);
        }
        // Of one machine there is no n-th.
        let alone = |client: &str| machines.iter().any(|machine| machine.id == client);
        if let Some((client, _)) = named("client").filter(|named| alone(named.0))
            && let Some(nth) = matches.table().and_then(|table| table.entry("nth_client"))
        {
            let message = format!("{client} is one machine, and nth_client is which of a group");
            reading.wrong(nth.key_at, message, "leave it out, or name the group");
        }
    }
    if let Some(when) = fields.node("when") {
        check::value(reading, when, &Form::Table(&WHEN));
    }
    let optional = fields.flag("optional").unwrap_or(false);
    Some(FaultPlan { id, host, rule, optional, written: fields.at })
}

fn unknown_client(reading: &Reading, client: &str, at: At, machines: &[MachinePlan]) {
    let ids: Vec<&str> = machines.iter().map(|machine| machine.id.as_str()).collect();
    let near = hint(client, &ids);
    let help = if near.starts_with("did you") || ids.len() <= 12 { near } else { String::new() };
    reading.wrong(at, format!("there is no machine {client:?}"), help);
}
