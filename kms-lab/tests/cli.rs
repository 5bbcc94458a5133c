//! The command line as a person or a script meets it: help, mistakes, a host and its clients.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::process::{Child, Command, Output, Stdio};

use kms_proto::rpc::bind::{Bind, ContextElement};
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::syntax::SyntaxId;
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
    (&["reproduce", "0xC004F050"], 2, &["cannot be reproduced", "kmslab explain 0xC004F050"]),
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
    (&["activate", "127.0.0.1:1", "--status", "7"], 2, &["from 0 to 6", "5 notification"]),
    (&["activate", "127.0.0.1:1", "--n-policy", "x"], 2, &["from 0 to 4294967295"]),
    (&["serve", "--count", "x"], 2, &["from 0 to 4294967295"]),
    (&["serve", "--count", "4294967296"], 2, &["from 0 to 4294967295"]),
    (&["activate", "127.0.0.1:1", "--ndr", "16"], 2, &["one of 32, 64, both"]),
    (&["activate", "127.0.0.1:1", "--name", ""], 2, &["1 to 63 UTF-16 units"]),
    (&["activate", "127.0.0.1:1", "--timeout", "0"], 2, &["above 0"]),
    (&["serve", "--listen", "0.0.0.0:0"], 2, &["reachable from outside", "--lab-network"]),
    (&["serve", "--listen", "here"], 2, &["127.0.0.1:1688 or [::1]:0"]),
    (&["serve", "--listen", "192.0.2.1:0", "--lab-network"], 8, &["cannot listen on 192.0.2.1:0"]),
    (&["serve", "--journal", "/no/such/folder/j"], 8, &["cannot write /no/such/folder/j"]),
    (&["serve", "--refuse", "0"], 2, &["0 is success"]),
    (&["serve", "--strictness", "harsh"], 2, &["lenient, strict or pedantic"]),
    (&["run"], 2, &["<PATH>"]),
    (&["run", "x", "--seeds", "5"], 2, &["1..50"]),
    (&["run", "x", "--seeds", "5..3"], 2, &["before the first"]),
    (&["run", "x", "--shard", "0/2"], 2, &["from 1"]),
    (&["run", "x", "--report", "xml=y"], 2, &["junit=FILE"]),
    (&["run", "/no/such/folder"], 3, &["/no/such/folder"]),
    (&["serve", "--max-connections", "0"], 2, &["a number above 0"]),
    (&["serve", "--max-connections", "99999999999999999999"], 2, &["a number above 0"]),
    (&["explain", "F06C"], 2, &["did you mean", "kmslab explain --list"]),
    (&["explain", "0xC004FFFF"], 4, &["not in the catalogue"]),
    (&["explain", "0xC004F06D"], 4, &["facility 4", "; is it 0xC004F06C?"]),
    (&["clock", "4h"], 2, &["an offset needs a sign", "\n  4h\n  ^\n"]),
    (&["clock", "+1,5h"], 2, &["col 3: a number needs a unit", "\n  +1,5h\n    ^\n"]),
    (&["clock", "+1h", "--start", "yesterday"], 2, &["expected RFC 3339"]),
    (&["clock", "+1h", "--at", "0,5q"], 2, &["col 4: unknown unit 'q'"]),
    (&["dissect", "05zz"], 2, &["no such file, and not hexadecimal"]),
    (&["dissect", "050"], 2, &["two hexadecimal digits"]),
    (&["dissect", "/"], 3, &["directory"]),
    (&["dissect", "--calls", "/"], 3, &["directory"]),
    (&["dissect", "--calls", "/nowhere"], 3, &["/nowhere", "No such file"]),
    (&["dissect", "--calls", "Cargo.toml"], 3, &["no capture", "pcap"]),
    (&["dissect", "--calls", "/dev/null"], 3, &["it is empty"]),
    (&["replay", "/", "127.0.0.1:1"], 3, &["directory"]),
    (&["replay", "/nowhere", "127.0.0.1:1"], 3, &["/nowhere", "No such file"]),
    (&["replay", "Cargo.toml", "127.0.0.1:1"], 3, &["no capture", "pcap"]),
    (&["replay", "/dev/null", "127.0.0.1:1"], 3, &["it is empty"]),
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
        "run",
        "check",
        "schema",
        "explain",
        "clock",
        "dissect",
        "lab",
        "slmgr",
        "w32tm",
        "net",
        "ipconfig",
        "events",
        "oslicense",
        "cim",
        "shim",
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

