//! The JSON summary, held to its published schema key by key.

use kms_lab::report::json::{SCHEMA, VERSION, json};
use serde_json::{Value, from_str};

use crate::{golden, suites};

#[test]
fn every_status() {
    golden::check("everything.json", &json(&suites::everything()).unwrap());
}

#[test]
fn it_conforms_to_its_schema() {
    let schema: Value = from_str(SCHEMA).unwrap();
    assert_eq!(schema["properties"]["schema"]["const"], VERSION);
    for suite in [suites::everything(), suites::seeds(), suites::suite(Vec::new())] {
        let value: Value = from_str(&json(&suite).unwrap()).unwrap();
        let mut faults = Vec::new();
        hold(&schema, &schema, &value, "$", &mut faults);
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

#[test]
fn the_schema_refuses_what_it_does_not_name() {
    let schema: Value = from_str(SCHEMA).unwrap();
    let good: Value = from_str(&json(&suites::everything()).unwrap()).unwrap();
    for (pointer, bad) in [
        ("/exit/code", Value::from(2)),
        ("/runs/0/status", Value::from("fine")),
        ("/runs/1/troubles/0/witness/host_time", Value::from(1)),
        ("/exchanges", Value::from(-1)),
        ("/runs/2/troubles/0/kind", Value::from("over")),
        ("/env", Value::Null),
    ] {
        let mut value = good.clone();
        *value.pointer_mut(pointer).unwrap() = bad;
        let mut faults = Vec::new();
        hold(&schema, &schema, &value, "$", &mut faults);
        assert!(!faults.is_empty(), "{pointer} passed");
    }
}

#[test]
fn all_codes_that_apply_are_told() {
    let value: Value = from_str(&json(&suites::everything()).unwrap()).unwrap();
    assert_eq!(value["exit"]["code"], 130);
    assert_eq!(value["exit"]["all"], from_str::<Value>("[130,1,3,8,6,4,5,7,10]").unwrap());
    let nothing: Value = from_str(&json(&suites::suite(Vec::new())).unwrap()).unwrap();
    assert_eq!(nothing["exit"]["code"], 9);
}

/// Collects where `value` departs from `schema`, for the words of JSON Schema the file uses; a
/// word it does not know is a fault too, and so is a key without a description of its type.
fn hold(root: &Value, schema: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
    for (word, rule) in schema.as_object().unwrap() {
        let right = match word.as_str() {
            "$schema" | "title" | "description" | "$defs" => true,
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                hold(root, root.pointer(pointer).unwrap(), value, path, faults);
                true
            }
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "type" => match rule {
                Value::Array(names) => names.iter().any(|name| is(value, name)),
                name => is(value, name),
            },
            "minimum" => value.as_f64().is_none_or(|found| found >= rule.as_f64().unwrap()),
            "maxItems" => value
                .as_array()
                .is_none_or(|list| u64::try_from(list.len()).unwrap() <= rule.as_u64().unwrap()),
            "required" => value.as_object().is_none_or(|object| {
                rule.as_array()
                    .unwrap()
                    .iter()
                    .all(|key| object.contains_key(key.as_str().unwrap()))
            }),
            "properties" => {
                for (key, member) in value.as_object().into_iter().flatten() {
                    if let Some(rule) = rule.get(key) {
                        hold(root, rule, member, &format!("{path}.{key}"), faults);
                    }
                }
                true
            }
            "additionalProperties" => value.as_object().is_none_or(|object| {
                *rule == false && object.keys().all(|key| schema["properties"].get(key).is_some())
            }),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    hold(root, rule, item, &format!("{path}[{index}]"), faults);
                }
                true
            }
            "anyOf" => rule.as_array().unwrap().iter().any(|choice| {
                let mut within = Vec::new();
                hold(root, choice, value, path, &mut within);
                within.is_empty()
            }),
            other => panic!("{path}: the schema uses {other}, which this test does not know"),
        };
        if !right {
            faults.push(format!("{path} breaks {word} {rule}: {value}"));
        }
    }
}

fn is(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("no type {other}"),
    }
}
