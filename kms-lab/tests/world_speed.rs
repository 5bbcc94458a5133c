//! Months in milliseconds. Bounds are those that are promised of a release build; without
//! optimisation a build has ten times as long.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

use std::path::Path;
use std::process::Command;

use kms_lab::clock::Stopwatch;
use kms_lab::report::outcome::Run;
use kms_lab::scenario::document::Document;
use kms_lab::world::diary::Keep;
use kms_lab::world::runner::{self, Wants};
use kms_proto::time::duration::Nanos;

/// A bound, as this build is held to it.
fn bound(millis: i64) -> Nanos {
    let slower = if cfg!(debug_assertions) { 10 } else { 1 };
    Nanos(millis * 1_000_000 * slower)
}

#[test]
fn half_a_year_of_one_machine_and_its_host_takes_no_ten_milliseconds() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/renewals-of-180-days.toml");
    let document = Document::load(Path::new(file), &|path: &Path| std::fs::read(path)).unwrap();
    let resolved = document.resolve(&document.points()[0], 42).unwrap();
    let wants = Wants { journal: Keep::All, twice: false, course: false, capture: false };
    // The best of several: what else the computer does is not measured.
    let best = (0..20).map(|_| {
        let watch = Stopwatch::start();
        let ran = runner::run(&resolved, Run::default(), wants);
        assert!(ran.run.troubles.is_empty(), "{:?}", ran.run.troubles);
        assert!(ran.run.sim >= Nanos::hours(180 * 24) && ran.run.exchanges >= 26);
        watch.elapsed()
    });
    let best = best.min().unwrap();
    assert!(best < bound(10), "{best}");
}

#[test]
fn all_scenarios_take_no_ten_seconds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
    let watch = Stopwatch::start();
    let output = Command::new(env!("CARGO_BIN_EXE_kmslab")).args(["run", folder]).output().unwrap();
    let took = watch.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(took < Nanos::seconds(10), "{took}");
}

/// A run that asks for more than the computer has ends at its limit, and says so.
#[test]
fn a_run_without_a_limit_of_its_own_has_one() {
    let text = "schema = 1\nlimit = { sim = \"10000d\" }\n[[host]]\n[[machine]]\nid = \"pc\"\n\
                clock = \"+5h\"\nretry = { every = \"1s\" }\n[[step]]\nat = \"0\"\nrun = \"pc\"\n";
    let read = move |_: &Path| Ok(text.as_bytes().to_vec());
    let document = Document::load(Path::new("x.toml"), &read).unwrap();
    let resolved = document.resolve(&document.points()[0], 42).unwrap();
    let limit = kms_lab::world::build::plan(
        &resolved.scenario,
        &kms_lab::world::cast::Cast::of(&resolved.scenario))
    .unwrap()
    .most_exchanges;
    assert_eq!(limit, 1_000_000);
    assert_eq!(runner::WALL, Nanos::minutes(1));
}
