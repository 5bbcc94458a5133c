//! How operations are read, and what is said of those that cannot be.

use client_sim::clock::event::{ClockEvent, Template};
use client_sim::clock::operation::Operation;
use client_sim::clock::trigger::Trigger;
use kms_proto::draw::Draw;
use kms_proto::time::duration::Nanos;
use serde_json::{Value, json};

use crate::support::read;

#[test]
fn every_name_is_an_operation() {
    for name in Operation::NAMES {
        let error = read(json!({ "op": name, "zzzz": 1 })).unwrap_err();
        assert!(!error.contains("unknown operation"), "{name}: {error}");
    }
}

#[test]
fn operations_on_one_line() {
    for (table, line) in [
        (json!({ "op": "check" }), "check"),
        (json!({ "op": "step", "by": "90m" }), "bump by=+1h30m"),
        (json!({ "op": "set", "to": "0" }), "set to=true"),
        (
            json!({ "op": "strobe", "delta": "-5h", "period": "600s", "for": "25m" }),
            "strobe delta=-5h period=10m for=25m",
        ),
        (json!({ "op": "slew", "by": "1s", "max_ppm": 500 }), "slew by=+1s max_ppm=500"),
        (json!({ "op": "slew", "by": "1s", "over": "1h" }), "slew by=+1s over=1h"),
        (json!({ "op": "rate", "x": "2.0" }), "rate x=2"),
        (json!({ "op": "rate", "ppm": 250.5 }), "rate ppm=+250.5"),
        (json!({ "op": "freeze" }), "freeze"),
        (json!({ "op": "resume", "sync": true }), "resume sync=true"),
        (json!({ "op": "pause", "for": "8h", "sync": false }), "pause for=8h sync=false"),
        (json!({ "op": "walk", "sd_ppm": 0.25 }), "walk sd_ppm=0.25 grid=1s"),
        (json!({ "op": "jitter", "size": "1ms" }), "jitter size=1ms dist=uniform"),
        (
            json!({ "op": "sine", "amplitude": "5h", "period": "1d" }),
            "sine amplitude=+5h period=1d phase=0",
        ),
        (
            json!({ "op": "smear", "leap": 1, "centre": "2027-01-01T00:00:00Z" }),
            "smear leap=+1 centre=2027-01-01T00:00:00Z over=1d shape=linear",
        ),
        (json!({ "op": "leap", "sign": -1 }), "leap sign=-1"),
        (json!({ "op": "zone", "local-as-utc": "off" }), "zone local-as-utc=off"),
        (json!({ "op": "zone", "utc-as-local": "GB" }), "zone utc-as-local=GB"),
        (json!({ "op": "dst-missed", "zone": "GB" }), "dst-missed zone=GB"),
        (json!({ "op": "snapshot", "name": "a b" }), "snapshot name=a b"),
        (
            json!({ "op": "rollback", "name": "s", "clock": "host", "state": true }),
            "rollback name=s clock=host state=true",
        ),
        (json!({ "op": "battery", "to": 1980 }), "battery to=1980-01-01T00:00:00Z"),
        (json!({ "op": "raw", "filetime": "0x1" }), "raw filetime=0x1"),
        (json!({ "op": "clamp-forward" }), "clamp-forward enabled=true"),
    ] {
        let operation = read(table).unwrap();
        assert_eq!(operation.to_string(), line);
        let written = serde_json::to_value(&operation).unwrap();
        assert_eq!(read(written), Ok(operation), "{line}");
    }
}

