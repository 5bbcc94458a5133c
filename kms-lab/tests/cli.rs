//! The command line as a person or a script meets it: help, mistakes, a host and its clients.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

fn kmslab(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kmslab")).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Every mistake: what was typed, the exit code, and what the message must say.
const MISTAKES: &[(&[&str], i32, &[&str])] = &[
    (&[], 2, &["Usage: kmslab"]),
    (&["frobnicate"], 2, &["unrecognized subcommand 'frobnicate'"]),
    (&["reproduce", "0xC004F074"], 2, &["has no story here", "kmslab explain 0xC004F074"]),
    (&["reproduce", "banana"], 2, &["no code and no known symbol"]),
    (&["reproduce", "--clock", "+4H"], 2, &["--clock", "col 3: unknown unit 'H'"]),
    (&["reproduce", "--window", "4x"], 2, &["--window", "col 2: unknown unit 'x'"]),
    (&["reproduce", "--window", "-1h..4h"], 2, &["col 6", "-30m..+4h"]),
    (&["reproduce", "--protocol", "7"], 2, &["one of 4, 5, 6"]),
    (&["reproduce", "--realm", ""], 2, &["1 to 64 bytes"]),
    (&["reproduce", "--seed", "x"], 2, &["or random"]),
    (&["activate"], 2, &["<HOST:PORT>"]),
    (&["activate", "::1"], 2, &["[::1]:1688"]),
    (&["activate", "127.0.0.1:99999"], 2, &["0 to 65535"]),
    (&["activate", "127.0.0.1:1", "--clock", "@2024-02-30T00:00:00Z"], 2, &["no such date"]),
    (&["activate", "127.0.0.1:1", "--expect", "C004"], 2, &["8 hexadecimal digits"]),
    (&["activate", "127.0.0.1:1", "--ndr", "16"], 2, &["one of 32, 64, both"]),
    (&["activate", "127.0.0.1:1", "--name", ""], 2, &["1 to 63 UTF-16 units"]),
    (&["activate", "127.0.0.1:1", "--timeout", "0"], 2, &["above 0"]),
    (&["serve", "--listen", "0.0.0.0:0"], 2, &["reachable from outside", "--lab-network"]),
    (&["serve", "--listen", "here"], 2, &["127.0.0.1:1688 or [::1]:0"]),
    (&["serve", "--listen", "192.0.2.1:0", "--lab-network"], 8, &["cannot listen on 192.0.2.1:0"]),
    (&["serve", "--journal", "/no/such/folder/j"], 8, &["cannot write /no/such/folder/j"]),
    (&["serve", "--refuse", "0"], 2, &["0 is success"]),
    (&["serve", "--strictness", "harsh"], 2, &["lenient, strict or pedantic"]),
    (&["explain", "F06C"], 2, &["did you mean", "kmslab explain --list"]),
    (&["explain", "0xC004FFFF"], 4, &["not in the catalogue"]),
    (&["clock", "4h"], 2, &["an offset needs a sign", "\n  4h\n  ^\n"]),
    (&["clock", "+1,5h"], 2, &["col 3: a number needs a unit", "\n  +1,5h\n    ^\n"]),
    (&["clock", "+1h", "--start", "yesterday"], 2, &["expected RFC 3339"]),
    (&["clock", "+1h", "--at", "0,5q"], 2, &["col 4: unknown unit 'q'"]),
    (&["dissect", "05zz"], 2, &["no such file, and not hexadecimal"]),
    (&["dissect", "050"], 2, &["two hexadecimal digits"]),
    (&["dissect", "/"], 2, &["directory"]),
    (&["completions", "tcsh"], 2, &["bash"]),
];

#[test]
fn every_mistake_gets_one_clear_message_and_no_backtrace() {
    for (args, exit, parts) in MISTAKES {
        let output = kmslab(args);
        let said = text(&output.stderr).to_lowercase();
        assert_eq!(output.status.code(), Some(*exit), "{args:?}: {said}");
        for part in *parts {
            assert!(said.contains(&part.to_lowercase()), "{args:?} should say {part:?}: {said}");
        }
        assert!(!said.contains("panicked") && !said.contains("backtrace"), "{args:?}: {said}");
    }
}

#[test]
fn help_is_as_it_always_is() {
    let verbs = [
        "",
        "reproduce",
        "serve",
        "activate",
        "check",
        "schema",
        "explain",
        "clock",
        "dissect",
        "completions",
        "man",
    ];
    let mut found = String::new();
    for verb in verbs {
        let args: &[&str] = if verb.is_empty() { &["--help"] } else { &[verb, "--help"] };
        let output = kmslab(args);
        assert_eq!(output.status.code(), Some(0));
        writeln!(found, "$ kmslab {}\n{}", args.join(" "), text(&output.stdout)).unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/help.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &found).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap();
    assert_eq!(golden, found, "UPDATE_GOLDEN=1 accepts the new text");
}

#[test]
fn completions_and_the_manual_name_every_verb() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = kmslab(&["completions", shell]);
        assert!(text(&output.stdout).contains("reproduce"), "{shell}");
    }
    let manual = kmslab(&["man"]).stdout;
    for verb in ["reproduce", "serve", "activate", "explain", "clock", "dissect"] {
        assert!(text(&manual).contains(verb), "{verb}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kmslab"))
        .args(["explain", "--list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

/// A host in a process of its own.
struct Host {
    child: Child,
    ready: Value,
    rest: BufReader<std::process::ChildStdout>,
}

impl Host {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kmslab"))
            .arg("serve")
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut rest = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        rest.read_line(&mut line).unwrap();
        Self { child, ready: serde_json::from_str(&line).unwrap(), rest }
    }

    fn addr(&self) -> &str {
        self.ready["rpc"][0]["addr"].as_str().unwrap()
    }

    /// Stops it by `signal`; its exit code and what else it wrote to stdout.
    fn stop(mut self, signal: &str) -> (Option<i32>, Vec<Value>) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let lines = self.rest.by_ref().lines();
        (code, lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect())
    }
}

