//! `kmslab run` that is told to end: what it leaves behind is whole, and says that it was cut short.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

#[path = "support/folder.rs"]
mod folder;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::folder::Folder;

/// A world that goes on for longer than any test waits.
const ENDLESS: &str = r#"
schema = 1
name = "endless"
limit = { sim = "14000w", wall = "1h", exchanges = 1_000_000_000 }
[[host]]
id = "kms"
[[machine]]
id = "fast"
clock = "+5h"
retry = { every = "1m" }
[[step]]
at = "1m"
run = "fast"
"#;

/// One that is over at once.
const QUICK: &str = r#"
schema = 1
name = "quick"
limit = { sim = "1h" }
[[host]]
id = "kms"
[[machine]]
id = "fast"
clock = "+5h"
[[step]]
at = "1m"
run = "fast"
"#;

/// One that waits for this computer's time.
const REAL: &str = r#"
schema = 1
name = "real"
mode = "real"
limit = { sim = "50s", wall = "1h" }
[[host]]
id = "kms"
[[machine]]
id = "fast"
clock = "+5h"
[[step]]
at = "0"
run = "fast"
[[step]]
at = "40s"
run = "fast"
"#;

fn start(args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmslab"));
    command.arg("run").args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn send(child: &Child, signal: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
}

/// Reads until `wanted` was told.
fn wait_for(child: &mut Child, wanted: &str) -> String {
    let mut told = Vec::new();
    let stdout = child.stdout.as_mut().unwrap();
    let mut byte = [0];
    while !String::from_utf8_lossy(&told).contains(wanted) {
        assert_eq!(stdout.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&told));
        told.push(byte[0]);
    }
    String::from_utf8(told).unwrap()
}

/// Sends a signal while the second of these runs goes on, and waits for the end.
fn cut_in_the_second(args: &[&str], signal: &str) -> (String, Output) {
    // Nothing tells when a run begins: on a busy computer it takes longer than on others.
    for patience in [50, 200, 1000, 5000] {
        let mut child = start(args);
        let mut told = wait_for(&mut child, "PASS  quick");
        std::thread::sleep(Duration::from_millis(patience));
        send(&child, signal);
        let output = child.wait_with_output().unwrap();
        told.push_str(&String::from_utf8(output.stdout.clone()).unwrap());
        if told.contains("\nCUT ") {
            return (told, output);
        }
    }
    panic!("the second run never began");
}

