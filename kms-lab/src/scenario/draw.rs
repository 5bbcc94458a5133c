//! Values drawn from the seed: `{ draw = "1h..5h" }`; clocks also around a window's edges.
//!
//! A draw is keyed by the seed and the path of its value (`machine.fast.clock`), so that adding a
//! value, a machine or a fault changes no other draw. What was drawn is reported, and goes into the
//! journal.

pub mod boundary;
mod range;

use kms_proto::draw::Draw;
use serde::Serialize;

use crate::scenario::draw::range::Range;
use crate::scenario::node::{Node, Value, path};
use crate::scenario::reading::Reading;

/// Keys whose values are never drawn: they say what the file is.
const FIXED: [&str; 8] = ["id", "actor", "schema", "name", "about", "seed", "include", "sweep"];

/// A value that was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Drawn {
    /// Its path.
    pub path: String,
    /// The draw as it was written.
    pub from: String,
    /// What was drawn.
    pub value: String,
}

/// Which value of a range is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The one this seed gives.
    Seed(u64),
    /// The lowest, or the first; for looking whether the range makes sense.
    Lowest,
    /// The highest, or the last.
    Highest,
}

/// Replaces draws by what is drawn.
#[derive(Debug)]
pub struct Picker<'a> {
    pick: Pick,
    reading: &'a Reading,
    drawn: Vec<Drawn>,
}

impl Pick {
    /// A number in `0..count` for the value at `path`.
    fn below(self, count: u64, path: &str) -> u64 {
        match self {
            Self::Seed(seed) => Draw::new(seed).below(count, "scenario", "draw", (0, 0), path),
            Self::Lowest => 0,
            Self::Highest => count.saturating_sub(1),
        }
    }
}

impl<'a> Picker<'a> {
    /// Picks so, and tells what is wrong.
    pub const fn new(pick: Pick, reading: &'a Reading) -> Self {
        Self { pick, reading, drawn: Vec::new() }
    }

    /// What was drawn, in the order of the file.
    pub fn into_drawn(self) -> Vec<Drawn> {
        self.drawn
    }

    /// Replaces a draw, or the draws within a table or array.
    pub fn resolve(&mut self, node: &mut Node, path: &str) {
        if boundary::is_boundary(node) && path.rsplit('.').next() == Some("clock") {
            // Drawn once everything else is: it needs to know its window. The window may be drawn.
            if let Some(window) = node.table_mut().and_then(|table| table.get_mut("window")) {
                self.resolve(window, &path::join(path, "window"));
            }
            return;
        }
        if let Some((from, value)) = self.picked(node, path) {
            let (path, value_text) = (path.to_owned(), text(&value));
            self.drawn.push(Drawn { path, from, value: value_text });
            node.value = value;
            return;
        }
        match &mut node.value {
            Value::Table(table) => {
                for entry in &mut table.0 {
                    if !FIXED.contains(&entry.key.as_str()) {
                        self.resolve(&mut entry.node, &path::join(path, &entry.key));
                    }
                }
            }
            Value::List(list) => {
                let mut seen = std::collections::BTreeMap::<String, usize>::new();
                for (index, node) in list.iter_mut().enumerate() {
                    let mut name = path::element(node, index.saturating_add(1));
                    let count = seen.entry(name.clone()).or_default();
                    *count = count.saturating_add(1);
                    if *count > 1 {
                        name = format!("{name}#{count}");
                    }
                    self.resolve(node, &path::join(path, &name));
                }
            }
            _ => {}
        }
    }

    /// What is drawn where a node is a draw, with the text of the draw.
    fn picked(&self, node: &Node, path: &str) -> Option<(String, Value)> {
        let table = node.table()?;
        let draw = table.get("draw")?;
        if let Some(other) = table.0.iter().find(|entry| entry.key != "draw") {
            let message = format!("a draw has no key {}", other.key);
            self.reading.wrong(other.key_at, message, "write { draw = \"1h..5h\" }");
        }
        match &draw.value {
            Value::Text(text) => match text.parse::<Range>() {
                Ok(range) => Some((text.clone(), range.at(|count| self.pick.below(count, path)))),
                Err(error) => {
                    self.reading.wrong_text(draw, &error);
                    None
                }
            },
            Value::List(list) if !list.is_empty() => {
                let count = u64::try_from(list.len()).unwrap_or(u64::MAX);
                let index = usize::try_from(self.pick.below(count, path)).unwrap_or(usize::MAX);
                let from = list.iter().map(|n| text(&n.value)).collect::<Vec<_>>().join(" | ");
                list.get(index).map(|node| (from, node.value.clone()))
            }
            other => {
                let found = other.kind();
                let message = format!("a draw is a range or a list of values, not {found}");
                self.reading.wrong(draw.at, message, "{ draw = \"1h..5h\" } or { draw = [1, 2] }");
                None
            }
        }
    }
}

/// A value as it is reported.
pub fn text(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Date(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::List(list) => {
            format!("[{}]", list.iter().map(|n| text(&n.value)).collect::<Vec<_>>().join(", "))
        }
        Value::Table(table) => {
            let entries = table.0.iter().map(|e| format!("{} = {}", e.key, text(&e.node.value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}
