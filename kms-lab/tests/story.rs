//! The story over real sockets: its text, its document, and what makes it fail.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

use std::process::{Command, Output};

fn kmslab(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kmslab")).args(args).output().unwrap()
}

/// The text with the port the system picked replaced.
fn told(output: &Output) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let port = text.split("127.0.0.1:").nth(1).unwrap();
    let port: String = port.chars().take_while(char::is_ascii_digit).collect();
    text.replace(&format!("127.0.0.1:{port}"), "127.0.0.1:PORT")
        .replace(&format!("on Port: {port}"), "on Port: PORT")
}

#[test]
fn the_story_is_told_as_it_always_is() {
    let output = kmslab(&["reproduce"]);
    assert_eq!(output.status.code(), Some(0));
    let golden = include_str!("golden/reproduce.txt");
    assert_golden("golden/reproduce.txt", golden, &told(&output));
}

#[test]
fn neither_zone_nor_locale_nor_terminal_changes_a_byte() {
    let output = Command::new(env!("CARGO_BIN_EXE_kmslab"))
        .args(["reproduce", "--no-color"])
        .envs([("TZ", "Pacific/Auckland"), ("LANG", "de_DE.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")])
        .output()
        .unwrap();
    assert_eq!(told(&output), told(&kmslab(&["reproduce"])));
}

#[test]
fn every_version_reproduces_it_as_a_document_too() {
    for protocol in ["4", "5", "6"] {
        let output = kmslab(&["reproduce", "--protocol", protocol, "--json"]);
        assert_eq!(output.status.code(), Some(0), "version {protocol}");
        let story: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(story["reproduced"], true);
        assert_eq!(story["checks"].as_array().unwrap().len(), 16);
        assert!(story["checks"].as_array().unwrap().iter().all(|check| check["passed"] == true));
    }
}

#[test]
fn clocks_behind_and_ahead_and_other_windows_reproduce_it() {
    for args in [
        ["--clock", "-4h100ns", "--window", "4h"],
        ["--clock", "+31m", "--window", "-1d..+30m"],
        ["--clock", "@2009-01-01T00:00:00Z", "--window", "4h"],
        ["--clock", "local-as-utc:Asia/Kolkata", "--window", "4h"],
        ["--realm", "Büro", "--seed", "7"],
    ] {
        let output = kmslab(&[&["reproduce"][..], &args[..]].concat());
        assert_eq!(output.status.code(), Some(0), "{args:?}");
    }
}

#[test]
fn a_clock_inside_the_window_does_not_reproduce_it() {
    for clock in ["0", "+4h", "-4h", "+7m"] {
        let output = kmslab(&["reproduce", "--clock", clock]);
        assert_eq!(output.status.code(), Some(4), "{clock}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("Not reproduced: 8 of 16 checks failed."), "{text}");
        assert!(text.contains("inside the window of 4h: a refusal needs a --clock"), "{text}");
    }
}

/// Compares with a golden file; `UPDATE_GOLDEN=1` rewrites it instead.
fn assert_golden(name: &str, golden: &str, found: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
        std::fs::write(path, found).unwrap();
        return;
    }
    assert_eq!(golden, found, "{name} differs; UPDATE_GOLDEN=1 accepts the new text");
}
