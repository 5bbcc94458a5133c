//! `clock = { draw = "boundary" }`: clocks drawn around the edges of a window.

use client_sim::clock::draw::boundary;
use client_sim::clock::event::ClockEvent;
use client_sim::clock::spec::ClockSpec;
use kms_proto::draw::Draw;
use kms_proto::time::window::Window;

use crate::scenario::clock::{ClockPlan, EventPlan};
use crate::scenario::draw::{Drawn, Pick};
use crate::scenario::node::{Node, Table, Value, path};
use crate::scenario::reading::Reading;

/// The word for it.
pub const WORD: &str = "boundary";

/// The tables whose clocks may be drawn so.
const TABLES: [&str; 3] = ["host", "machine", "time_source"];

/// Whether a table is such a draw.
pub fn is_boundary(node: &Node) -> bool {
    node.table().is_some_and(|table| table.text("draw") == Some(WORD))
}

/// What was drawn of clocks: the report of each, and what happens to them later.
#[derive(Debug, Default)]
pub struct Clocks {
    /// What is reported.
    pub drawn: Vec<Drawn>,
    /// Events that belong to a drawn clock; it is fine when the run is over before one comes.
    pub later: Vec<ClockPlan>,
}

/// Replaces every such draw by the clock that is drawn; everything else is drawn already.
///
/// A clock is keyed by the seed and its actor's id. The edges are those of the window named beside
/// the draw; else of a host's own, and of a machine's first host.
pub fn resolve(root: &mut Node, pick: Pick, reading: &Reading) -> Clocks {
    let mut clocks = Clocks::default();
    let hosts = windows(root);
    for kind in TABLES {
        let list = root.table_mut().and_then(|table| table.get_mut(kind));
        let Some(Node { value: Value::List(list), .. }) = list else { continue };
        for (place, actor) in (1..).zip(list.iter_mut()) {
            let name = path::element(actor, place);
            let Some(table) = actor.table_mut() else { continue };
            let id = table.text("id").unwrap_or("host").to_owned();
            let first = first_host(table);
            let Some(clock) = table.get_mut("clock").filter(|clock| is_boundary(clock)) else {
                continue;
            };
            let own = if kind == "host" { Some(id.as_str()) } else { first.as_deref() };
            let of = |(host, _): &&(String, Window)| own.is_none_or(|own| own == host);
            let theirs = hosts.iter().find(of).map(|(_, window)| *window);
            let Some(window) = named(clock, reading).or(theirs) else { continue };
            let (spec, events) = drawn(window, pick, &id);
            let path = path::join(&path::join(kind, &name), "clock");
            clocks.drawn.push(Drawn { path, from: from(window), value: told(&spec, &events) });
            let written = clock.at;
            clock.value = Value::Text(spec.to_string());
            if !events.is_empty() {
                let event = |event| EventPlan { event, optional: true, written };
                let events = events.into_iter().map(event).collect();
                clocks.later.push(ClockPlan { id: id.clone(), actor: id, events, written });
            }
        }
    }
    clocks
}

/// The clock and what happens to it later. The ends are plain edges: that the draw makes sense is
/// all they are asked for.
fn drawn(window: Window, pick: Pick, actor: &str) -> (ClockSpec, Vec<ClockEvent>) {
    let edges = match (window, Window::default()) {
        (Window::Within { behind, ahead }, _) | (_, Window::Within { behind, ahead }) => {
            (behind, ahead)
        }
        (Window::Off, Window::Off) => Default::default(),
    };
    match pick {
        Pick::Seed(seed) => {
            let clock = boundary(window).draw(Draw::new(seed), actor, 0);
            (clock.spec, clock.events)
        }
        Pick::Lowest => {
            let behind = kms_proto::time::duration::Nanos(edges.0.0.saturating_neg());
            (ClockSpec::offset(behind), Vec::new())
        }
        Pick::Highest => (ClockSpec::offset(edges.1), Vec::new()),
    }
}

/// The windows of all hosts by id. One that cannot be read is told where it is written.
fn windows(root: &Node) -> Vec<(String, Window)> {
    let hosts = root.table().and_then(|table| table.get("host")?.list()).unwrap_or_default();
    let windows = hosts.iter().filter_map(Node::table).map(|table| {
        let window = table.text("window").map_or(Ok(Window::default()), str::parse);
        (table.text("id").unwrap_or("host").to_owned(), window.unwrap_or_default())
    });
    windows.collect()
}

/// The first host a machine names.
fn first_host(table: &Table) -> Option<String> {
    let hosts = table.get("host")?;
    let first = hosts.list().map_or(Some(hosts), <[Node]>::first)?;
    first.text().map(str::to_owned)
}

/// The window named beside the draw.
fn named(clock: &Node, reading: &Reading) -> Option<Window> {
    let table = clock.table()?;
    if let Some(other) = table.0.iter().find(|e| !["draw", "window"].contains(&&*e.key)) {
        let message = format!("a draw around a boundary has no key {}", other.key);
        reading.wrong(other.key_at, message, "{ draw = \"boundary\", window = \"4h\" }");
    }
    let node = table.get("window")?;
    let Some(text) = node.text() else {
        let message = format!("expected a window, found {}", node.value.kind());
        reading.wrong(node.at, message, "window = \"4h\", or \"-30m..+4h\"");
        return None;
    };
    match text.parse::<Window>() {
        Ok(Window::Off) => {
            reading.wrong(node.at, "a window that is off has no edges", "window = \"4h\"");
            None
        }
        Ok(window) => Some(window),
        Err(error) => {
            reading.wrong_text(node, &error);
            None
        }
    }
}

fn from(window: Window) -> String {
    match window {
        Window::Off => WORD.to_owned(),
        Window::Within { .. } => format!("{WORD} of {window}"),
    }
}

/// The clock string, and each event as a file has it.
fn told(spec: &ClockSpec, events: &[ClockEvent]) -> String {
    let events = events.iter().filter_map(|event| serde_json::to_string(event).ok());
    std::iter::once(spec.to_string()).chain(events).collect::<Vec<_>>().join(" ")
}
