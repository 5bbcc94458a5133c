//! The story, whole in virtual time and in its middle over real sockets: its text, its document, and
//! what makes it fail.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

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
fn the_whole_story_is_told_as_it_always_is() {
    let output = kmslab(&["reproduce"]);
    assert_eq!(output.status.code(), Some(0));
    let golden = include_str!("golden/reproduce.txt");
    assert_golden("golden/reproduce.txt", golden, &String::from_utf8(output.stdout).unwrap());
}

#[test]
fn its_document_says_what_was_true_what_was_shown_and_what_was_expected() {
    let output = kmslab(&["reproduce", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let story: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&story["code"], &story["reproduced"]), (&"0xC004F06C".into(), &true.into()));
    let tries = story["tries"].as_array().unwrap();
    let seen: Vec<_> = tries
        .iter()
        .map(|of| {
            let (text, number) = (|key: &str| of[key].as_str().unwrap(), &of["host"]);
            let counts = ["total", "failed"].map(|key| number[key].as_u64().unwrap());
            (text("result"), text("shown"), counts)
        })
        .collect();
    let refused = ("0xC004F06C", "0xC004F074");
    let (own, by_hand) = ((refused.0, refused.1, [1, 1]), (refused.0, refused.1, [2, 2]));
    assert_eq!(seen, [own, by_hand, ("0x0", "0x0", [3, 2])]);
    let checks = story["checks"].as_array().unwrap();
    assert!(checks.len() > 20 && checks.iter().all(|check| check["unmet"].is_null()));
    let happenings = story["happenings"].as_array().unwrap();
    for what in ["step", "command", "clock", "judged", "tried", "registered", "licence", "event"] {
        assert!(happenings.iter().any(|of| of["what"] == what), "{what}");
    }
    let commands = happenings.iter().filter(|of| of["what"] == "command");
    let lines: Vec<_> = commands.map(|of| of["line"].as_str().unwrap()).collect();
    let cure = lines.iter().position(|line| line.ends_with("/syncfromflags:domhier /update"));
    let three = lines.get(cure.unwrap()..).unwrap();
    assert_eq!(three[1..3], ["net stop w32time", "net start w32time"]);
}

#[test]
fn any_seed_tells_it() {
    for seed in ["0", "1", "7", "18446744073709551615"] {
        let output = kmslab(&["reproduce", "--seed", seed]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{text}");
    }
}

#[test]
fn without_any_one_of_its_causes_and_cures_it_does_not_come_to_pass() {
    let whole = include_str!("../../scenarios/the-story.toml");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("story-without");
    std::fs::create_dir_all(&folder).unwrap();
    let run = |name: &str, text: &str| {
        let file = folder.join(format!("{name}.toml"));
        std::fs::write(&file, text).unwrap();
        kmslab(&["run", file.to_str().unwrap()])
    };
    assert_eq!(run("whole", whole).status.code(), Some(0));
    for (name, with, without, unmet) in [
        ("clock", "\"@2009-01-01T00:00:00Z\"", "\"+3h\"", "in-truth-it-was-the-clock"),
        ("type", "type = \"ntp\"", "type = \"nt5ds\"", "and-does-not-correct-so-much"),
        ("window", "id = \"kms\"\n", "id = \"kms\"\nwindow = \"off\"\n", "so-was-the-one-by-hand"),
        (
            "dns",
            "latency = \"1ms\"",
            "latency = \"1ms\"\nclock = \"@2009-01-01T00:00:00Z\"",
            "the-machine-is-kept-out-of-dns",
        ),
        ("set", "set = \"+2s\"", "set = \"+6m\"", "dns-takes-the-machine-once-its-clock-is-set"),
        ("flags", "domhier", "manual", "and-synchronizes"),
        ("start", "net start w32time", "net stop w32time", "it-starts"),
        (
            "source",
            "id = \"dc\"\n",
            "id = \"dc\"\nclock = \"+9h\"\n",
            "the-clock-is-right-within-a-second",
        ),
    ] {
        assert!(whole.contains(with), "{name}");
        let output = run(name, &whole.replace(with, without));
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(4), "{name}: {text}");
        assert!(text.contains(unmet), "{name}: {text}");
    }
}

#[test]
fn its_capture_has_the_three_requests() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("the-story.pcapng");
    let file = file.to_str().unwrap();
    assert_eq!(kmslab(&["reproduce", "--pcap", file]).status.code(), Some(0));
    let calls = String::from_utf8(kmslab(&["dissect", "--calls", file]).stdout).unwrap();
    assert_eq!(calls.matches("0xC004F06C").count(), 2, "{calls}");
    assert!(calls.contains("-6213d"), "{calls}");
}

#[test]
fn the_story_over_sockets_is_told_as_it_always_is() {
    let output = kmslab(&["reproduce", "--tcp"]);
    assert_eq!(output.status.code(), Some(0));
    let golden = include_str!("golden/reproduce-tcp.txt");
    assert_golden("golden/reproduce-tcp.txt", golden, &told(&output));
}

#[test]
fn neither_zone_nor_locale_nor_terminal_changes_a_byte() {
    let output = Command::new(env!("CARGO_BIN_EXE_kmslab"))
        .args(["reproduce", "--no-color"])
        .envs([("TZ", "Pacific/Auckland"), ("LANG", "de_DE.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")])
        .output()
        .unwrap();
    assert_eq!(output.stdout, kmslab(&["reproduce"]).stdout);
}

#[test]
fn every_version_reproduces_it_as_a_document_too() {
    for protocol in ["4", "5", "6"] {
        let output = kmslab(&["reproduce", "--protocol", protocol, "--json"]);
        assert_eq!(output.status.code(), Some(0), "version {protocol}");
        let story: Value = serde_json::from_slice(&output.stdout).unwrap();
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
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
        std::fs::write(path, found).unwrap();
        return;
    }
    assert_eq!(golden, found, "{name} differs; UPDATE_GOLDEN=1 accepts the new text");
}
