//! What is made of the catalogue for others: docs/faults.md, and the list of what is legal that
//! foreign clients are held to.

use std::collections::BTreeSet;
use std::path::Path;

use kms_sim::fault::catalogue;
use kms_sim::fault::catalogue::legal::forms;
use kms_sim::fault::mischief::Mischief;
use serde_json::{Value, json};

#[test]
fn the_page_of_kinds_is_current() {
    current("docs/faults.md", &catalogue::page());
}

#[test]
fn the_list_of_what_is_legal_is_current() {
    let rules = Mischief::Legal.rules(1);
    let cycle: BTreeSet<&str> =
        rules.iter().filter_map(|rule| rule.id.strip_prefix("legal:")).collect();
    let forms: Vec<Value> = forms()
        .map(|form| json!({ "stage": form.stage, "kind": form.kind, "do": form.table }))
        .collect();
    let list = json!({ "cycle": cycle, "forms": forms });
    let text = serde_json::to_string_pretty(&list).unwrap();
    current("tests/peers/legal.json", &format!("{text}\n"));
}

/// Holds a file of the project to what it has to say, or writes it anew.
fn current(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{file} is not what the catalogue says; UPDATE_GOLDEN=1 writes it");
}