#[test]
fn what_is_not_known_is_said_once_and_a_fault_is_known() {
    let unknown = kmslab(&["explain", "0xDEADBEEF"]);
    assert_eq!((unknown.status.code(), text(&unknown.stdout)), (Some(4), ""));
    assert!(!text(&unknown.stderr).contains("is it"), "{}", text(&unknown.stderr));

    // What can be seen of a code is named, and only where there is something.
    let explained = kmslab(&["explain", "0xC004F06C"]);
    let ends = "\nTry it     kmslab reproduce 0xC004F06C, by its cause\n";
    assert!(text(&explained.stdout).ends_with(ends), "{}", text(&explained.stdout));
    let explained = kmslab(&["explain", "0xC004F050"]);
    assert!(!text(&explained.stdout).contains("reproduce"), "{}", text(&explained.stdout));

    let fault = kmslab(&["explain", "0x1c01000b"]);
    assert_eq!((fault.status.code(), text(&fault.stderr)), (Some(0), ""));
    assert!(text(&fault.stdout).contains("nca_s_proto_error"));
    let fault = kmslab(&["explain", "0x1c01000b", "--json"]);
    let fault: Value = serde_json::from_slice(&fault.stdout).unwrap();
    assert_eq!(fault["becomes"], "0x800706C0");
}

