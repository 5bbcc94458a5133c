//! Every error by its scenario: each is brought about, told and judged, and none is forgotten.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use kms_lab::errors::play::play;
use kms_lab::errors::table::REPRODUCTIONS;
use kms_lab::errors::telling::What;
use serde_json::Value;

#[test]
fn every_code_is_reproduced_and_shows_where_it_should() {
    for reproduction in REPRODUCTIONS {
        let played = play(reproduction, None, false).unwrap();
        let unmet: Vec<_> = played.checks.iter().filter(|check| check.unmet.is_some()).collect();
        assert!(played.reproduced, "{}: {unmet:?} {:?}", played.code, played.troubles);
        assert!(!played.checks.is_empty() && !played.about.is_empty(), "{}", played.code);
        let told = serde_json::to_string(&played.happenings).unwrap();
        let code = played.code.to_string();
        assert!(told.contains(&code), "{code} is shown nowhere: {told}");
        let steps = played.happenings.iter();
        let said = steps.filter(|h| matches!(&h.what, What::Step { say, .. } if !say.is_empty()));
        assert!(said.count() > 0, "{code} is not told");
    }
}

#[test]
fn every_file_belongs_to_a_code_and_begins_with_what_the_code_means() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/errors");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| format!("scenarios/errors/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    let listed: BTreeSet<String> = REPRODUCTIONS.iter().map(|r| r.file.to_owned()).collect();
    assert_eq!(files, listed);
    for reproduction in REPRODUCTIONS {
        let begins = format!("# {}: ", reproduction.code);
        assert!(reproduction.text.starts_with(&begins), "{}", reproduction.file);
    }
}

fn kmslab(args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kmslab")).args(args).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_telling_is_the_same_each_time_and_for_machines_one_document() {
    let first = kmslab(&["reproduce", "0xC004F038"]);
    assert_eq!(first.0, Some(0));
    assert!(first.1.ends_with("0xC004F038 reproduced by its cause.\n"), "{}", first.1);
    assert_eq!(kmslab(&["reproduce", "SL_E_VL_NOT_ENOUGH_COUNT"]), first);
    let (exit, document) = kmslab(&["reproduce", "0xC004F038", "--json"]);
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(exit, Some(0));
    let found = (&document["code"], &document["by"], &document["reproduced"]);
    assert_eq!(found, (&"0xC004F038".into(), &"cause".into(), &true.into()));
    assert_eq!(document["happenings"][0]["what"], "step");
}

#[test]
fn the_list_names_every_code_with_its_file() {
    let (exit, list) = kmslab(&["reproduce", "--list"]);
    assert_eq!((exit, list.lines().count()), (Some(0), REPRODUCTIONS.len()));
    for (line, reproduction) in list.lines().zip(REPRODUCTIONS) {
        assert!(line.starts_with(&reproduction.code.to_string()), "{line}");
        assert!(line.ends_with(reproduction.file), "{line}");
    }
}
