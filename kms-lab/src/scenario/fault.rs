//! `[[fault]]`: what goes wrong between a machine and a host, and when.
//!
//! `check`, `run` and `serve --faults` read faults here, so what one refuses the others do, too.

pub mod grammars;
pub mod kinds;
pub mod reach;
pub mod selecting;

use client_sim::clock::operation::Operation;
use kms_sim::fault::kind::Kind;
use kms_sim::fault::kind::proc::ProcKind;
use kms_sim::fault::rule::Rule;
use kms_sim::fault::stage::Stage;
use kms_sim::fault::when::When;
use serde::de::DeserializeOwned;

use crate::scenario::check;
use crate::scenario::clock;
use crate::scenario::fault::selecting::{MATCH, MATCH_ALONE, WHEN};
use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{ID, POSITIVE};
use crate::scenario::machine::{MachinePlan, Named};
use crate::scenario::node::Node;
use crate::scenario::node::decode::{decode, hint};
use crate::scenario::optional::OPTIONAL;
use crate::scenario::reading::Reading;
use crate::scenario::references::source_named;
use crate::scenario::source::At;
use crate::scenario::values;

/// A fault.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultPlan {
    /// Its id; `fault-N` by its position where it was given none.
    pub id: String,
    /// The host it is at; every host where `None`.
    pub host: Option<String>,
    /// The rule; `match.client` is the id of a machine or a group.
    pub rule: Rule,
    /// It is fine when it never strikes.
    pub optional: bool,
    /// Its table as it was written, draws resolved.
    pub node: Node,
    /// Where it was written.
    pub written: At,
}

/// The stages a fault can be put at, in the order of the catalogue.
pub const STAGES: &[&str; Stage::ALL.len()] = &[
    Stage::DnsSrv.name(),
    Stage::TcpAccept.name(),
    Stage::TcpData.name(),
    Stage::RpcBind.name(),
    Stage::RpcRequest.name(),
    Stage::RpcResponse.name(),
    Stage::KmsResponse.name(),
    Stage::KmsPolicy.name(),
    Stage::KmsState.name(),
    Stage::ClockHost.name(),
    Stage::ClockClient.name(),
    Stage::Proc.name(),
];

macro_rules! fault {
    ($match:expr, [$($more:expr),*]) => {
        Shape {
            name: "[[fault]]",
            about: "What goes wrong between a machine and a host, and when.",
            keys: &[
                Key::new("id", Form::Text(&ID), "Its name; fault-N by position if left out.")
                    .fixed(),
                Key::new("stage", Form::Word(STAGES), "Where it strikes.").required().fixed(),
                Key::new("match", Form::Table($match), "What it looks at; everything if left out."),
                Key::new("when", Form::Table(&WHEN), "When it strikes; always if left out."),
                Key::new("do", Form::Do, "What it does: kind and its parameters.").required(),
                Key::new("ttl", Form::Text(&POSITIVE), "Gone after this long."),
                Key::new("max_active", Form::Integer(1, u64::MAX), "At most so many at a time."),
                $($more),*
            ],
            instead: &[
                ("kind", "write do = { kind = \"…\" }"),
                ("prob", "write when = { prob = … }"),
            ],
        }
    };
}

/// A fault of a scenario.
pub static SHAPE: Shape = fault!(&MATCH, [OPTIONAL]);

/// A fault of a file of faults alone.
pub static ALONE: Shape = fault!(&MATCH_ALONE, [OPTIONAL]);

/// A file of faults alone.
pub static FILE: Shape = Shape {
    name: "a file of faults",
    about: "What goes wrong between a host on sockets and whoever connects to it, and when.",
    keys: &[Key::new("fault", Form::Tables(&ALONE), "The faults.").required().fixed()],
    instead: &[],
};

/// Reads a fault of a scenario; the host it names goes to `hosts`, a time source to `sources`.
pub fn read<'a>(
    fields: &Fields<'a>,
    node: &'a Node,
    position: usize,
    (machines, dns): (&[MachinePlan], bool),
    (hosts, sources): (&mut Vec<Named<'a>>, &mut Vec<Named<'a>>),
) -> FaultPlan {
    let rule = rule(fields, position, &MATCH);
    let optional = fields.flag("optional").unwrap_or(false);
    let named = |key: &str| {
        let node = fields.node("match")?.table()?.get(key)?;
        Some((node.text()?, node.at))
    };
    hosts.extend(named("host"));
    if let Some((client, at)) = named("client") {
        whose(fields, client, at, machines);
    }
    if let Some(rule) = &rule {
        reach::meets(fields, &rule.matches, machines);
        if rule.stage == Stage::DnsSrv && !dns {
            let message = "dns.srv cannot happen here: this scenario has no zone";
            fields.wrong("stage", message, "[dns], and machines that name no host");
        }
    }
    sources.extend(fields.node("do").and_then(|done| source_named(done.table()?.get("to")?)));
    // A fault that is wrong keeps its id, so that whoever names it is not called wrong, too.
    let id = named_or(fields, position);
    let nothing = || Rule::new(id, Stage::Proc, Kind::Proc(ProcKind::Crash {}));
    let rule = rule.unwrap_or_else(nothing);
    let host = named("host").map(|(host, _)| host.to_owned());
    let (id, node, written) = (rule.id.clone(), node.clone(), fields.at);
    FaultPlan { id, host, rule, optional, node, written }
}

