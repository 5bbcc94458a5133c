//! What the fuzzer keeps is given to its oracles again: inputs that once broke a promise, and a
//! corpus that reaches the code the oracles speak of.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../../fuzz/oracles.rs"]
pub mod oracles;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The fewest inputs a corpus has.
const FEWEST: usize = 10;

#[test]
fn every_target_has_its_oracle_its_corpus_and_a_place_for_crashes() {
    let oracles: BTreeSet<String> = oracles::ALL.iter().map(|(name, _)| (*name).into()).collect();
    assert_eq!(oracles.len(), oracles::ALL.len(), "two oracles have one name");
    let targets = names(&root().join("fuzz/fuzz_targets"));
    let targets: BTreeSet<String> =
        targets.iter().map(|name| name.trim_end_matches(".rs").into()).collect();
    assert_eq!(oracles, targets);
    for folder in ["corpus", "crashes"] {
        assert_eq!(oracles, folders(&root().join("fixtures").join(folder)), "in {folder}");
    }
}

#[test]
fn the_corpus_breaks_no_promise() {
    for &(name, oracle) in oracles::ALL {
        let count = replay(&root().join("fixtures/corpus").join(name), oracle);
        assert!(count >= FEWEST, "the corpus of {name} has {count} inputs");
    }
}

#[test]
fn what_broke_a_promise_breaks_it_no_more() {
    for &(name, oracle) in oracles::ALL {
        replay(&root().join("fixtures/crashes").join(name), oracle);
    }
}

/// Gives every file of a folder to the oracle; how many there are.
fn replay(folder: &Path, oracle: oracles::Oracle) -> usize {
    let names = names(folder);
    for name in &names {
        let bytes = fs::read(folder.join(name)).unwrap();
        let broken = std::panic::catch_unwind(|| oracle(&bytes));
        assert!(broken.is_ok(), "{name} breaks a promise: see the message above");
    }
    names.len()
}

/// The files of a folder that are no papers; a folder that is missing fails the test.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect()
}

/// The folders of a folder.
fn folders(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
