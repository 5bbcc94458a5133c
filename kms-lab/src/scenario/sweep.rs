//! `[sweep]`: one run for each value of a path.

use kms_proto::time::NANOS_PER_TICK;
use kms_proto::time::duration::{Nanos, write_signed};
use kms_proto::time::window::Window;

use crate::scenario::draw::text;
use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{ID, LENGTH};
use crate::scenario::node::decode::hint;
use crate::scenario::node::{Node, Value, path};
use crate::scenario::reading::Reading;
use crate::scenario::values;

/// The most points of a sweep.
pub const MOST: usize = 100_000;

static ONE_LENGTH: Form = Form::Text(&LENGTH);

/// Points around the edges of a window.
pub static BOUNDARY: Shape = Shape {
    name: "boundary",
    about: "Clocks around the edges of a host's window.",
    keys: &[
        Key::new("boundary", Form::Word(&["window"]), "What has edges.").required().fixed(),
        Key::new("around", Form::List(&ONE_LENGTH), "How far from an edge, either way.")
            .required()
            .fixed(),
        Key::new("signs", Form::Word(&["both", "ahead", "behind"]), "Which edges; both.").fixed(),
        Key::new("host", Form::Text(&ID), "Whose window; the first host's if left out.").fixed(),
    ],
    instead: &[],
};

/// One value at one path.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The path.
    pub path: String,
    /// The value.
    pub node: Node,
}

/// One run of a sweep: a value for each path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Point(pub Vec<Setting>);

/// `machine.fast.clock=+4h100ns`; empty where nothing is swept.
impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, setting) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}={}", setting.path, text(&setting.node.value))?;
        }
        Ok(())
    }
}

impl Point {
    /// Puts its values into a tree.
    pub fn apply(&self, root: &mut Node) {
        for setting in &self.0 {
            if let Some((table, key)) = path::parent_of(root, &setting.path) {
                table.put(key, setting.node.clone());
            }
        }
    }
}

/// Every point of a file's sweep, the last path varying fastest; one empty point where there is no
/// sweep.
pub fn points(reading: &Reading, root: &Node) -> Vec<Point> {
    let mut points = vec![Point::default()];
    let Some(sweep) = root.table().and_then(|table| table.get("sweep")) else { return points };
    let Some(table) = sweep.table() else { return points };
    for entry in &table.0 {
        let mut scratch = root.clone();
        if path::parent_of(&mut scratch, &entry.key).is_none() {
            let message = format!("there is nothing at {:?}", entry.key);
            reading.wrong(entry.key_at, message, remedy(root, &entry.key));
            continue;
        }
        let values = match &entry.node.value {
            Value::List(list) => list.clone(),
            Value::Table(_) => boundary(reading, &entry.node, root),
            other => {
                let message = format!("a sweep is a list of values, not {}", other.kind());
                reading.wrong(entry.node.at, message, "[\"+4h\", \"+4h100ns\"]");
                continue;
            }
        };
        if values.is_empty() {
            if reading.count() == 0 {
                reading.wrong(entry.node.at, "nothing to sweep over", "");
            }
            continue;
        }
        if points.len().saturating_mul(values.len()) > MOST {
            reading.wrong(entry.key_at, format!("a sweep has at most {MOST} points"), "");
            return points;
        }
        let grow = |point: &Point| -> Vec<Point> {
            let with = |node: &Node| {
                let mut settings = point.0.clone();
                settings.push(Setting { path: entry.key.clone(), node: node.clone() });
                Point(settings)
            };
            values.iter().map(with).collect()
        };
        points = points.iter().flat_map(grow).collect();
    }
    points
}

/// What to write instead of a path that leads nowhere.
fn remedy(root: &Node, path: &str) -> String {
    let example = || "a path such as machine.ID.clock".to_owned();
    let Some(path::Astray { before, part, names, of_list }) = path::astray(root, path) else {
        return example();
    };
    let names: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| *name != "sweep").collect();
    let before = before.join(".");
    let Some(part) = part else {
        // `machine.fast` without a key, or something within a single value.
        let own = path.rsplit('.').next().unwrap_or_default();
        let is_element = names.contains(&own);
        return if is_element { format!("name a key of it: {path}.clock") } else { example() };
    };
    let near = hint(&part, &names);
    if let Some(near) = near.strip_prefix("did you mean ").and_then(|near| near.strip_suffix('?')) {
        let from = path::join(&before, &part);
        let rest = path.strip_prefix(&from).unwrap_or_default();
        return format!("did you mean {}{rest}?", path::join(&before, near));
    }
    if of_list && !names.is_empty() && names.len() <= 12 {
        return format!("of {before} there is {}", names.join(", "));
    }
    if before.is_empty() || of_list {
        return example();
    }
    format!("give {before} a {part} first, which is then swept over")
}

/// Clocks around the edges of a window, from far behind to far ahead, each once.
fn boundary(reading: &Reading, node: &Node, root: &Node) -> Vec<Node> {
    let Some(fields) = Fields::open(reading, node, &BOUNDARY) else { return Vec::new() };
    let _ = fields.text("boundary");
    let signs = fields.text("signs").unwrap_or("both");
    let around: Vec<Nanos> =
        fields.texts("around").iter().filter_map(|(text, _)| values::length(text).ok()).collect();
    let Some((behind, ahead)) = edges(&fields, root) else { return Vec::new() };
    let mut edges = Vec::new();
    if signs != "ahead" {
        edges.push(-behind.0);
    }
    if signs != "behind" {
        edges.push(ahead.0);
    }
    let mut offsets: Vec<i64> = edges
        .into_iter()
        .flat_map(|edge| {
            around.iter().flat_map(move |e| [edge.saturating_sub(e.0), edge.saturating_add(e.0)])
        })
        .map(|offset| offset / NANOS_PER_TICK * NANOS_PER_TICK)
        .collect();
    offsets.sort_unstable();
    offsets.dedup();
    let clock = |offset: i64| Node { at: node.at, value: Value::Text(Signed(offset).to_string()) };
    offsets.into_iter().map(clock).collect()
}

/// How far behind and ahead a host's window reaches.
fn edges(fields: &Fields<'_>, root: &Node) -> Option<(Nanos, Nanos)> {
    let hosts = root.table()?.get("host")?.list()?;
    let named = fields.text("host");
    let id = |host: &Node| host.table().and_then(|t| t.text("id")).unwrap_or("host").to_owned();
    let found = hosts.iter().find(|host| named.is_none_or(|named| id(host) == named));
    let Some(host) = found else {
        let ids: Vec<String> = hosts.iter().map(id).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let named = named.unwrap_or_default();
        fields.wrong("host", format!("there is no host {named:?}"), hint(named, &ids));
        return None;
    };
    let window = host.table().and_then(|table| table.text("window"));
    // A window that cannot be read is told where it is written.
    match window.map_or(Ok(Window::default()), str::parse) {
        Ok(Window::Within { behind, ahead }) => Some((behind, ahead)),
        Ok(Window::Off) => {
            fields.wrong("boundary", "this host's window is off: it has no edges", "");
            None
        }
        Err(_) => None,
    }
}

struct Signed(i64);

impl std::fmt::Display for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_signed(f, self.0.into())
    }
}
