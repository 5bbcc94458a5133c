//! A host's capture is kept as its journal is: one host writes it, a host that cannot start leaves it
//! alone, and what a killed one left in it is put aside.

use std::fs::{self, File};
use std::net::{TcpListener, UdpSocket};
use std::process::Command;
use std::thread;

use kms_proto::capture::block::END_LENGTH;

use crate::good::Good;
use crate::host::{Folder, Host, calls, count};
use crate::taken::{refused, stopped};

/// A host with a capture, at a port the system picks.
fn start(capture: &str) -> Host {
    Host::with("127.0.0.1:0", &["--pcap", capture])
}

#[test]
fn a_host_that_cannot_start_leaves_a_capture_as_it_is() {
    let folder = Folder::new("capture-taken");
    let capture = folder.path("c.pcapng");
    let host = start(&capture);
    Good::new(host.addr).exchange();
    assert_eq!(host.stop("-TERM"), (Some(0), String::new()));
    let ended = folder.bytes("c.pcapng");
    let (tcp, udp) = (TcpListener::bind("127.0.0.1:0"), UdpSocket::bind("127.0.0.1:0"));
    let (tcp, udp) = (tcp.unwrap(), udp.unwrap());
    let places = [
        ("--listen", tcp.local_addr().unwrap()),
        ("--ntp", udp.local_addr().unwrap()),
        ("--dns", tcp.local_addr().unwrap()),
        ("--dns", udp.local_addr().unwrap()),
    ];
    // One that was ended in order, and one of a killed host.
    for before in [&ended[..], &ended[..ended.len() - END_LENGTH]] {
        fs::write(&capture, before).unwrap();
        for (option, addr) in &places {
            let line = refused(&[option, &addr.to_string(), "--pcap", &capture]);
            assert!(line.contains(&format!("{option}: cannot listen on {addr}: ")), "{line}");
            assert_eq!(folder.bytes("c.pcapng"), before, "{option}");
        }
    }
    assert!(!fs::exists(folder.path("c.pcapng.1")).unwrap());
}

#[test]
fn a_capture_another_host_writes_is_left_to_it() {
    let folder = Folder::new("capture-locked");
    let capture = folder.path("c.pcapng");
    let host = start(&capture);
    Good::new(host.addr).exchange();
    let line = refused(&["--pcap", &capture]);
    assert!(line.contains("--pcap: cannot write "), "{line}");
    assert!(line.ends_with("c.pcapng: another process is writing it"), "{line}");
    let taken = host.addr.to_string();
    let line = refused(&["--listen", &taken, "--pcap", &capture]);
    assert!(line.ends_with("another process is writing it"), "{line}");
    Good::new(host.addr).exchange();
    assert_eq!(host.stop("-TERM"), (Some(0), String::new()));
    assert_eq!(calls(&capture), 2);
}

#[test]
fn what_a_killed_host_captured_is_put_aside_with_its_journal() {
    let folder = Folder::new("capture-killed");
    let (journal, capture) = (folder.path("k.nd"), folder.path("k.pcapng"));
    let start = || Host::with("127.0.0.1:0", &["--journal", &journal, "--pcap", &capture]);
    let host = start();
    let mut good = Good::new(host.addr);
    for _ in 0..3 {
        good.exchange();
    }
    assert_eq!(host.stop("-KILL"), (None, String::new()));
    let before = folder.bytes("k.pcapng");

    let host = start();
    Good::new(host.addr).exchange();
    let (code, err) = host.stop("-TERM");
    assert_eq!((code, err.lines().count()), (Some(0), 2), "{err}");
    for (option, name) in [("--journal", "k.nd"), ("--pcap", "k.pcapng")] {
        let path = folder.path(name);
        let told =
            format!("kmslab: {option}: {path} was not closed by who wrote it: it is kept as ");
        assert!(err.contains(&format!("{told}{path}.1\n")), "{err}");
    }
    assert_eq!(folder.bytes("k.pcapng.1"), before);
    assert_eq!(calls(&folder.path("k.pcapng.1")), 3);
    assert_eq!((calls(&capture), count(&folder.lines("k.nd"), "exchange")), (1, 1));
}

#[test]
fn a_link_stays_and_what_it_leads_to_is_put_aside() {
    let folder = Folder::new("capture-link");
    let (real, link) = (folder.path("real"), folder.path("link"));
    fs::write(&real, "left").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let (code, err) = start(&link).stop("-TERM");
    assert_eq!(code, Some(0), "{err}");
    assert!(err.ends_with(&format!("it is kept as {real}.1\n")), "{err}");
    assert_eq!(fs::read_link(&link).unwrap().to_str(), Some(real.as_str()));
    assert_eq!(folder.read("real.1"), "left");
    assert_eq!(calls(&link), 0, "the host's own capture");
}

