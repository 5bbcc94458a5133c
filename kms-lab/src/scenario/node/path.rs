//! Names of values: `machine.fast.clock`.
//!
//! An element of an array is named by its `id`, by its `actor` where it has no id, and by its
//! position, from 1, where it has neither. A name with a dot in it cannot be reached. Adding an
//! element therefore renames no other that has an id.

use crate::scenario::node::{Node, Table, Value};

/// What an element of an array is called; `position` counts from 1.
pub fn element(node: &Node, position: usize) -> String {
    let name = |table: &Table| table.text("id").or_else(|| table.text("actor")).map(str::to_owned);
    node.table().and_then(name).unwrap_or_else(|| position.to_string())
}

/// The name of `part` inside `parent`.
pub fn join(parent: &str, part: &str) -> String {
    if parent.is_empty() { part.to_owned() } else { format!("{parent}.{part}") }
}

/// The table a path's last part belongs to, and that part; `None` where there is no such table.
pub fn parent_of<'n, 'p>(root: &'n mut Node, path: &'p str) -> Option<(&'n mut Table, &'p str)> {
    let (parents, own) = path.rsplit_once('.').unwrap_or(("", path));
    let mut node = root;
    for part in parents.split('.').filter(|part| !part.is_empty()) {
        node = match &mut node.value {
            Value::Table(table) => table.get_mut(part)?,
            Value::List(list) => list
                .iter_mut()
                .enumerate()
                .find(|(index, node)| element(node, index.saturating_add(1)) == part)
                .map(|(_, node)| node)?,
            _ => return None,
        };
    }
    node.table_mut().map(|table| (table, own))
}

/// Where a path leaves a tree: what it goes through, the part that is not there, and what is there
/// instead; `None` where its last part has a table it can be put into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Astray {
    /// The parts before it.
    pub before: Vec<String>,
    /// The part that is not there; `None` where the path ends before it comes to a value.
    pub part: Option<String>,
    /// What could stand there.
    pub names: Vec<String>,
    /// The names are those of a list's elements.
    pub of_list: bool,
}

/// Where a path leaves a tree, if it does.
pub fn astray(root: &Node, path: &str) -> Option<Astray> {
    let (parents, _) = path.rsplit_once('.').unwrap_or(("", path));
    let mut node = root;
    let mut before = Vec::new();
    for part in parents.split('.').filter(|part| !part.is_empty()) {
        let children = children(node);
        let Some((_, next)) = children.iter().find(|(name, _)| name == part) else {
            let names = children.into_iter().map(|(name, _)| name).collect();
            let of_list = node.list().is_some();
            return Some(Astray { before, part: Some(part.to_owned()), names, of_list });
        };
        node = next;
        before.push(part.to_owned());
    }
    if node.table().is_some() {
        return None;
    }
    let names = children(node).into_iter().map(|(name, _)| name).collect();
    Some(Astray { before, part: None, names, of_list: true })
}

/// What is directly in a node, by name.
fn children(node: &Node) -> Vec<(String, &Node)> {
    match &node.value {
        Value::Table(table) => {
            table.0.iter().map(|entry| (entry.key.clone(), &entry.node)).collect()
        }
        Value::List(list) => {
            (1..).zip(list).map(|(position, node)| (element(node, position), node)).collect()
        }
        _ => Vec::new(),
    }
}
