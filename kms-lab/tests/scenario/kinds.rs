//! The kinds of faults as files write them: what serde reads, what messages tell, and what the
//! schema lets an editor complete are one.

use std::collections::BTreeSet;
use std::path::Path;

use kms_lab::faults_file;
use kms_lab::scenario::fault::kinds;
use kms_lab::scenario::schema;
use kms_sim::fault::catalogue::{self, entries};
use kms_sim::fault::kind::Kind;
use kms_sim::fault::stage::Stage;
use serde_json::{Value, json};

/// Whether a value is as the schema says: the part of JSON Schema that ours uses, without patterns.
fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    let Some(schema) = schema.as_object() else { return schema != &Value::Bool(false) };
    let all = |key: &str| schema.get(key).and_then(Value::as_array).into_iter().flatten();
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("the schema has a type {other}"),
    };
    let fits = |schema: &Value, value: &Value| fits(root, schema, value);
    let empty = serde_json::Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let number = value.as_f64();
    let within = |key: &str, ok: fn(f64, f64) -> bool| {
        let limit = schema.get(key).and_then(Value::as_f64);
        limit.zip(number).is_none_or(|(limit, number)| ok(number, limit))
    };
    let types = match schema.get("type") {
        None => true,
        Some(Value::String(kind)) => is(kind),
        Some(kinds) => kinds.as_array().unwrap().iter().any(|kind| is(kind.as_str().unwrap())),
    };
    let object = value.as_object().unwrap_or(&empty);
    let known = object.iter().all(|(key, value)| match properties.get(key) {
        Some(schema) => fits(schema, value),
        None => schema.get("additionalProperties").is_none_or(|more| fits(more, value)),
    });
    let items = |schema: &Value| value.as_array().unwrap().iter().all(|item| fits(schema, item));
    types
        && (!value.is_object() || known)
        && (!value.is_object()
            || all("required").all(|key| object.contains_key(key.as_str().unwrap())))
        && (!value.is_array() || schema.get("items").is_none_or(items))
        && within("minimum", |number, least| number >= least)
        && within("maximum", |number, most| number <= most)
        && schema.get("const").is_none_or(|only| only == value)
        && (schema.get("enum").is_none() || all("enum").any(|one| one == value))
        && (schema.get("anyOf").is_none() || all("anyOf").any(|schema| fits(schema, value)))
        && schema
            .get("oneOf")
            .is_none_or(|_| all("oneOf").filter(|schema| fits(schema, value)).count() == 1)
        && all("allOf").all(|schema| fits(schema, value))
        && schema.get("if").is_none_or(|when| !fits(when, value) || fits(&schema["then"], value))
        && schema.get("$ref").is_none_or(|to| {
            fits(root.pointer(to.as_str().unwrap().trim_start_matches('#')).unwrap(), value)
        })
}

/// The `do` of an example.
fn example(text: &str) -> Value {
    toml::from_str::<Value>(&format!("do = {text}")).unwrap()["do"].take()
}

/// A value as TOML writes it on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let keys = object.iter().map(|(key, value)| format!("{key} = {}", inline(value)));
            format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// What the schema of faults says of one, and what the reader does.
fn judged(stage: Stage, does: &Value) -> (bool, bool) {
    let schema = schema::fault();
    let file = json!({"fault": [{"stage": stage.name(), "do": does}]});
    let text = format!("[[fault]]\nstage = \"{stage}\"\ndo = {}\n", inline(does));
    let read = match faults_file::parse("f.toml", &text, true) {
        Ok(_) => true,
        // Some stages are never seen on sockets.
        Err(broken) => broken.mistakes().iter().all(|m| m.message.contains("cannot happen here")),
    };
    (fits(&schema, &schema, &file), read)
}

#[test]
fn every_example_is_read_and_fits_the_schema_and_none_fits_with_a_key_or_a_stage_it_has_not() {
    for entry in entries() {
        let (stage, does) = (entry.stage, example(entry.example));
        let name = format!("{stage} {}", entry.example);
        assert_eq!(judged(stage, &does), (true, true), "{name}");
        let mut more = does.clone();
        more["nosuchkey"] = json!(1);
        assert_eq!(judged(stage, &more), (false, false), "{name}");
        let kind = does["kind"].as_str().unwrap();
        for other in Stage::ALL {
            let has = kinds::of(other).iter().any(|known| known.name == kind);
            let (fits, _) = judged(other, &json!({"kind": kind}));
            assert!(has || !fits, "{name} at {other}");
        }
        for (key, value) in does.as_object().unwrap().iter().filter(|(key, _)| *key != "kind") {
            let mut wrong = does.clone();
            wrong[key] = if value.is_string() { json!(1) } else { json!("x") };
            assert_eq!(judged(stage, &wrong), (false, false), "{name} with a wrong {key}");
        }
    }
}

#[test]
fn kinds_have_the_names_of_the_catalogue_and_the_keys_that_serde_knows() {
    for stage in Stage::ALL {
        let told: BTreeSet<&str> = catalogue::of(stage).map(|entry| entry.name).collect();
        let clock = matches!(stage, Stage::ClockHost | Stage::ClockClient);
        for kind in kinds::of(stage) {
            let bytes = catalogue::of(Stage::TcpData).any(|entry| entry.name == kind.name);
            assert!(told.contains(kind.name) || clock || bytes, "{stage} {}", kind.name);
            if clock {
                continue;
            }
            let wrong = json!({"kind": kind.name, "nosuchkey": 1});
            let error = Kind::read(stage, wrong).unwrap_err();
            // serde names what it knows, each between backticks, the unknown one first.
            let serde: BTreeSet<&str> = error.split('`').skip(3).step_by(2).collect();
            let ours = kind.shape.keys.iter().map(|key| key.name).filter(|key| *key != "kind");
            assert_eq!(ours.collect::<BTreeSet<_>>(), serde, "{stage} {}: {error}", kind.name);
        }
        let ours: BTreeSet<&str> = kinds::of(stage).iter().map(|kind| kind.name).collect();
        assert!(clock || told.is_subset(&ours), "{stage}");
    }
}

#[test]
fn every_scenario_of_the_house_fits_its_schema() {
    let schema = schema::scenario();
    for file in crate::files() {
        let value: Value = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert!(fits(&schema, &schema, &value), "{}", Path::new(&file).display());
    }
}