#[test]
fn the_list_is_in_the_order_of_the_codes_and_in_columns() {
    let output = kmslab(&["explain", "--list"]);
    let lines: Vec<_> = text(&output.stdout).lines().collect();
    let code = |line: &&str| {
        let digits = line.split(' ').next().unwrap().trim_start_matches("0x");
        u32::from_str_radix(digits, 16).unwrap()
    };
    assert!(lines.is_sorted_by_key(code), "{lines:#?}");
    let start = |line: &&str| line.rfind("  ").unwrap();
    assert!(lines.iter().all(|line| start(line) == start(&lines[0])), "{lines:#?}");
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
fn the_document_of_an_attempt_names_the_failed_check_and_the_detail() {
    let host = Host::start(&["--refuse", "0xC004F06C"]);
    let refused = kmslab(&["activate", host.addr(), "--json"]);
    let refused: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(refused["outcome"]["failures"][0]["check"], "hresult");
    assert_eq!(refused["detail"], Value::Null);

    let addr = host.addr().to_owned();
    host.stop("-TERM");
    let nobody = kmslab(&["activate", &addr, "--json"]);
    let nobody: Value = serde_json::from_slice(&nobody.stdout).unwrap();
    assert!(nobody["detail"].as_str().unwrap().contains("refused the connection"), "{nobody}");
}

#[test]
fn who_expects_what_slmgr_shows_is_told_the_true_code() {
    let host = Host::start(&["--refuse", "0xC004F06C"]);
    let output = kmslab(&["activate", host.addr(), "--expect", "0xC004F074"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4));
    assert!(said.contains("slmgr shows that; the true code is 0xC004F06C"), "{said}");
    let output = kmslab(&["activate", host.addr(), "--expect", "0xC004F041"]);
    assert!(!text(&output.stderr).contains("slmgr shows that"));
    host.stop("-TERM");
}

#[test]
fn a_host_is_as_strict_as_it_is_told() {
    for (level, n, second) in [
        ("lenient", "0x8007000D", "ok"),
        ("strict", "0x8007000D", "ok"),
        ("pedantic", "0x8007000D", "0x8007000D"),
    ] {
        let host = Host::start(&["--strictness", level, "--count", "2000"]);
        let ask = |more: &[&str], expect: &str| {
            let args = [&["activate", host.addr(), "--expect", expect], more].concat();
            let output = kmslab(&args);
            assert_eq!(output.status.code(), Some(0), "{level} {more:?}: {}", text(&output.stdout));
        };
        ask(&[], "ok");
        ask(&["--seed", "7"], second);
        let n = if level == "lenient" { "ok" } else { n };
        ask(&["--name", "MANY", "--n-policy", "1001"], n);
        ask(&["--name", "LATE", "--clock", "-5h"], "0xC004F06C");
        host.stop("-TERM");
    }
}

#[test]
fn a_random_seed_is_drawn_once_and_shown() {
    let host = Host::start(&[]);
    let seed = |args: &[&str]| {
        let output = kmslab(&[&["activate", host.addr(), "--json"], args].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["seed"].as_u64().unwrap()
    };
    assert_eq!((seed(&[]), seed(&["--seed", "7"])), (42, 7));
    assert_ne!(seed(&["--seed", "random"]), seed(&["--seed", "random"]));
    let output = kmslab(&["activate", host.addr(), "--seed", "7"]);
    assert!(text(&output.stdout).contains("; seed 7"), "{}", text(&output.stdout));
    host.stop("-TERM");
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

#[test]
fn a_script_that_reads_only_the_ready_record_holds_up_nobody() {
    let grace = ["--grace", "200ms", "--max-connections", "18446744073709551615"];
    let host = Host::start(&[&["--journal", "-"][..], &grace].concat());
    let addr = host.addr().to_owned();
    // A pipe holds 64 KiB: some fifty attempts' lines.
    for attempt in 0..120 {
        let output = kmslab(&["activate", &addr, "--timeout", "10s"]);
        assert_eq!(output.status.code(), Some(0), "attempt {attempt}");
    }
    let id = host.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let mut host = host;
    assert_eq!(host.child.wait().unwrap().code(), Some(1), "the lines nobody took are told of");
}

#[test]
fn what_rpc_refuses_and_ignores_stands_in_the_journal() {
    let host = Host::start(&["--journal", "-", "--ndr", "32"]);
    let mut stream = std::net::TcpStream::connect(host.addr()).unwrap();
    stream.write_all(&frames()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    let (_, lines) = host.stop("-TERM");
    let events: Vec<_> = lines.iter().map(|line| line["ev"].as_str().unwrap()).collect();
    assert_eq!(
        events,
        ["ready", "conn-open", "rpc-fault", "ignored", "exchange", "conn-close", "shutdown"]
    );
    assert!(lines[2]["what"].as_str().unwrap().contains("no operation 5"), "{}", lines[2]);
    assert!(lines[3]["what"].as_str().unwrap().starts_with("3 bytes"), "{}", lines[3]);
    assert_eq!(lines[4]["decision"], "malformed");
}

/// A bind, a call of operation 5, and a call with three bytes too many.
fn frames() -> Vec<u8> {
    let mut contexts = List8::new();
    contexts.push(ContextElement::kms(0, SyntaxId::NDR32)).unwrap();
    let bind = Bind { max_xmit_frag: 5840, max_recv_frag: 5840, assoc_group_id: 0, contexts };
    let mut stub = 4_u32.to_le_bytes().repeat(2);
    stub.extend([1, 2, 3, 4, 5, 6, 7]);
    let request = |opnum, stub| {
        Body::Request(Request { alloc_hint: 0, context_id: 0, opnum, object: None, stub })
    };
    let mut out = bytes::BytesMut::new();
    Pdu::new(1, Body::Bind(bind)).append(&mut out);
    Pdu::new(2, request(5, &[])).append(&mut out);
    Pdu::new(3, request(0, &stub)).append(&mut out);
    out.to_vec()
}

#[test]
fn what_a_run_refuses_a_check_refuses_too() {
    let path = format!("{}/unbuildable.toml", env!("CARGO_TARGET_TMPDIR"));
    let text = "schema = 1\n[[host]]\nid = \"kms\"\n[[fault]]\nid = \"f\"\nstage = \"tcp.data\"\n\
                do = { kind = \"servfail\" }\n";
    std::fs::write(&path, text).unwrap();
    for verb in ["check", "run"] {
        let output = kmslab(&[verb, &path]);
        let said = [text_of(&output.stdout), text_of(&output.stderr)].concat();
        assert_eq!(output.status.code(), Some(3), "{verb}: {said}");
        assert!(said.contains("unbuildable.toml:7:15"), "{verb}: {said}");
        assert!(said.contains("servfail"), "{verb}: {said}");
    }
}

fn text_of(bytes: &[u8]) -> String {
    text(bytes).to_owned()
}
