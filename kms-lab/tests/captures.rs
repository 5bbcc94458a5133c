//! Captures: written by worlds and by hosts on sockets, dissected, replayed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

#[path = "world/plays.rs"]
mod plays;

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use kms_lab::captured::walk::{Walked, walk};
use kms_proto::capture::follow::Event;
use kms_proto::capture::passed::Side;
use kms_proto::capture::stream::What;
use kms_sim::fault::catalogue::{Entry, entries};
use kms_sim::fault::stage::Stage;
use serde_json::Value;

use crate::plays::new_world;

fn kmslab(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kmslab")).args(args).output().unwrap()
}

/// A place for a test's files, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kmslab-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A host on a loopback port, killed with the test if it still runs.
struct Host {
    child: Child,
    addr: String,
}

impl Host {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kmslab"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let addr = ready["rpc"][0]["addr"].as_str().unwrap().to_owned();
        Self { child, addr }
    }

    /// Stops it as an operator does; gives its exit code and what it said.
    fn stop(mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let said = std::io::read_to_string(self.child.stderr.take().unwrap()).unwrap();
        (status.code(), said)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn walked(capture: &[u8]) -> (Vec<Event>, Walked) {
    let mut events = Vec::new();
    let walked = walk(&mut Cursor::new(capture), "test", &mut |event, _| {
        events.push(event);
        Ok(())
    });
    (events, walked.unwrap())
}

/// The lines of NDJSON.
fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_capture_of_the_story_dissects_as_it_always_does() {
    let folder = Folder::new("story");
    let file = folder.file("story.pcapng");
    let told = kmslab(&["reproduce", "--protocol", "4", "--pcap", &file]);
    assert_eq!(told.status.code(), Some(0));
    let output = kmslab(&["dissect", &file]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    let golden = include_str!("golden/capture.txt");
    assert_golden("golden/capture.txt", golden, &without_ports(&text));

    let calls: Vec<Value> = lines(&kmslab(&["dissect", "--calls", "--json", &file]))
        .into_iter()
        .filter(|line| line["ev"] == "call")
        .collect();
    let told: Vec<_> =
        calls.iter().map(|c| (&c["skew"], &c["result"], &c["request"]["is"])).collect();
    let (day, none) = (Value::from("+1d"), Value::from("0"));
    let (refused, ok) = (Value::from("0xC004F06C"), Value::from("0x0"));
    let ours = Value::from("sealed");
    assert_eq!(told, [(&day, &refused, &ours), (&day, &refused, &ours), (&none, &ok, &ours)]);
}

/// The text with the ports the system picked, and the bytes that hold one, made the same.
fn without_ports(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = match line.split_once("sec_addr ") {
            Some((before, _)) => format!("{before}sec_addr PORT"),
            None => line.to_owned(),
        };
        let mut parts = line.split("127.0.0.1:");
        out.push_str(parts.next().unwrap());
        for part in parts {
            out.push_str("127.0.0.1:PORT");
            out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        out.push('\n');
    }
    out
}

/// Two machines that ask three times each while one fault is in force.
fn text(entry: &Entry) -> String {
    let dns = if entry.stage == Stage::DnsSrv { "[dns]\n" } else { "" };
    format!(
        "schema = 1\nlimit = {{ sim = \"3h\" }}\n[[host]]\nid = \"kms\"\npolicy = {{ count = 0 }}\n\
         {dns}[[machine]]\nid = \"one\"\nn_policy = 1\n[[machine]]\nid = \"two\"\nn_policy = 1\n\
         [[link]]\nlatency = \"5ms\"\n[[step]]\nat = \"1m\"\nrun = [\"one\", \"two\"]\ntimes = 3\n\
         every = \"50m\"\n[[fault]]\nid = \"it\"\nstage = \"{}\"\ndo = {}\n",
        entry.stage, entry.example
    )
}

fn captured(text: &str) -> Vec<u8> {
    let mut world = new_world(text, 1);
    world.record("test, seed 1");
    world.run(&mut || true);
    world.recorded()
}

#[test]
fn every_kind_of_fault_leaves_a_capture_that_reads_whole_and_is_the_same_again() {
    for entry in entries() {
        let name = format!("{} {}", entry.stage, entry.example);
        let text = text(entry);
        let capture = captured(&text);
        assert!(capture == captured(&text), "{name}: two runs differ");
        let (events, walked) = walked(&capture);
        assert_eq!(walked.broken, None, "{name}");
        assert!(walked.tally.not_tcp.is_empty() && walked.tally.repeated == 0, "{name}");
        let missing = events.iter().any(|event| matches!(event.what, What::Missing(_)));
        assert!(!missing, "{name}: bytes are missing");
        // What is left of a PDU is told at the end, with the moment it came.
        let left = |event: &&Event| matches!(&event.what, What::Framed(framed) if !framed.whole);
        let in_time = events.iter().filter(|event| event.what != What::Over && !left(event));
        let stamps: Vec<_> = in_time.map(|event| event.place.0.unwrap()).collect();
        assert!(stamps.is_sorted(), "{name}: time runs backwards");
    }
}

/// What a fault at this stage leaves of the first connection: bytes of the host's, and its end.
fn first(stage: Stage, name: &str) -> (usize, Vec<(Side, &'static str)>) {
    let entry = entries().find(|entry| entry.stage == stage && entry.name == name).unwrap();
    let (events, _) = walked(&captured(&text(entry)));
    let mine = events.iter().filter(|event| event.stream == 1);
    let (mut bytes, mut ends) = (0, Vec::new());
    for event in mine {
        match &event.what {
            What::Framed(framed) if event.side == Side::Server => bytes += framed.bytes.len(),
            What::End => ends.push((event.side, "end")),
            What::Reset => ends.push((event.side, "reset")),
            _ => {}
        }
    }
    (bytes, ends)
}

#[test]
fn faults_show_as_they_went_over_the_wire() {
    use Side::{Client, Server};
    assert_eq!(first(Stage::TcpAccept, "accept-rst"), (0, vec![(Server, "reset")]));
    let (bytes, ends) = first(Stage::TcpAccept, "accept-close");
    assert_eq!((bytes, ends[0]), (0, (Server, "end")));
    let (bytes, ends) = first(Stage::TcpAccept, "no-accept");
    assert_eq!((bytes, ends[0]), (0, (Client, "end")));
    let (_, ends) = first(Stage::TcpData, "rst");
    assert_eq!(ends, [(Server, "reset")]);
    let plain = first(Stage::TcpData, "latency");
    let (bytes, ends) = first(Stage::TcpData, "truncate");
    // The rest never leaves, and the client gives up.
    assert!(bytes < plain.0 && ends[0] == (Client, "end"), "{bytes} {ends:?}");
}

#[test]
fn a_run_writes_a_capture_for_each_of_its_runs_the_same_every_time() {
    let folder = Folder::new("run");
    let scenario =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/refused-then-recovers.toml");
    let scenario = scenario.to_str().unwrap();
    for name in ["a.pcapng", "b.pcapng"] {
        let file = folder.file(name);
        let output = kmslab(&["run", scenario, "--seeds", "1..3", "--pcap", &file]);
        assert_eq!(output.status.code(), Some(0));
    }
    for (one, other) in
        ["1", "2", "3"].map(|seed| (format!("a-seed{seed}"), format!("b-seed{seed}")))
    {
        let read = |stem: &str| std::fs::read(folder.file(&format!("{stem}.pcapng"))).unwrap();
        assert!(read(&one) == read(&other), "{one} and {other} differ");
    }
    let output = kmslab(&["dissect", "--calls", "--json", &folder.file("a-seed1.pcapng")]);
    let told = lines(&output);
    assert_eq!(told[0]["client_name"], "good-1");
    assert_eq!(told[0]["server_name"], "kms");
    assert!(told.last().unwrap()["refused"].as_u64().unwrap() >= 1);
}

#[test]
fn a_code_that_is_reproduced_leaves_a_capture_too() {
    let folder = Folder::new("code");
    let file = folder.file("code.pcapng");
    let output = kmslab(&["reproduce", "0xC004F06C", "--pcap", &file]);
    assert_eq!(output.status.code(), Some(0));
    let told = lines(&kmslab(&["dissect", "--calls", "--json", &file]));
    assert!(told.iter().any(|line| line["result"] == "0xC004F06C"), "{told:?}");
}

#[test]
fn a_killed_host_leaves_a_capture_that_can_be_read_and_replayed() {
    let folder = Folder::new("killed");
    let file = folder.file("killed.pcapng");
    let host = Host::start(&["--pcap", &file]);
    assert_eq!(kmslab(&["activate", &host.addr]).status.code(), Some(0));
    assert_eq!(kmslab(&["activate", &host.addr, "--clock", "+5h"]).status.code(), Some(4));
    drop(host);
    let told = lines(&kmslab(&["dissect", "--calls", "--json", &file]));
    let sum = told.last().unwrap();
    assert_eq!(
        (&sum["calls"], &sum["granted"], &sum["refused"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert_eq!(sum["broken"], Value::Null);

    let again = Host::start(&["--seed", "7"]);
    let output = kmslab(&["replay", &file, &again.addr]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("6 PDUs sent, 6 answers"), "{said}");
    let refusing = Host::start(&["--refuse", "0xC004F042"]);
    let output = kmslab(&["replay", &file, &refusing.addr, "--stream", "1", "--json"]);
    assert_eq!(output.status.code(), Some(4));
    let last = &lines(&output)[2];
    assert!(last["came"].as_str().unwrap().contains("0xC004F042"), "{last}");
    assert_eq!(last["same_outcome"], false);
}

#[test]
fn a_full_disk_is_one_line_and_the_host_serves_on() {
    if !Path::new("/dev/full").exists() {
        // Only Linux has a disk that is always full.
        return;
    }
    let output = kmslab(&["serve", "--pcap", "/dev/full", "--listen", "127.0.0.1:0"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.lines().count()), (Some(8), 2), "{said}");
    assert!(said.contains("--pcap: cannot write /dev/full"), "{said}");

    // A limit on the size of files stands for a disk that fills up while the host serves.
    let folder = Folder::new("full");
    let file = folder.file("full.pcapng");
    let script = "ulimit -f 2; trap '' XFSZ; exec \"$0\" serve --listen 127.0.0.1:0 --pcap \"$1\"";
    let mut child = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_kmslab"), &file])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let host = Host { child, addr: ready["rpc"][0]["addr"].as_str().unwrap().to_owned() };
    for _ in 0..3 {
        assert_eq!(kmslab(&["activate", &host.addr]).status.code(), Some(0));
    }
    let (exit, said) = host.stop();
    assert_eq!((exit, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("the capture ends here") && said.contains("can be read"), "{said}");
    let mut events = 0;
    let walked = walk(&mut File::open(&file).unwrap(), "full", &mut |_, _| {
        events += 1;
        Ok(())
    });
    assert_eq!(walked.unwrap().broken, None);
    assert!(events > 5);
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
