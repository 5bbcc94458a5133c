//! `[[clock]]`: what happens to an actor's clock, in the order of time.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;

use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::ID;
use crate::scenario::machine::Named;
use crate::scenario::node::{Node, Table, Value};
use crate::scenario::operation;
use crate::scenario::source::At;
use crate::scenario::values;

/// What happens to one actor's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockPlan {
    /// Its id; the actor's where it was given none.
    pub id: String,
    /// The machine, group, host or time source.
    pub actor: String,
    /// The events, in the order of the file.
    pub events: Vec<ClockEvent>,
    /// Where it was written.
    pub written: At,
}

/// One operation and what sets it off.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockEvent {
    /// What sets it off.
    pub trigger: Trigger,
    /// Its name.
    pub op: String,
    /// The operation with its arguments, `op` included and the trigger left out.
    pub operation: Node,
    /// Where it was written.
    pub written: At,
}

/// What sets an operation off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// True time since the start.
    At(Nanos),
    /// Again and again, first after this.
    Every(Nanos),
    /// Before the actor's n-th exchange, from 1.
    OnExchange(u64),
    /// A result of the actor's exchanges.
    OnResult {
        /// The result.
        result: HResult,
        /// The how manieth, from 1.
        nth: u64,
        /// This long after it.
        after: Nanos,
    },
}

/// An event; its other keys are those of its operation.
pub static EVENT: Shape = Shape {
    name: "[[clock.event]]",
    about: "An operation on a clock, and what sets it off: at, every, or on.",
    keys: &[],
    instead: &[],
};

/// A clock's events.
pub static SHAPE: Shape = Shape {
    name: "[[clock]]",
    about: "What happens to an actor's clock.",
    keys: &[
        Key::new("id", Form::Text(&ID), "Its name; the actor's if left out.").fixed(),
        Key::new("actor", Form::Text(&ID), "A machine, host or time source.").required().fixed(),
        Key::new("event", Form::Events, "The operations, in the order of time.").required(),
    ],
    instead: &[("machine", "write actor"), ("events", "write [[clock.event]]")],
};

/// Reads a clock's events; the actor goes to `actors`.
pub fn read<'a>(fields: &Fields<'a>, actors: &mut Vec<Named<'a>>) -> Option<ClockPlan> {
    let actor = fields.text("actor");
    actors.extend(actor.map(|id| (id, fields.at("actor"))));
    let id = fields.text("id").or(actor);
    let nodes = fields.node("event").and_then(Node::list).unwrap_or_default();
    let events = nodes.iter().filter_map(|node| read_event(fields, node)).collect();
    Some(ClockPlan { id: id?.to_owned(), actor: actor?.to_owned(), events, written: fields.at })
}

fn read_event(parent: &Fields<'_>, node: &Node) -> Option<ClockEvent> {
    let op = node.table().and_then(|table| table.text("op"));
    let shape = operation::shape(op);
    let fields = Fields::open(parent.reading, node, shape)?;
    for key in shape.keys {
        let _ = fields.node(key.name);
    }
    let given: Vec<&str> =
        ["at", "every", "on"].into_iter().filter(|name| fields.has(name)).collect();
    if given.len() != 1 {
        let message = match given.as_slice() {
            [] => "nothing sets this event off".to_owned(),
            many => format!("this event has {}: one sets it off", many.join(" and ")),
        };
        let help = "at = \"3h\", every = \"1d\", on = { exchange = 2 } or on = { result = \"…\" }";
        fields.reading.wrong(node.at, message, help);
    }
    let on = fields.table("on").and_then(|on| read_on(&on));
    let trigger = fields
        .get("at", values::length)
        .map(Trigger::At)
        .or(fields.get("every", values::positive).map(Trigger::Every))
        .or(on)?;
    let keep = |name: &str| !["at", "every", "on"].contains(&name);
    let entries = node.table()?.0.iter().filter(|entry| keep(&entry.key)).cloned().collect();
    let operation = Node { at: node.at, value: Value::Table(Table(entries)) };
    Some(ClockEvent { trigger, op: op?.to_owned(), operation, written: fields.at })
}

fn read_on(fields: &Fields<'_>) -> Option<Trigger> {
    let exchange = fields.integer("exchange");
    let result = fields.get("result", values::result);
    let (nth, after) = (fields.integer("nth"), fields.get("after", values::length));
    match (exchange, result) {
        (Some(exchange), None) if !fields.has("nth") && !fields.has("after") => {
            Some(Trigger::OnExchange(exchange))
        }
        (None, Some(result)) => Some(Trigger::OnResult {
            result,
            nth: nth.unwrap_or(1),
            after: after.unwrap_or_default(),
        }),
        _ => {
            let message = "an event waits for an exchange, or for a result";
            let help = "{ exchange = 2 }, or { result = \"0xC004F06C\", nth = 1, after = \"10m\" }";
            fields.reading.wrong(fields.at, message, help);
            None
        }
    }
}