#[test]
fn wrong_operations_say_what_is_wrong() {
    for (table, message) in [
        (json!({}), "op: is missing"),
        (json!({ "op": 3 }), "op: expected a text, found 3"),
        (json!({ "op": "bmp" }), "op: unknown operation 'bmp' (did you mean bump?)"),
        (json!({ "op": "?" }), "op: unknown operation '?' (one of check, reset, bump"),
        (json!({ "op": "check", "by": "1h" }), "by: unknown key (known here: op)"),
        (json!({ "op": "bump" }), "by: is missing"),
        (json!({ "op": "bump", "byy": "1h", "by": "1h" }), "byy: unknown key (did you mean by?)"),
        (json!({ "op": "bump", "by": 5 }), "by: expected a text, found 5"),
        (json!({ "op": "bump", "by": "-4H" }), "by: col 3: unknown unit 'H'"),
        (json!({ "op": "bump", "by": "4h99ns" }), "by: 4h99ns is no multiple of 100 ns"),
        (json!({ "op": "set", "to": "" }), "to: col 1: one of true, an offset such as -4h"),
        (json!({ "op": "set", "to": "4h" }), "to: col 1: expected RFC 3339"),
        (json!({ "op": "set", "to": "+1ns" }), "to: is no multiple of 100 ns"),
        (json!({ "op": "strobe", "delta": "1h", "period": "0", "for": "1h" }), "period: must be"),
        (json!({ "op": "strobe", "delta": "1h", "period": "1m" }), "for: is missing"),
        (json!({ "op": "slew", "by": "1h" }), "a slew has either max_ppm or over"),
        (json!({ "op": "slew", "by": "1h", "max_ppm": 0 }), "max_ppm: must be above 0"),
        (json!({ "op": "slew", "by": "-1h", "over": "1m" }), "over: too fast: the clock would run"),
        (json!({ "op": "slew", "by": "1h", "max_ppm": -5 }), "max_ppm: col 1: this number of ppm"),
        (json!({ "op": "rate" }), "a rate has either x or ppm"),
        (json!({ "op": "rate", "x": -1 }), "x: a rate must be >= 0; use a step to go back"),
        (json!({ "op": "rate", "ppm": "fast" }), "ppm: expected a number"),
        (json!({ "op": "resume" }), "sync: is missing"),
        (json!({ "op": "pause", "for": "1h", "sync": 1 }), "sync: expected true or false, found 1"),
        (json!({ "op": "walk", "sd_ppm": 1e-9 }), "sd_ppm: "),
        (json!({ "op": "walk", "sd_ppm": 1, "grid": "0" }), "grid: must be above 0"),
        (
            json!({ "op": "walk", "sd_ppm": 1, "gird": "1s" }),
            "gird: unknown key (did you mean grid?)",
        ),
        (
            json!({ "op": "jitter", "size": "1s", "dist": "even" }),
            "dist: 'even' is none of uniform",
        ),
        (json!({ "op": "smear", "leap": 2 }), "leap: col 1: +1 (a second comes twice) or -1"),
        (
            json!({ "op": "leap", "sign": 1, "at": "2027-01-01T00:00:00.00000005Z" }),
            "at: 2027-01-01T00:00:00.000000050Z is no multiple of 100 ns",
        ),
        (
            json!({ "op": "battery", "to": "1970-01-01T00:00:00.000000001Z" }),
            "to: 1970-01-01T00:00:00.000000001Z is no multiple",
        ),
        (json!({ "op": "zone" }), "a zone has either local-as-utc or utc-as-local"),
        (json!({ "op": "zone", "local-as-utc": "Kolkata" }), "did you mean Asia/Kolkata?"),
        (json!({ "op": "dst-missed" }), "zone: is missing"),
        (json!({ "op": "rollback", "name": "s", "clock": "old", "state": true }), "clock: 'old'"),
        (json!({ "op": "battery", "to": "1999" }), "or one of 1970, 1980, 2000"),
        (json!({ "op": "raw", "filetime": "12" }), "filetime: col 1: a raw FILETIME is written 0x"),
    ] {
        let error = read(table.clone()).unwrap_err();
        assert!(error.contains(message), "{table}: {error}");
    }
}

fn template(table: Value) -> Result<Template, String> {
    serde_json::from_value(table).map_err(|error| error.to_string())
}

#[test]
fn a_value_left_to_draw_is_drawn_by_actor_number_and_key() {
    let event = json!({
        "op": "bump", "by": { "draw": "-5h..+5h" },
        "on": { "result": "0xC004F06C", "after": { "draw": "1m..10m" } },
    });
    let template = template(event).unwrap();
    let drawn = |seed, actor, n| template.resolve(Draw::new(seed), actor, n).unwrap();
    let all = [drawn(1, "a", 0), drawn(2, "a", 0), drawn(1, "b", 0), drawn(1, "a", 1)];
    for (index, one) in all.iter().enumerate() {
        assert!(all[..index].iter().all(|other| other != one), "{one:?}");
        let Operation::Step(by) = one.operation else { panic!("{one:?}") };
        assert!(by.0.abs() <= Nanos::hours(5).0);
        let Trigger::OnResult { after, .. } = one.trigger else { panic!("{one:?}") };
        assert!((Nanos::minutes(1)..=Nanos::minutes(10)).contains(&after));
    }
    assert_eq!(drawn(1, "a", 0), all[0]);
}

#[test]
fn both_ends_of_a_range_must_make_an_event() {
    for (table, message) in [
        (json!({ "op": "bump", "by": { "draw": "5h..1h" }, "at": "0" }), "by: col 1: a range goes"),
        (json!({ "op": "bump", "by": { "darw": "1h..5h" }, "at": "0" }), "by: expected a text"),
        (
            json!({ "op": "pause", "for": { "draw": "0..5h" }, "sync": true, "at": "0" }),
            "for: must",
        ),
        (json!({ "op": "check", "on": { "exchange": { "draw": "0..3" } } }), "on.exchange: "),
    ] {
        let error = template(table.clone()).unwrap_err();
        assert!(error.contains(message), "{table}: {error}");
    }
    let nth = template(json!({ "op": "check", "on": { "exchange": { "draw": "1..3" } } })).unwrap();
    let event: ClockEvent = nth.resolve(Draw::new(1), "a", 0).unwrap();
    assert!(matches!(event.trigger, Trigger::OnExchange(1..=3)));
}
