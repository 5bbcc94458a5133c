//! A scenario in both modes, and what its journals must have in common.

use kms_lab::interrupt::Interrupt;
use kms_lab::report::outcome::Run;
use kms_lab::world::diary::Keep;
use kms_lab::world::real;
use kms_lab::world::runner::{self, Ran, Wants};
use serde_json::{Value, json};

use crate::plays::scenario;

/// A run in one of the two modes.
pub(crate) fn ran(mode: &str, text: &str) -> Ran {
    let resolved = scenario(&text.replace("MODE", mode), 7);
    let wants = Wants { journal: Keep::All, twice: false, course: false, capture: false };
    let run = Run { seed: 7, ..Run::default() };
    match mode {
        "real" => real::run_until(&resolved, run, wants, &Interrupt::never()),
        _ => runner::run(&resolved, run, wants),
    }
}

/// The journal of a run that fails nothing.
pub(crate) fn journal(mode: &str, text: &str) -> Vec<Value> {
    let ran = ran(mode, text);
    assert!(ran.run.troubles.is_empty(), "{mode}: {:?}", ran.run.troubles);
    let text = String::from_utf8(ran.journal).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a journal says of these events, those of one actor together and in their order: on sockets
/// one actor may be slower than another.
pub(crate) fn told(journal: &[Value], event: &str, keys: &[&str]) -> Vec<Value> {
    let of = journal.iter().filter(|line| line["ev"] == event);
    let mut of: Vec<&Value> = of.collect();
    of.sort_by_key(|line| line["actor"].to_string());
    let told = |line: &Value| keys.iter().map(|key| json!([key, line[*key]])).collect();
    of.into_iter().map(told).collect()
}

/// Holds both modes of a scenario against each other; the journal in virtual time.
pub(crate) fn same(text: &str) -> Vec<Value> {
    let (ours, theirs) = (journal("virtual", text), journal("real", text));
    let notes = ["actor", "conn", "faults", "near", "draws"];
    let exchange = [&notes[..], &["client", "msg", "decision", "result", "bytes"]].concat();
    let attempt = ["actor", "attempt", "host", "result", "shown", "faults"];
    let opened = ["actor", "conn", "peer"];
    let turned = ["actor", "id", "op"];
    let all = [
        ("exchange", &exchange[..]),
        ("fault", &notes[..]),
        ("attempt", &attempt[..]),
        ("conn-open", &opened[..]),
        ("clock", &turned[..]),
    ];
    for (event, keys) in all {
        let (ours, theirs) = (told(&ours, event, keys), told(&theirs, event, keys));
        for (place, (one, other)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(one, other, "{event} {place}");
        }
        assert_eq!(ours.len(), theirs.len(), "{event}");
    }
    let hits = |journal: &[Value]| journal.last().unwrap()["fault_hits"].clone();
    assert_eq!(hits(&ours), hits(&theirs));
    ours
}
