//! When operations happen, as a scenario file says it.

use client_sim::clock::event::ClockEvent;
use client_sim::clock::operation::Operation;
use client_sim::clock::trigger::Trigger;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use serde_json::{Value, json};

fn trigger(table: Value) -> Result<Trigger, String> {
    serde_json::from_value(table).map_err(|error| error.to_string())
}

#[test]
fn all_triggers() {
    let after = Nanos::minutes(10);
    for (table, expected) in [
        (json!({ "at": "3h" }), Trigger::At(Nanos::hours(3))),
        (json!({ "at": "0" }), Trigger::At(Nanos(0))),
        (json!({ "every": "1d" }), Trigger::Every(Nanos::hours(24))),
        (json!({ "on": { "exchange": 3 } }), Trigger::OnExchange(3)),
        (
            json!({ "on": { "result": "0xC004F06C", "nth": 2, "after": "10m" } }),
            Trigger::OnResult { result: HResult::INVALID_TIMESTAMP, nth: 2, after },
        ),
        (
            json!({ "on": { "result": "ok" } }),
            Trigger::OnResult { result: HResult::OK, nth: 1, after: Nanos(0) },
        ),
    ] {
        assert_eq!(trigger(table.clone()), Ok(expected), "{table}");
        assert_eq!(trigger(serde_json::to_value(expected).unwrap()), Ok(expected));
    }
}

#[test]
fn wrong_triggers_say_what_is_wrong() {
    for (table, message) in [
        (json!({}), "needs exactly one of at, every, on"),
        (json!({ "at": "1h", "every": "1h" }), "needs exactly one of at, every, on"),
        (json!({ "at": "-1h" }), "at: col 1: expected a number"),
        (json!({ "at": "1ns" }), "at: 1ns is no multiple of 100 ns"),
        (json!({ "every": "0" }), "every: must be above 0"),
        (json!({ "on": "boot" }), "on: expected { exchange = 3 } or"),
        (json!({ "on": {} }), "on: needs exactly one of exchange, result"),
        (json!({ "on": { "exchange": 0 } }), "on.exchange: expected a whole number from 1 on"),
        (json!({ "on": { "exchange": 1, "nth": 2 } }), "on.nth: unknown key"),
        (json!({ "on": { "result": "0xZ" } }), "on.result: col 3"),
        (
            json!({ "on": { "result": "ok", "aftr": "1m" } }),
            "on.aftr: unknown key (did you mean after?)",
        ),
        (json!({ "att": "1h", "at": "1h" }), "att: unknown key (did you mean at?)"),
    ] {
        let error = trigger(table.clone()).unwrap_err();
        assert!(error.contains(message), "{table}: {error}");
    }
}

#[test]
fn an_event_is_a_trigger_and_an_operation_in_one_table() {
    let event = |table: Value| serde_json::from_value::<ClockEvent>(table);
    let set = event(json!({ "at": "3h", "op": "set", "to": "true" })).unwrap();
    assert_eq!(set.trigger, Trigger::At(Nanos::hours(3)));
    assert_eq!(set.operation.name(), "set");
    let midnight = json!({ "op": "leap", "sign": 1, "at": "2027-01-01T00:00:00Z" });
    let midnight = event(midnight).unwrap();
    assert_eq!(midnight.trigger, Trigger::At(Nanos(0)));
    assert!(matches!(midnight.operation, Operation::Leap { at: Some(_), .. }));
    let leap = event(json!({ "op": "leap", "sign": 1, "at": "3h" })).unwrap();
    assert_eq!(leap.trigger, Trigger::At(Nanos::hours(3)));
    assert!(matches!(leap.operation, Operation::Leap { at: None, .. }));
    for event in [set, midnight, leap] {
        let written = serde_json::to_value(&event).unwrap();
        assert_eq!(serde_json::from_value::<ClockEvent>(written).unwrap(), event);
    }
    let error = event(json!({ "at": "3h", "op": "set", "too": "true" })).unwrap_err();
    assert!(error.to_string().contains("to: is missing"), "{error}");
    let error = event(json!({ "at": "3h", "op": "set", "to": "0", "frm": 1 })).unwrap_err();
    assert!(error.to_string().contains("frm: unknown key"), "{error}");
}