/// Reads a rule whose `match` has this shape.
pub fn rule(fields: &Fields<'_>, position: usize, matching: &'static Shape) -> Option<Rule> {
    let reading = fields.reading;
    let before = reading.count();
    let id = named_or(fields, position);
    let stage = fields.text("stage").and_then(|stage| stage.parse::<Stage>().ok());
    let ttl = fields.get("ttl", values::positive);
    let max_active = fields.integer("max_active");
    let matches = selected(fields.node("match"), reading, matching, &["host"]);
    let when: When = selected(fields.node("when"), reading, &WHEN, &[])?;
    if let (Err((key, message)), Some(node)) = (when.check(), fields.node("when")) {
        let at = node.table().and_then(|table| table.get(key)).map_or(node.at, |node| node.at);
        reading.wrong(at, message, "");
    }
    let kind = stage.zip(fields.node("do")).and_then(|(stage, node)| kind(reading, stage, node));
    let rule = Rule { id, stage: stage?, kind: kind?, matches: matches?, when, ttl, max_active };
    reach::knows(fields, rule.stage, &rule.matches, std::ptr::eq(matching, &raw const MATCH_ALONE));
    reach::lives(fields, &rule);
    (reading.count() == before).then_some(rule)
}

/// Its id, or one by its position.
fn named_or(fields: &Fields<'_>, position: usize) -> String {
    fields.text("id").map_or_else(|| format!("fault-{position}"), str::to_owned)
}

/// `match` or `when`, without keys that are not the rule's.
fn selected<T: Default + DeserializeOwned>(
    node: Option<&Node>,
    reading: &Reading,
    shape: &'static Shape,
    without: &[&str],
) -> Option<T> {
    let Some(node) = node else { return Some(T::default()) };
    if !check::value(reading, node, &Form::Table(shape)) {
        return None;
    }
    let mut own = node.clone();
    if let Some(table) = own.table_mut() {
        table.0.retain(|entry| !without.contains(&entry.key.as_str()));
    }
    decode(&own).map_err(|error| reading.undecodable(node, &error)).ok()
}

/// What it does at its stage.
fn kind(reading: &Reading, stage: Stage, node: &Node) -> Option<Kind> {
    let (name, at) = node.table()?.get("kind").and_then(|kind| Some((kind.text()?, kind.at)))?;
    let known = kinds::of(stage);
    let Some(found) = known.iter().find(|known| known.name == name) else {
        unknown_kind(reading, stage, name, at);
        return None;
    };
    if !check::value(reading, node, &Form::Table(found.shape)) {
        return None;
    }
    let value = match decode::<serde_json::Value>(node) {
        Ok(value) => value,
        Err(error) => {
            reading.undecodable(node, &error);
            return None;
        }
    };
    match Kind::read(stage, value) {
        Ok(Kind::Clock(operation)) => match Operation::from_map(operation.clone()) {
            Ok(_) => Some(Kind::Clock(operation)),
            Err(error) => {
                clock::wrong(reading, node, &error);
                None
            }
        },
        Ok(kind) => Some(kind),
        Err(message) => {
            reading.wrong(node.at, message, "");
            None
        }
    }
}

/// A kind the stage does not have: another stage's, or nobody's.
fn unknown_kind(reading: &Reading, stage: Stage, name: &str, at: At) {
    let has = |stage: &Stage| kinds::of(*stage).iter().any(|kind| kind.name == name);
    let others: Vec<&str> = Stage::ALL.into_iter().filter(has).map(Stage::name).collect();
    let names: Vec<&str> = kinds::of(stage).iter().map(|kind| kind.name).collect();
    if let [first, ..] = others.as_slice() {
        let message = format!("{name:?} is no kind of {stage}: it is one of {}", others.join(", "));
        let help = format!("stage = {first:?}, or {}", hint(name, &names));
        return reading.wrong(at, message, help);
    }
    reading.wrong(at, format!("{name:?} is no kind of {stage}"), hint(name, &names));
}

/// Whether the client that is named is there, and whether it can be numbered.
fn whose(fields: &Fields<'_>, client: &str, at: At, machines: &[MachinePlan]) {
    let reading = fields.reading;
    let alone = machines.iter().any(|machine| machine.id == client);
    let group = machines.iter().any(|machine| machine.group.as_deref() == Some(client));
    if !alone && !group {
        let ids: Vec<&str> = machines.iter().map(|machine| machine.id.as_str()).collect();
        let near = hint(client, &ids);
        let help =
            if near.starts_with("did you") || ids.len() <= 12 { near } else { String::new() };
        return reading.wrong(at, format!("there is no machine {client:?}"), help);
    }
    let nth = fields.node("match").and_then(|node| node.table()?.entry("nth_client"));
    if let Some(nth) = nth.filter(|_| alone && !group) {
        let message = format!("{client} is one machine, and nth_client is which of a group");
        reading.wrong(nth.key_at, message, "leave it out, or name the group");
    }
}
