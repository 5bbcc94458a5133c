//! `[[clock]]`: what happens to an actor's clock, in the order of time.

use client_sim::clock::event::ClockEvent;
use client_sim::clock::fields::FieldError;
use kms_proto::text::TextError;
use serde_json::Map;

use crate::scenario::check;
use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::ID;
use crate::scenario::machine::Named;
use crate::scenario::node::Node;
use crate::scenario::node::decode::{decode, hint};
use crate::scenario::operation;
use crate::scenario::reading::Reading;
use crate::scenario::references::source_named;
use crate::scenario::source::At;

/// What happens to one actor's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockPlan {
    /// Its id; the actor's where it was given none.
    pub id: String,
    /// The machine, group, host, time source or DNS server.
    pub actor: String,
    /// The events, in the order of the file.
    pub events: Vec<EventPlan>,
    /// Where it was written.
    pub written: At,
}

/// One operation and what sets it off.
#[derive(Clone, Debug, PartialEq)]
pub struct EventPlan {
    /// The event.
    pub event: ClockEvent,
    /// It is fine when it never happens.
    pub optional: bool,
    /// Where it was written.
    pub written: At,
}

/// A clock's events.
pub static SHAPE: Shape = Shape {
    name: "[[clock]]",
    about: "What happens to an actor's clock.",
    keys: &[
        Key::new("id", Form::Text(&ID), "Its name; the actor's if left out.").fixed(),
        Key::new("actor", Form::Text(&ID), "A machine, host, time source or DNS server.")
            .required()
            .fixed(),
        Key::new("event", Form::Events, "The operations, in the order of time.").required(),
    ],
    instead: &[("machine", "write actor"), ("events", "write [[clock.event]]")],
};

/// Reads a clock's events; the actor goes to `actors`, a time source to `sources`.
pub fn read<'a>(
    fields: &Fields<'a>,
    actors: &mut Vec<Named<'a>>,
    sources: &mut Vec<Named<'a>>,
) -> Option<ClockPlan> {
    let actor = fields.text("actor");
    actors.extend(actor.map(|id| (id, fields.at("actor"))));
    let id = fields.text("id").or(actor);
    let nodes = fields.node("event").and_then(Node::list).unwrap_or_default();
    sources.extend(nodes.iter().filter_map(|node| source_named(node.table()?.get("to")?)));
    let events = nodes.iter().filter_map(|node| read_event(fields, node)).collect();
    Some(ClockPlan { id: id?.to_owned(), actor: actor?.to_owned(), events, written: fields.at })
}

fn read_event(parent: &Fields<'_>, node: &Node) -> Option<EventPlan> {
    let reading = parent.reading;
    let op = node.table().and_then(|table| table.text("op"));
    // What else an unknown operation has is nobody's to judge.
    if let Some(op) = op.filter(|op| !operation::OPS.contains(op)) {
        let at = node.table().and_then(|table| table.get("op")).map_or(node.at, |node| node.at);
        let message = format!("{op:?} is no operation on a clock");
        reading.wrong(at, message, hint(op, &operation::OPS));
        return None;
    }
    if !check::value(reading, node, &Form::Table(operation::shape(op))) {
        return None;
    }
    let mut map = match decode::<Map<String, serde_json::Value>>(node) {
        Ok(map) => map,
        Err(error) => {
            reading.undecodable(node, &error);
            return None;
        }
    };
    let optional = map.shift_remove("optional").is_some_and(|flag| flag == true);
    match ClockEvent::from_map(map) {
        Ok(event) => Some(EventPlan { event, optional, written: node.at }),
        Err(error) => {
            wrong(reading, node, &error);
            None
        }
    }
}

/// Tells what is wrong at the value of its key.
pub fn wrong(reading: &Reading, node: &Node, error: &FieldError) {
    let mut at = node;
    for part in error.key.split('.').filter(|part| !part.is_empty()) {
        at = at.table().and_then(|table| table.get(part)).unwrap_or(at);
    }
    // What the table says as a whole is said at the operation's name.
    let name = at.table().and_then(|table| table.get("op").or_else(|| table.get("kind")));
    at = name.unwrap_or(at);
    match error.column {
        Some(column) => reading.wrong_text(at, &TextError::new(column, error.message.as_str())),
        None if error.key.is_empty() => reading.wrong(at.at, error.message.as_str(), ""),
        None => reading.wrong(at.at, format!("{} {}", error.key, error.message), ""),
    }
}
