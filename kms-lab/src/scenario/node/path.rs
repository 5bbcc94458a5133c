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

/// The path of every value in a tree, in the order of the file.
pub fn all(root: &Node) -> Vec<String> {
    let mut paths = Vec::new();
    collect(root, "", &mut paths);
    paths
}

fn collect(node: &Node, path: &str, paths: &mut Vec<String>) {
    match &node.value {
        Value::Table(table) => {
            for entry in &table.0 {
                collect(&entry.node, &join(path, &entry.key), paths);
            }
        }
        Value::List(list) if list.iter().any(|node| node.table().is_some()) => {
            for (index, node) in list.iter().enumerate() {
                let name = element(node, index.saturating_add(1));
                collect(node, &join(path, &name), paths);
            }
        }
        _ => paths.push(path.to_owned()),
    }
}
