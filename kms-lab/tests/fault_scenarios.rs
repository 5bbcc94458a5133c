//! Every kind of fault has a scenario that shows it, and that fails where the fault is missing.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test may"
)]

#[path = "world/plays.rs"]
mod plays;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kms_lab::report::outcome::Run;
use kms_lab::report::trouble::Trouble;
use kms_lab::scenario::document::Document;
use kms_lab::world::diary::Keep;
use kms_lab::world::runner::{Wants, run};
use kms_sim::fault::catalogue::{Entry, Manner, entries};

use crate::plays::scenario;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("scenarios/faults")
}

fn text(entry: &Entry) -> String {
    let path = folder().join(format!("{}.toml", entry.scenario()));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What is wrong with a run of a text.
fn troubles(text: &str) -> Vec<Trouble> {
    let wants = Wants { journal: Keep::Nothing, twice: false, course: false, capture: false };
    run(&scenario(text, 42), Run::default(), wants).run.troubles
}

/// A text without the tables of an array.
fn without(text: &str, array: &str) -> String {
    let tables = text.split("\n[").filter(|table| !table.starts_with(&format!("[{array}]]")));
    tables.collect::<Vec<_>>().join("\n[")
}

#[test]
fn every_kind_has_a_scenario_and_every_scenario_a_kind() {
    let ours: BTreeSet<String> = entries().map(Entry::scenario).collect();
    let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let stems = files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned());
    assert_eq!(stems.collect::<BTreeSet<_>>(), ours);
    for entry in entries() {
        let text = text(entry);
        let found = scenario(&text, 42).scenario;
        let [fault] = found.faults.as_slice() else { panic!("{}", entry.scenario()) };
        assert_eq!(
            (fault.rule.stage, fault.optional),
            (entry.stage, false),
            "{}",
            entry.scenario()
        );
        assert!(entry.name.contains(' ') || text.contains(&format!("kind = \"{}\"", entry.name)));
        assert!(text.contains("[[require_hit]]") && text.contains("[[expect]]"));
    }
}

#[test]
fn each_passes_with_its_fault_and_none_without() {
    for entry in entries() {
        let name = entry.scenario();
        let whole = text(entry);
        assert!(troubles(&whole).is_empty(), "{name}: {:?}", troubles(&whole));

        // Taken out, it is missed by whoever names it.
        let out = without(&whole, "fault");
        let read = |_: &Path| Ok(out.clone().into_bytes());
        let document = Document::load(Path::new("x.toml"), &read).unwrap();
        assert!(document.check().is_err(), "{name}");

        // In place and never in force, it is missed by what it would have done.
        let place = whole.find("\ndo = ").unwrap();
        let idle = |text: &str| {
            let fault = text.find("\n[[fault]]").unwrap();
            let rest = text[fault..].replacen("\nwhen = ", "\n# when = ", 1);
            let rest = rest.replacen("\ndo = ", "\nwhen = { nth = 1000000 }\ndo = ", 1);
            format!("{}{rest}", &text[..fault])
        };
        assert!(place > 0 && !troubles(&idle(&whole)).is_empty(), "{name}");

        // Even by a run that does not ask whether it struck, wherever anybody can tell.
        let blind = without(&whole, "require_hit").replace(", fault = \"struck\"", "");
        let blind = idle(&blind).replacen("\n[[fault]]", "\n[[fault]]\noptional = true", 1);
        let found = troubles(&blind);
        let seen = found.iter().any(|t| matches!(t, Trouble::Unmet(_) | Trouble::Over(_)));
        let shows = entry.manner != Manner::Legal || blind.contains("[thresholds]");
        assert!(seen || !shows, "{name}: {found:?}");
    }
}