#[test]
fn the_first_signal_ends_runs_and_writes_all_that_was_asked_for() {
    for (signal, name, code) in [("-INT", "SIGINT", 130), ("-TERM", "SIGTERM", 143)] {
        let folder = Folder::new(name);
        let files = [("a", QUICK), ("b", ENDLESS), ("c", QUICK)];
        let files = files.map(|(name, text)| folder.write(&format!("{name}.toml"), text));
        let journal = folder.path("j.ndjson");
        let reports = ["junit=j.xml", "json=j.json", "tap=j.tap"].map(|report| {
            let (form, file) = report.split_once('=').unwrap();
            format!("{form}={}", folder.path(file))
        });
        let [a, b, c] = files.each_ref().map(String::as_str);
        let mut args = vec![a, b, c, "--jobs", "1", "--journal", &journal];
        args.extend(reports.iter().flat_map(|report| ["--report", report]));
        let (told, output) = cut_in_the_second(&args, signal);
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(told.contains("1 passed, 1 cut short, 1 not run"), "{told}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(name));

        let text = folder.read("j.ndjson");
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let summaries: Vec<_> = lines.iter().filter(|line| line["ev"] == "summary").collect();
        assert_eq!(summaries.len(), 2);
        assert_eq!(
            (&summaries[0]["ended"], &summaries[1]["ended"]),
            (&"over".into(), &name.into())
        );
        let last = lines.last().unwrap();
        assert_eq!(last["ev"], "end");
        assert_eq!((&last["whole"], &last["cut_by"]), (&false.into(), &name.into()));
        assert_eq!((&last["runs"], &last["done"]), (&3.into(), &1.into()));
        assert_eq!(last["seq"], lines.len());

        let summary: Value = serde_json::from_str(&folder.read("j.json")).unwrap();
        assert_eq!(summary["exit"]["code"], code);
        assert_eq!(summary["cut_by"], name);
        let statuses: Vec<_> =
            summary["runs"].as_array().unwrap().iter().map(|run| &run["status"]).collect();
        assert_eq!(statuses, ["passed", "cut-short", "not-run"]);
        assert!(folder.read("j.xml").contains("<skipped"), "{}", folder.read("j.xml"));
        assert_eq!(folder.read("j.tap").matches("\nnot ok").count(), 2);
    }
}

#[test]
fn a_run_over_loopback_is_cut_short_while_it_waits() {
    let folder = Folder::new("real");
    let (quick, long) = (folder.write("a.toml", QUICK), folder.write("b.toml", REAL));
    let args = [&quick, &long, "--jobs", "1", "--journal", &folder.path("j")];
    let (_, output) = cut_in_the_second(&args, "-TERM");
    assert_eq!(output.status.code(), Some(143));
    let journal = folder.read("j");
    assert!(journal.contains("\"ended\":\"SIGTERM\""), "{journal}");
    assert!(journal.lines().last().unwrap().contains("\"cut_by\":\"SIGTERM\""));
}

#[test]
fn a_second_signal_leaves_at_once() {
    let folder = Folder::new("second");
    let file = folder.write("endless.toml", ENDLESS);
    // Nobody reads the pipe, and the report is longer than it: the end would wait for ever.
    let seeds = ["--seeds", "1..20000", "--jobs", "1", "--report", "json=-"];
    let mut child = start(&[&[file.as_str()][..], &seeds].concat());
    let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(stderr.next().unwrap().contains("scenarios=20000"));
    send(&child, "-INT");
    assert!(stderr.any(|line| line.contains("SIGINT")));
    // Those that come together with the first are one with it.
    let status = loop {
        send(&child, "-INT");
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    assert_eq!(status.code(), Some(130));
}

#[test]
fn signals_that_come_together_are_one() {
    let folder = Folder::new("together");
    let file = folder.write("endless.toml", ENDLESS);
    let (journal, report) = (folder.path("j.ndjson"), folder.path("r.json"));
    let form = format!("json={report}");
    let mut child = start(&[&file, "--journal", &journal, "--report", &form]);
    wait_for(&mut child, "scenarios=1");
    let id = child.id().to_string();
    let twice = format!("kill -TERM {id}; kill -TERM {id}; kill -TERM {id}");
    assert!(Command::new("sh").args(["-c", &twice]).status().unwrap().success());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(143));
    let journal = folder.read("j.ndjson");
    let last: Value = serde_json::from_str(journal.lines().last().unwrap()).unwrap();
    assert_eq!((&last["ev"], &last["whole"]), (&"end".into(), &false.into()));
    let report: Value = serde_json::from_str(&folder.read("r.json")).unwrap();
    assert_eq!(report["runs"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_a_killed_run_leaves_is_no_report_of_an_earlier_one() {
    let folder = Folder::new("killed");
    let file = folder.write("endless.toml", ENDLESS);
    for name in ["j.ndjson", "j.xml", "p.svg", "p-seed7.svg", "p-seed8.svg"] {
        folder.write(name, "old and green");
    }
    let (junit, plot) = (format!("junit={}", folder.path("j.xml")), folder.path("p.svg"));
    let journal = folder.path("j.ndjson");
    let args = ["--report", &junit, "--journal", &journal, "--plot", &plot, "--seeds", "7..8"];
    let mut child = start(&[&[file.as_str()][..], &args].concat());
    wait_for(&mut child, "scenarios=2");
    send(&child, "-KILL");
    child.wait().unwrap();
    for name in ["j.ndjson", "j.xml"] {
        assert_eq!(folder.read(name), "", "{name}");
    }
    for name in ["p.svg", "p-seed7.svg", "p-seed8.svg"] {
        assert!(!std::path::Path::new(&folder.path(name)).exists(), "{name}");
    }
}

/// How a command ended whose stdout nobody reads, and whose reader has gone before it began.
fn to_nobody(args: &[&str]) -> Option<i32> {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmslab"));
    command.args(args).stdout(writer).stderr(Stdio::null()).status().unwrap().code()
}

#[test]
fn a_result_does_not_depend_on_who_listens() {
    let folder = Folder::new("nobody");
    let failing = format!("{QUICK}[[expect]]\nmachine = \"fast\"\nall = {{ result = \"ok\" }}\n");
    let quick = folder.write("quick.toml", QUICK);
    let failing = folder.write("failing.toml", &failing);
    let wrong = folder.write("wrong.toml", "schema = 1\nsead = 2\n");
    let report = folder.path("r.xml");
    let junit = format!("junit={report}");
    assert_eq!(to_nobody(&["run", &failing, &quick, "--report", &junit]), Some(4));
    let junit = folder.read("r.xml");
    assert!(junit.contains("</testsuites>") && junit.contains("quick"), "{junit}");
    assert_eq!(to_nobody(&["run", &failing, "--journal", "-"]), Some(4));
    assert_eq!(to_nobody(&["run", &failing, "--report", "tap=-"]), Some(4));
    assert_eq!(to_nobody(&["run", &quick]), Some(0));
    assert_eq!(to_nobody(&["check", &wrong]), Some(3));
    let lab = folder.path("k.lab");
    assert_eq!(to_nobody(&["lab", "new", "--lab", &lab]), Some(0));
    assert_eq!(to_nobody(&["slmgr", "--lab", &lab, "/ato"]), Some(0x74));
}