/// A test that failed leaves no host behind.
impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_host_is_ready_when_it_says_so_and_its_journal_tells_all() {
    let host = Host::start(&["--journal", "-", "--window", "-30m..+4h", "--seed", "9"]);
    assert_eq!((&host.ready["event"], &host.ready["seed"]), (&"ready".into(), &9.into()));
    let addr = host.addr().to_owned();
    for (clock, expect) in [("0", "ok"), ("-1h", "0xC004F06C"), ("+5h", "0xC004F06C")] {
        let output = kmslab(&["activate", &addr, "--clock", clock, "--expect", expect]);
        assert_eq!(output.status.code(), Some(0), "{clock}: {}", text(&output.stdout));
    }
    let foreign = kmslab(&["activate", &addr, "--realm", "other", "--expect", "0x8007000D"]);
    assert_eq!(foreign.status.code(), Some(0));

    let (code, lines) = host.stop("-TERM");
    assert_eq!(code, Some(0));
    let numbers: Vec<u64> = lines.iter().map(|line| line["seq"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=u64::try_from(lines.len()).unwrap()).collect::<Vec<_>>());
    assert!(lines.iter().all(|line| line["schema"] == 1 && line["lab"] == true));
    let exchanges: Vec<_> = lines.iter().filter(|line| line["ev"] == "exchange").collect();
    let told = |line: &Value| {
        let word = |name: &str| line[name].as_str().unwrap().to_owned();
        (word("decision"), word("result"), line["counters"]["failed"].as_u64().unwrap())
    };
    let expected = [
        ("granted", "0x0", 0),
        ("refused", "0xC004F06C", 1),
        ("refused", "0xC004F06C", 2),
        ("foreign", "0x8007000D", 3),
    ];
    let found: Vec<_> = exchanges.iter().map(|line| told(line)).collect();
    assert_eq!(found, expected.map(|(d, r, f)| (d.to_owned(), r.to_owned(), f)));
    assert!(exchanges[1]["skew_ns"].as_i64().unwrap() < -3_599_000_000_000);
    let last = lines.last().unwrap();
    assert_eq!((&last["ev"], &last["signal"]), (&"shutdown".into(), &"SIGTERM".into()));
    assert_eq!((&last["counters"]["total"], &last["counters"]["foreign"]), (&4.into(), &1.into()));
}

#[test]
fn an_interrupt_stops_it_too_and_the_port_then_refuses() {
    let host = Host::start(&["--listen", "127.0.0.1:0", "--listen", "[::1]:0"]);
    let addrs = host.ready["rpc"].as_array().unwrap().clone();
    assert_eq!(addrs.len(), 2);
    for addr in &addrs {
        let addr = addr["addr"].as_str().unwrap();
        assert_eq!(kmslab(&["activate", addr]).status.code(), Some(0), "{addr}");
    }
    let taken = kmslab(&["serve", "--listen", addrs[0]["addr"].as_str().unwrap()]);
    assert_eq!(taken.status.code(), Some(8));
    assert!(text(&taken.stderr).contains("in use"), "{}", text(&taken.stderr));
    assert_eq!(host.stop("-INT").0, Some(0));
    for addr in &addrs {
        let addr = addr["addr"].as_str().unwrap();
        let output = kmslab(&["activate", addr, "--expect", "0x800706BA"]);
        assert_eq!(output.status.code(), Some(0), "{addr}");
    }
}

#[test]
fn a_host_can_be_told_to_refuse_and_machines_show_what_windows_shows() {
    for (serve, code, shown) in [
        (&["--refuse", "0xC004F06C"][..], "0xC004F06C", "0xC004F074"),
        (&["--refuse", "SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH"], "0xC004F042", "0xC004F042"),
        (&["--disabled"], "0xC004F039", "0xC004F039"),
        (&["--not-activated"], "0xC004F041", "0xC004F041"),
        (&["--count", "0"], "0xC004F038", "0xC004F038"),
    ] {
        let host = Host::start(serve);
        let output = kmslab(&["activate", host.addr(), "--expect", code, "--json"]);
        assert_eq!(output.status.code(), Some(0), "{serve:?}: {}", text(&output.stdout));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&report["result"], &report["shown"]), (&code.into(), &shown.into()));
        assert!(report["slmgr"].as_str().unwrap().contains(&format!("Error: {shown}")));
        host.stop("-TERM");
    }
}

#[test]
fn versions_syntaxes_and_byte_streams_go_together() {
    for ndr in ["both", "32", "64"] {
        let host = Host::start(&["--ndr", ndr]);
        for offered in ["both", "32", "64"] {
            let fits = ndr == "both" || offered == "both" || ndr == offered;
            let expect = if fits { "ok" } else { "0x800706C2" };
            for protocol in ["4", "5", "6"] {
                let args = ["activate", host.addr(), "--ndr", offered, "--protocol", protocol];
                let output = kmslab(&[&args[..], &["--expect", expect]].concat());
                let said = text(&output.stdout);
                assert_eq!(output.status.code(), Some(0), "{ndr} {offered} {protocol}: {said}");
            }
        }
        host.stop("-TERM");
    }
}
