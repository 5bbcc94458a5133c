//! The schema and the reader know the same keys: both are made from one table, and a file that uses
//! every key of it is read, which no key that nobody reads survives.

use std::collections::BTreeSet;

use kms_lab::scenario::form::{Form, Shape};
use kms_lab::scenario::node::{Node, Value};
use kms_lab::scenario::{operation, root, schema, text};

/// Keys as `table.key`, of a shape and all within.
fn keys(shape: &'static Shape, into: &mut BTreeSet<(String, String)>) {
    for key in shape.keys {
        into.insert((shape.name.to_owned(), key.name.to_owned()));
        within(&key.form, into);
    }
}

fn within(form: &Form, into: &mut BTreeSet<(String, String)>) {
    match form {
        Form::Table(shape) | Form::Tables(shape) => keys(shape, into),
        Form::List(of) | Form::Map(of) => within(of, into),
        Form::Either(forms) => forms.iter().for_each(|form| within(form, into)),
        Form::Events => operation::all().into_iter().for_each(|shape| keys(shape, into)),
        _ => {}
    }
}

/// The keys that a tree uses.
fn used(node: &Node, shape: &'static Shape, into: &mut BTreeSet<(String, String)>) {
    for entry in &node.table().unwrap().0 {
        into.insert((shape.name.to_owned(), entry.key.clone()));
        if let Some(key) = shape.keys.iter().find(|key| key.name == entry.key) {
            used_in(&entry.node, &key.form, into);
        }
    }
}

fn used_in(node: &Node, form: &Form, into: &mut BTreeSet<(String, String)>) {
    match (form, &node.value) {
        (Form::Table(shape), Value::Table(_)) => used(node, shape, into),
        (Form::Tables(shape), Value::List(list)) => {
            for node in list {
                used(node, shape, into);
            }
        }
        (Form::Map(of), Value::Table(table)) => {
            for entry in &table.0 {
                used_in(&entry.node, of, into);
            }
        }
        (Form::Either(forms), _) => forms.iter().for_each(|form| used_in(node, form, into)),
        (Form::Events, Value::List(list)) => {
            for node in list {
                let op = node.table().and_then(|table| table.text("op"));
                used(node, operation::shape(op), into);
            }
        }
        _ => {}
    }
}

#[test]
fn every_key_is_read_in_some_file_and_documented() {
    let mut known = BTreeSet::new();
    keys(&root::SHAPE, &mut known);
    let mut seen = BTreeSet::new();
    let full = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/scenario/full");
    let full = std::fs::read_dir(full).unwrap().map(|entry| entry.unwrap().path());
    let files = crate::files().into_iter().chain(full);
    for file in files {
        let document = kms_lab::scenario::document::Document::load(&file, &std_read);
        document.and_then(|d| d.check()).unwrap_or_else(|broken| panic!("{broken}"));
        let (tree, wrong) = text::parse(0, &std::fs::read_to_string(&file).unwrap());
        assert!(wrong.is_empty());
        used(&tree, &root::SHAPE, &mut seen);
    }
    let unused: Vec<_> = known.difference(&seen).collect();
    assert!(unused.is_empty(), "keys that no file uses: {unused:#?}");
}

fn std_read(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}

#[test]
fn the_schema_has_every_key_with_its_words() {
    let mut known = BTreeSet::new();
    keys(&root::SHAPE, &mut known);
    let schema = schema::scenario();
    let mut described = BTreeSet::new();
    collect(&schema, &mut described);
    for (table, key) in &known {
        assert!(described.contains(key.as_str()), "{table} {key}");
    }
    assert_eq!(schema["properties"]["host"]["items"]["additionalProperties"], false);
    assert_eq!(schema["required"], serde_json::json!(["schema", "host"]));
    assert!(schema::fault()["properties"]["fault"]["items"]["properties"]["stage"].is_object());
}

/// The names of properties that say what they are, anywhere in a schema.
fn collect<'s>(schema: &'s serde_json::Value, into: &mut BTreeSet<&'s str>) {
    match schema {
        serde_json::Value::Object(object) => {
            if let Some(serde_json::Value::Object(properties)) = object.get("properties") {
                into.extend(properties.keys().map(String::as_str));
            }
            object.values().for_each(|value| collect(value, into));
        }
        serde_json::Value::Array(array) => array.iter().for_each(|value| collect(value, into)),
        _ => {}
    }
}
