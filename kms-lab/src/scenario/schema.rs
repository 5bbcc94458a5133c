//! The JSON Schema (2020-12) of scenario files, made from the same tables that read them.

use kms_sim::fault::catalogue;
use kms_sim::fault::stage::Stage;
use serde_json::{Map, Value, json};

use crate::scenario::fault::{self, kinds};
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{CLOCK, WINDOW};
use crate::scenario::operation;
use crate::scenario::root;

/// The schema of a scenario file.
pub fn scenario() -> Value {
    document("scenario", &root::SHAPE)
}

/// The schema of a file of faults: an array of tables `fault`.
pub fn fault() -> Value {
    document("fault", &fault::FILE)
}

fn document(name: &str, shape: &Shape) -> Value {
    let mut whole = table(shape);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("kmslab {name} file"),
    });
    let definitions = json!({
        "draw": {
            "description": "A value drawn from the seed: a range (1h..5h, -5h..+5h, 3..9, \
                            0.1..0.5), or one of a list.",
            "type": "object",
            "properties": {"draw": {"anyOf": [
                {"type": "string", "pattern": r"^.+\.\..+$"},
                {"type": "array", "minItems": 1},
            ]}},
            "required": ["draw"],
            "additionalProperties": false,
        },
        "boundary": {
            "description": "A clock drawn from the seed around the edges of a window: the first \
                            host's, or this one.",
            "type": "object",
            "properties": {"draw": {"const": "boundary"}, "window": form(&Form::Text(&WINDOW), true)},
            "required": ["draw"],
            "additionalProperties": false,
        },
    });
    let mut document = Map::new();
    if let Value::Object(head) = head {
        document.extend(head);
    }
    if let Some(body) = whole.as_object_mut() {
        document.append(body);
    }
    document.insert("$defs".to_owned(), definitions);
    Value::Object(document)
}

/// The schema of a table.
fn table(shape: &Shape) -> Value {
    let properties: Map<String, Value> =
        shape.keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let required: Vec<&str> =
        shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({
        "description": shape.about,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let (false, Some(object)) = (required.is_empty(), schema.as_object_mut()) {
        object.insert("required".to_owned(), json!(required));
    }
    let does = shape.keys.iter().any(|key| matches!(key.form, Form::Do));
    if let (true, Some(object)) = (does, schema.as_object_mut()) {
        object.insert("allOf".to_owned(), Stage::ALL.into_iter().map(at_stage).collect());
    }
    schema
}

/// What a fault may do, where it is at this stage.
fn at_stage(stage: Stage) -> Value {
    let told = |name: &str| catalogue::of(stage).find(|entry| entry.name == name);
    let kinds = kinds::of(stage).into_iter().map(|kind| {
        let mut schema = table(kind.shape);
        if let Some(word) = schema.pointer_mut("/properties/kind") {
            *word = json!({"const": kind.name});
        }
        if let (Some(entry), Some(object)) = (told(kind.name), schema.as_object_mut()) {
            object.insert("description".to_owned(), entry.does.into());
        }
        schema
    });
    let kinds: Vec<Value> = kinds.collect();
    json!({
        "if": {"properties": {"stage": {"const": stage.name()}}, "required": ["stage"]},
        "then": {"properties": {"do": {"oneOf": kinds}}},
    })
}

fn property(key: &Key) -> Value {
    let value = form(&key.form, key.drawable);
    let mut described = json!({"description": key.about});
    if let (Some(object), Value::Object(value)) = (described.as_object_mut(), value) {
        // The key's own words say more than those of the table it holds.
        object.extend(value.into_iter().filter(|(name, _)| name != "description"));
    }
    described
}

/// The schema of a value, which may be a draw where that is allowed.
fn form(form: &Form, drawable: bool) -> Value {
    let draws = drawable
        && !matches!(
            form,
            Form::Table(_) | Form::Tables(_) | Form::Map(_) | Form::Events | Form::Do
        );
    let bare = bare(form, drawable);
    let draw = json!({"$ref": "#/$defs/draw"});
    match form {
        _ if !draws => bare,
        Form::Text(grammar) if std::ptr::eq(*grammar, &raw const CLOCK) => {
            json!({"anyOf": [bare, draw, {"$ref": "#/$defs/boundary"}]})
        }
        _ => json!({"anyOf": [bare, draw]}),
    }
}

fn bare(written: &Form, drawable: bool) -> Value {
    match written {
        Form::Text(grammar) if grammar.pattern.is_empty() => json!({"type": "string"}),
        Form::Text(grammar) => {
            json!({"type": "string", "pattern": grammar.pattern, "title": grammar.words})
        }
        Form::Integer(least, u64::MAX) => json!({"type": "integer", "minimum": least}),
        Form::Integer(least, most) => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        Form::Signed(least, most) => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        Form::Number(least, most) => json!({"type": "number", "minimum": least, "maximum": most}),
        Form::Flag => json!({"type": "boolean"}),
        Form::Word(words) => json!({"enum": words}),
        Form::Table(shape) => table(shape),
        Form::Tables(shape) => json!({"type": "array", "items": table(shape)}),
        Form::List(of) => json!({"type": "array", "items": form(of, drawable)}),
        Form::Map(of) => json!({"type": "object", "additionalProperties": form(of, drawable)}),
        Form::Either(forms) => {
            json!({"anyOf": forms.iter().map(|form| bare(form, drawable)).collect::<Vec<_>>()})
        }
        Form::Scalar => json!({"type": ["string", "number", "boolean"]}),
        Form::Anything => json!({}),
        Form::Events => {
            let shapes = operation::OPS.iter().zip(operation::all());
            let events: Vec<Value> = shapes.map(|(op, shape)| event(op, shape)).collect();
            json!({"type": "array", "items": {"oneOf": events}})
        }
        Form::Do => json!({
            "type": "object",
            "properties": {"kind": {"type": "string"}},
            "required": ["kind"],
        }),
    }
}

/// The schema of an event with one operation.
fn event(op: &str, shape: &Shape) -> Value {
    let mut schema = table(shape);
    if let Some(word) = schema.pointer_mut("/properties/op") {
        *word = json!({"const": op});
    }
    schema
}
