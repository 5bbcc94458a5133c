//! What holds of every run: equal plans, equal bytes; and what a change may change.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

#[path = "world/plays.rs"]
mod plays;

use std::process::Command;

use kms_lab::world::ended::Ended;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use serde_json::Value;

use crate::plays::{journal, lines_of, play, world_of};

/// Three machines, two of them wrong, under faults that are drawn.
const BASE: &str = r#"
schema = 1
name = "base"
limit = { sim = "3d" }

[[host]]
id = "kms"

[[machine]]
id = "good"
n = 2
retry = { every = "2h" }

[[machine]]
id = "fast"
clock = "+5h jitter:1s"
retry = { every = "2h" }

[[link]]
latency = "2ms"

[[fault]]
id = "cut"
stage = "tcp.data"
match = { client = "good-1" }
when = { prob = 0.5 }
do = { kind = "truncate", keep = "30B" }

[[step]]
at = "0"
run = ["good", "fast"]
times = 10
every = "5h"
"#;

#[test]
fn one_seed_gives_one_journal_and_another_seed_another() {
    let one = journal(BASE, 1);
    assert_eq!(one, journal(BASE, 1));
    assert_ne!(one, journal(BASE, 2));
}

#[test]
fn a_machine_and_a_fault_more_change_no_other_line() {
    let more = format!(
        "{BASE}\n{}",
        r#"
[[machine]]
id = "another"
clock = "-9h"
retry = { every = "1h" }

[[fault]]
id = "late"
stage = "tcp.data"
match = { client = "another" }
when = { prob = 0.5 }
do = { kind = "latency", median = "40ms", dist = "lognormal", sigma = 0.5 }

[[step]]
at = "0"
run = "another"
"#
    );
    for id in ["good-1", "good-2", "fast"] {
        let (before, after) = (lines_of(&journal(BASE, 7), id), lines_of(&journal(&more, 7), id));
        assert!(!before.is_empty());
        assert_eq!(before, after, "{id}");
    }
    let faults = |text: &str| text.matches("\"faults\":[\"late\"]").count();
    assert!(faults(&journal(&more, 7)) > 0, "the other fault did strike");
}

#[test]
fn all_clocks_and_the_start_moved_alike_change_no_decision() {
    let fixed = |start: &str, host: &str, clock: &str| {
        format!(
            r#"
schema = 1
start = "{start}"
limit = {{ sim = "1d" }}
[[host]]
id = "kms"
clock = "{host}"
[[machine]]
id = "fast"
clock = "{clock}"
retry = {{ every = "30m" }}
[[step]]
at = "0"
run = "fast"
"#
        )
    };
    let results = |text: String| -> Vec<HResult> {
        let world = world_of(&text, 1);
        world.history.exchanges.iter().map(|e| e.exchange.result()).collect()
    };
    let base = results(fixed("2026-01-01T00:00:00Z", "0", "+3h x1.05"));
    assert!(base.contains(&HResult::OK));
    let moved = results(fixed("2031-07-01T00:00:00Z", "0", "+3h x1.05"));
    assert_eq!(base, moved);
    assert_eq!(base, results(fixed("2026-01-01T00:00:00Z", "+9d", "+9d3h x1.05")));
}

#[test]
fn a_wider_window_never_refuses_what_a_narrower_one_granted() {
    let granted = |window: &str| -> Vec<bool> {
        let text = format!(
            r#"
schema = 1
limit = {{ sim = "2d" }}
[[host]]
id = "kms"
window = "{window}"
[[machine]]
id = "swings"
retry = {{ every = "1h" }}
renew = {{ every = "1h" }}
[[clock]]
actor = "swings"
[[clock.event]]
at = "0"
op = "sine"
amplitude = "+6h"
period = "1d"
[[step]]
at = "0"
run = "swings"
"#
        );
        let world = world_of(&text, 1);
        world.history.exchanges.iter().map(|e| e.exchange.result().is_ok()).collect()
    };
    let widths = ["1h", "2h", "4h", "5h", "8h", "off"].map(granted);
    for pair in widths.windows(2) {
        assert_eq!(pair[0].len(), pair[1].len());
        assert!(pair[0].iter().zip(&pair[1]).all(|(narrow, wide)| *wide || !*narrow));
    }
    assert!(widths[0].contains(&false) && widths[5].iter().all(|granted| *granted));
}

#[test]
fn the_other_sign_swaps_ahead_and_behind_only() {
    let text = |clock: &str| {
        format!(
            "schema = 1\nlimit = {{ sim = \"1h\" }}\n[[host]]\nid = \"kms\"\n[[machine]]\nid = \
             \"m\"\nclock = \"{clock}\"\n[[step]]\nat = \"0\"\nrun = \"m\"\n"
        )
    };
    for length in ["3h", "4h", "4h100ns", "4h1m", "9d"] {
        let [ahead, behind] = ["+", "-"].map(|sign| {
            let world = world_of(&text(&format!("{sign}{length}")), 1);
            let exchange = world.history.exchanges[0].exchange;
            (exchange.decision, exchange.result(), exchange.skew().unwrap().ticks)
        });
        assert_eq!((ahead.0, ahead.1), (behind.0, behind.1), "{length}");
        assert_eq!(ahead.2, -behind.2);
    }
}

#[test]
fn a_jump_and_back_before_any_reading_is_nothing() {
    let with = |events: &str| {
        let text = BASE.replace(" jitter:1s", "");
        journal(&format!("{text}\n{events}"), 3)
    };
    let there_and_back = r#"
[[clock]]
actor = "fast"
[[clock.event]]
at = "1h"
op = "bump"
by = "+7h"
[[clock.event]]
at = "1h"
op = "bump"
by = "-7h"
"#;
    let exchanges = |text: &str| {
        let lines = text.lines().filter(|line| line.contains("\"ev\":\"exchange\""));
        lines.map(without_seq).collect::<Vec<_>>()
    };
    assert_eq!(exchanges(&with("")), exchanges(&with(there_and_back)));
}

#[test]
fn in_how_many_pieces_a_world_is_lived_makes_no_difference() {
    let whole = journal(BASE, 5);
    let pieces = play(BASE, 5, |world| {
        world.begin();
        for hours in 1..=72 {
            assert_eq!(world.advance(Nanos::hours(hours), &mut || true), Ended::Over);
        }
        world.finish(Ended::Over);
    });
    assert_eq!(whole, pieces);
}

#[test]
fn another_time_zone_and_locale_change_no_byte() {
    let run = |zone: &str, locale: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_kmslab"))
            .args(["run", "../scenarios/refused-then-recovers.toml", "--journal", "-"])
            .env("TZ", zone)
            .env("LANG", locale)
            .env("LC_ALL", locale)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let first = run("UTC", "C");
    assert!(first.len() > 10_000);
    assert_eq!(first, run("Asia/Kathmandu", "de_DE.UTF-8"));
    assert_eq!(first, run("America/St_Johns", "tr_TR.UTF-8"));
}

fn without_seq(line: &str) -> Value {
    let mut value: Value = serde_json::from_str(line).unwrap();
    value.as_object_mut().unwrap().remove("seq");
    value
}
