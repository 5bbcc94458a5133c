//! Two runs that should be one and are not: exit 6, with the line where they part.
//!
//! No seed of this program makes two different journals, so the second run is one of another seed;
//! everything from the comparison on is what `--check-determinism` does.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

use std::path::Path;

use kms_lab::exit::Exit;
use kms_lab::report::json::json;
use kms_lab::report::outcome::{Machine, Plan, Run, Suite};
use kms_lab::report::trouble::Trouble;
use kms_lab::scenario::document::Document;
use kms_lab::world::diary::Keep;
use kms_lab::world::runner::{self, Ran, Wants, compare, difference};
use serde_json::Value;

const WORLD: &str = r#"
schema = 1
[[host]]
[[machine]]
id = "pc"
clock = { draw = "-3h..+3h" }
[[step]]
at = "1m"
run = "pc"
"#;

fn run(seed: u64) -> Ran {
    let read = |_: &Path| Ok(WORLD.as_bytes().to_vec());
    let document = Document::load(Path::new("pc.toml"), &read).unwrap();
    let resolved = document.resolve(&document.points()[0], seed).unwrap();
    let wants = Wants { journal: Keep::All, twice: false, course: false, capture: false };
    runner::run(&resolved, Run { name: "pc".to_owned(), seed, ..Run::default() }, wants)
}

fn suite(run: Run) -> Suite {
    let plan = Plan {
        version: "0".to_owned(),
        commit: None,
        seeds: "1".to_owned(),
        mode: run.mode,
        level: run.level,
        runs: 1,
        repeat: "kmslab run pc.toml --seed 1 --check-determinism".to_owned(),
    };
    let (runs, wall) = (vec![run], kms_proto::time::duration::Nanos(1));
    let machine = Machine::default();
    Suite { plan, runs, wall, determinism_checked: true, cut_by: None, machine }
}

#[test]
fn journals_that_differ_end_with_6_and_name_the_line() {
    let mut ran = run(1);
    compare(&mut ran, run(2), difference);
    assert!(ran.run.compared);
    let [Trouble::Nondeterministic(found)] = ran.run.troubles.as_slice() else {
        panic!("{:?}", ran.run.troubles)
    };
    // The first line names the seed.
    assert_eq!(found.line, 1);
    assert!(found.first.contains("\"seed\":1") && found.second.contains("\"seed\":2"));
    let suite = suite(ran.run);
    assert_eq!((suite.exit(), suite.exit().code()), (Exit::Nondeterministic, 6));
    let summary: Value = serde_json::from_str(&json(&suite).unwrap()).unwrap();
    assert_eq!(summary["exit"]["code"], 6);
    let determinism = &summary["determinism"];
    assert_eq!((&determinism["checked"], &determinism["differing"]), (&true.into(), &1.into()));
}

#[test]
fn one_seed_twice_is_one_run() {
    let mut ran = run(1);
    compare(&mut ran, run(1), difference);
    assert!(ran.run.compared && ran.run.troubles.is_empty());
}