/// Aside is a place nothing stands in, also where the same host has just made a file there.
#[test]
fn nothing_is_put_aside_onto_a_file_of_the_same_host() {
    let folder = Folder::new("capture-aside");
    let (journal, capture) = (folder.path("x.1"), folder.path("x"));
    for (one, other) in [(&journal, &capture), (&capture, &journal)] {
        fs::write(folder.path("x"), "left").unwrap();
        let host = Host::with("127.0.0.1:0", &["--journal", one, "--pcap", other]);
        let (code, err) = host.stop("-TERM");
        assert_eq!(code, Some(0), "{err}");
        assert!(err.ends_with(&format!("it is kept as {}\n", folder.path("x.2"))), "{err}");
        assert_eq!(folder.read("x.2"), "left");
        for name in ["x", "x.1", "x.2"] {
            fs::remove_file(folder.path(name)).unwrap();
        }
    }
}

#[test]
fn a_capture_that_was_ended_is_made_anew_and_anything_else_is_kept() {
    let folder = Folder::new("capture-ended");
    let capture = folder.path("c.pcapng");
    let run = || start(&capture).stop("-TERM");
    assert_eq!(run(), (Some(0), String::new()));
    let empty = folder.bytes("c.pcapng");
    assert_eq!(run(), (Some(0), String::new()));
    let told = Command::new(env!("CARGO_BIN_EXE_kmslab"))
        .args(["reproduce", "--pcap", &capture])
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(0));
    assert_eq!(run(), (Some(0), String::new()));
    assert!(!fs::exists(folder.path("c.pcapng.1")).unwrap());

    let cuts =
        [&empty[..empty.len() - 1], &empty[..empty.len() - END_LENGTH], &empty[..7], b"a text\n"];
    for (number, before) in (1..).zip(cuts) {
        fs::write(&capture, before).unwrap();
        let (code, err) = run();
        assert_eq!((code, err.lines().count()), (Some(0), 1), "{err}");
        assert!(err.ends_with(&format!("it is kept as {capture}.{number}\n")), "{err}");
        assert_eq!(folder.bytes(&format!("c.pcapng.{number}")), before);
        assert_eq!(calls(&capture), 0);
    }
    fs::write(&capture, "").unwrap();
    assert_eq!(run(), (Some(0), String::new()));
}

#[test]
fn one_file_is_one_thing() {
    let folder = Folder::new("capture-one");
    let (same, also) = (folder.path("same"), format!("{}/./same", folder.path(".")));
    fs::write(&same, "").unwrap();
    for (one, other) in [("--journal", "--pcap"), ("--faults", "--pcap"), ("--faults", "--journal")]
    {
        let line = stopped(2, &[one, &same, other, &also]);
        assert!(line.ends_with(&format!("is {one} and {other} at once")), "{line}");
        assert_eq!(folder.read("same"), "");
    }
}

#[test]
fn a_capture_is_no_text_for_stdout() {
    let serve = &["serve", "--listen", "127.0.0.1:0"][..];
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/the-story.toml");
    for verb in [serve, &["reproduce"], &["reproduce", "--tcp"], &["run", scenario]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kmslab"));
        let output = command.args(verb).args(["--pcap", "-"]).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{verb:?}: {err}");
        assert!(output.stdout.is_empty(), "{verb:?}");
        assert!(err.contains("'--pcap <FILE>': a capture is binary"), "{verb:?}: {err}");
    }
    assert!(!fs::exists("-").unwrap());
}

/// A pipe by name that somebody reads is written; one that nobody reads keeps no host from starting.
#[test]
fn a_pipe_without_a_reader_is_refused() {
    let folder = Folder::new("capture-pipe");
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for option in ["--pcap", "--journal"] {
        let line = refused(&[option, &pipe]);
        assert!(line.ends_with("pipe: nobody reads this pipe"), "{line}");
    }

    let mut read = Command::new("cat");
    let mut reader = read.arg(&pipe).stdout(File::create(folder.path("read")).unwrap()).spawn();
    let reader = reader.as_mut().unwrap();
    let mut host = None;
    while host.is_none() {
        // Until the reader has opened it, there is nobody.
        host = Host::try_with("127.0.0.1:0", &["--pcap", &pipe]);
        thread::yield_now();
    }
    let host = host.unwrap();
    Good::new(host.addr).exchange();
    assert_eq!(host.stop("-TERM"), (Some(0), String::new()));
    assert!(reader.wait().unwrap().success());
    assert_eq!(calls(&folder.path("read")), 1);
}

/// Who reads the capture of a run from a pipe gets it: it is opened once.
#[test]
fn a_run_opens_a_pipe_once() {
    let folder = Folder::new("capture-run-pipe");
    let (pipe, read) = (folder.path("pipe"), folder.path("read"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut reader = Command::new("cat").arg(&pipe).stdout(File::create(&read).unwrap()).spawn();
    let reader = reader.as_mut().unwrap();
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/the-story.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmslab"));
    let output = command.args(["run", scenario, "--pcap", &pipe]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(reader.wait().unwrap().success());
    assert_eq!(calls(&read), 3);
}
