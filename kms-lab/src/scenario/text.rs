//! Reads TOML into a tree that knows its places.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::scenario::mistake::Mistake;
use crate::scenario::node::{Entry, Node, Table, Value};
use crate::scenario::source::At;

/// The longest scenario file, in bytes.
pub const LONGEST: usize = 1 << 20;

/// The tree of a text, and what is wrong with it; the tree holds what could be read.
pub fn parse(file: usize, text: &str) -> (Node, Vec<Mistake>) {
    if text.len() > LONGEST {
        let at = At { file, start: 0, end: 0 };
        let message = format!("a scenario file has at most {LONGEST} bytes, not {}", text.len());
        let node = Node { at, value: Value::Table(Table::default()) };
        return (node, vec![Mistake { at, message, help: String::new() }]);
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let mistakes = errors
        .iter()
        .map(|error| {
            let at = at(file, error.span().unwrap_or(text.len()..text.len()));
            let message = error.message().lines().collect::<Vec<_>>().join("; ");
            Mistake { at, message, help: String::new() }
        })
        .collect();
    (Node { at: at(file, 0..0), value: table(file, root.get_ref()) }, mistakes)
}

fn table(file: usize, table: &DeTable<'_>) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, node)| Entry {
            key: key.get_ref().to_string(),
            key_at: at(file, key.span()),
            node: self::node(file, node),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_at);
    Value::Table(Table(entries))
}

fn node(file: usize, node: &Spanned<DeValue<'_>>) -> Node {
    let value = match node.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            match i128::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Value::Integer(number),
                // Beyond every limit there is, and refused by each of them.
                Err(_) => Value::Integer(i128::MAX),
            }
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(list) => Value::List(list.iter().map(|n| self::node(file, n)).collect()),
        DeValue::Table(entries) => table(file, entries),
    };
    Node { at: at(file, node.span()), value }
}

const fn at(file: usize, span: Range<usize>) -> At {
    At { file, start: span.start, end: span.end }
}
