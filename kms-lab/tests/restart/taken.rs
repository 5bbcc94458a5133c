//! A place that is taken: one line, exit code 8, and what stands in the journal stays.

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::process::Command;

use crate::host::{Folder, Host};

/// What a host that cannot start says; it exits with 8.
pub(crate) fn refused(args: &[&str]) -> String {
    stopped(8, args)
}

/// What a host says that does not start and exits with this code.
pub(crate) fn stopped(code: i32, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmslab"));
    let output = command.arg("serve").args(args).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{err}");
    assert!(output.stdout.is_empty());
    let lines: Vec<&str> = err.lines().collect();
    assert!(lines.len() == 2 && lines[1].starts_with("  try: "), "{err}");
    lines[0].to_owned()
}

#[test]
fn a_port_that_is_taken_is_named_and_the_journal_left_as_it_is() {
    let folder = Folder::new("taken");
    let journal = folder.path("j.ndjson");
    assert_eq!(Host::start(&journal).stop("-TERM"), (Some(0), String::new()));
    let before = folder.read("j.ndjson");
    let (tcp, udp) =
        (TcpListener::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
    let (tcp, udp) = (tcp.local_addr().map(|addr| (addr, tcp)), udp.local_addr().map(|a| (a, udp)));
    let (tcp, udp) = (tcp.unwrap(), udp.unwrap());
    for (option, addr) in
        [("--listen", tcp.0), ("--ntp", udp.0), ("--dns", tcp.0), ("--dns", udp.0)]
    {
        let line = refused(&[option, &addr.to_string(), "--journal", &journal]);
        assert!(line.contains(&format!("{option}: cannot listen on {addr}: ")), "{line}");
        assert_eq!(folder.read("j.ndjson"), before, "{option}");
    }
    // A killed host's journal is put aside by who starts, not by who fails to.
    fs::write(&journal, "{\"ev\":\"ready\"}\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmslab"));
    let addr = tcp.0.to_string();
    let args = ["serve", "--listen", &addr, "--journal", &journal];
    assert_eq!(command.args(args).output().unwrap().status.code(), Some(8));
    assert_eq!(folder.read("j.ndjson"), "{\"ev\":\"ready\"}\n");
}

#[test]
fn a_journal_another_host_writes_is_left_to_it() {
    let folder = Folder::new("locked");
    let journal = folder.path("j.ndjson");
    let host = Host::start(&journal);
    let line = refused(&["--journal", &journal]);
    assert!(line.contains("j.ndjson: another process is writing it"), "{line}");
    assert_eq!(host.stop("-TERM"), (Some(0), String::new()));
    assert_eq!(folder.lines("j.ndjson").last().unwrap()["ev"], "shutdown");
    assert_eq!(Host::start(&journal).stop("-TERM"), (Some(0), String::new()));
}
