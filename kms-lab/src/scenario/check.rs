//! Holds values against their forms.

use crate::scenario::form::{Form, Shape, number};
use crate::scenario::node::decode::hint;
use crate::scenario::node::{Node, Table, Value};
use crate::scenario::reading::Reading;
use crate::scenario::source::At;

/// Takes note of everything in a value that is not as it should be; whether all is well.
pub fn value(reading: &Reading, node: &Node, form: &Form) -> bool {
    let before = reading.count();
    note(reading, node, form);
    before == reading.count()
}

/// Takes note of keys that a table does not have, keys it lacks, and wrong values outside of the
/// tables within; gives the keys whose values are wrong.
pub fn keys<'t>(
    reading: &Reading,
    at: At,
    table: &'t Table,
    shape: &'static Shape,
) -> Vec<&'t str> {
    let mut bad = Vec::new();
    for entry in &table.0 {
        let Some(key) = shape.keys.iter().find(|key| key.name == entry.key) else {
            let names: Vec<&str> = shape.keys.iter().map(|key| key.name).collect();
            let instead = shape.instead.iter().find(|(name, _)| *name == entry.key);
            let help = instead.map_or_else(|| hint(&entry.key, &names), |(_, h)| (*h).into());
            let message = format!("unknown key {} in {}", shown(&entry.key), shape.name);
            reading.wrong(entry.key_at, message, help);
            continue;
        };
        if !opens(&key.form) && !value(reading, &entry.node, &key.form) {
            bad.push(entry.key.as_str());
        }
    }
    for key in shape.keys.iter().filter(|key| key.required && table.get(key.name).is_none()) {
        let message = format!("{} needs the key {}", shape.name, key.name);
        reading.wrong(at, message, format!("{}: {}", key.name, key.form.words()));
    }
    bad
}

fn note(reading: &Reading, node: &Node, form: &Form) {
    if !form.is_kind_of(&node.value) {
        // A draw that nothing could be drawn from was told already.
        let draw = node.table().is_some_and(|table| table.get("draw").is_some());
        if draw && reading.any_within(node.at) {
            return;
        }
        let message = format!("expected {}, found {}", form.words(), node.value.kind());
        return reading.wrong(node.at, message, remedy(form, &node.value));
    }
    let unexpected = || reading.wrong(node.at, format!("expected {}", form.words()), "");
    match (form, &node.value) {
        (Form::Text(grammar), Value::Text(text)) => {
            if let Err(error) = (grammar.check)(text) {
                reading.wrong_text(node, &error);
            }
        }
        (Form::Word(words), Value::Text(text)) if !words.contains(&text.as_str()) => {
            reading.wrong(node.at, format!("{text:?} is not known here"), hint(text, words));
        }
        (Form::Integer(least, most), Value::Integer(number))
            if !(i128::from(*least)..=i128::from(*most)).contains(number) =>
        {
            unexpected();
        }
        (Form::Signed(least, most), Value::Integer(number))
            if !(i128::from(*least)..=i128::from(*most)).contains(number) =>
        {
            unexpected();
        }
        (Form::Number(least, most), value) if !(*least..=*most).contains(&number(value)) => {
            unexpected();
        }
        (Form::Do, Value::Table(table)) if table.text("kind").is_none() => unexpected(),
        (Form::Table(shape), Value::Table(table)) => {
            keys(reading, node.at, table, shape);
            for key in shape.keys.iter().filter(|key| opens(&key.form)) {
                if let Some(node) = table.get(key.name) {
                    note(reading, node, &key.form);
                }
            }
        }
        (Form::Tables(shape), Value::List(list)) => {
            for node in list {
                note(reading, node, &Form::Table(shape));
            }
        }
        (Form::List(of), Value::List(list)) => {
            for node in list {
                note(reading, node, of);
            }
        }
        (Form::Map(of), Value::Table(table)) => {
            for entry in &table.0 {
                note(reading, &entry.node, of);
            }
        }
        (Form::Either(forms), value) => {
            if let Some(form) = forms.iter().find(|form| form.is_kind_of(value)) {
                note(reading, node, form);
            }
        }
        _ => {}
    }
}

/// Tables are checked by whoever opens them.
const fn opens(form: &Form) -> bool {
    matches!(form, Form::Table(_) | Form::Tables(_))
}

/// What to write instead of a value of another kind.
fn remedy(form: &Form, value: &Value) -> String {
    match (form, value) {
        (Form::Tables(shape), Value::Table(_)) => format!("write {}", shape.name),
        (_, Value::Date(_)) => "put it in quotes".to_owned(),
        (Form::Text(_), Value::Integer(0)) => "put it in quotes: \"0\"".to_owned(),
        (Form::Text(_), Value::Integer(_) | Value::Float(_)) => {
            "put it in quotes, with its unit where it has one".to_owned()
        }
        (_, Value::Table(table)) if table.get("draw").is_some() => {
            "this value is never drawn".to_owned()
        }
        _ => String::new(),
    }
}

/// A key as it can be shown: quoted where it would not be bare.
fn shown(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let short: String = key.chars().take(60).collect();
    if !key.is_empty() && key.chars().all(bare) { short } else { format!("{short:?}") }
}
