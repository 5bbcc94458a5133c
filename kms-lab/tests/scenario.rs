//! Scenario files: what they mean, and what is said of wrong ones.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

#[path = "scenario/decoding.rs"]
mod decoding;
#[path = "scenario/draws.rs"]
mod draws;
#[path = "scenario/kinds.rs"]
mod kinds;
#[path = "scenario/meaning.rs"]
mod meaning;
#[path = "scenario/messages.rs"]
mod messages;
#[path = "scenario/page.rs"]
mod page;
#[path = "scenario/schema.rs"]
mod schema;

use std::io;
use std::path::{Path, PathBuf};

use kms_lab::scenario::Scenario;
use kms_lab::scenario::document::{Document, Resolved};
use kms_lab::scenario::mistake::Broken;
use kms_lab::verbs::check;

/// The directory of the scenarios.
fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("scenarios")
}

/// A file of this name with this text, and nothing beside it.
fn load(name: &str, text: &[u8]) -> Result<Document, Broken> {
    let read = |path: &Path| {
        if path == Path::new(name) {
            Ok(text.to_vec())
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    };
    Document::load(Path::new(name), &read)
}

fn resolved(text: &str, seed: u64) -> Resolved {
    let document = load("x.toml", text.as_bytes()).unwrap_or_else(|broken| panic!("{broken}"));
    document.resolve(&document.points()[0], seed).unwrap_or_else(|broken| panic!("{broken}"))
}

fn scenario(text: &str) -> Scenario {
    resolved(text, 42).scenario
}

/// Every file of the directory that holds the living documentation.
fn files() -> Vec<PathBuf> {
    check::scenario_files(&[scenarios()]).unwrap()
}

#[test]
fn every_scenario_is_valid_and_begins_by_saying_what_it_shows() {
    let files = files();
    assert!(files.len() >= 12);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("# ") && text.contains("\nabout = "), "{}", file.display());
        let document = Document::load(&file, &check::read).unwrap_or_else(|b| panic!("{b}"));
        document.check().unwrap_or_else(|broken| panic!("{broken}"));
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let scenario = document.resolve(&document.points()[0], 1).unwrap().scenario;
        // Scenarios of codes are called by the digits alone.
        let stem = stem.strip_prefix("0x").unwrap_or(&stem);
        assert_eq!(scenario.head.name, stem, "a scenario has its file's name");
    }
}
