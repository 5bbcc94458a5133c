//! The host under attack: a process of its own, watched from outside.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// `kmslab serve`, its journal in a file.
pub(crate) struct Host {
    child: Child,
    /// Where it listens.
    pub(crate) addr: SocketAddr,
    journal: PathBuf,
}

impl Host {
    /// Starts it for the attack called `name`; returns when it accepts.
    pub(crate) fn start(name: &str, more: &[&str]) -> Self {
        let journal = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.ndjson"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_kmslab"))
            .args(["serve", "--listen", "127.0.0.1:0", "--journal"])
            .arg(&journal)
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let ready: Value = serde_json::from_str(&ready).unwrap();
        let addr = ready["rpc"][0]["addr"].as_str().unwrap().parse().unwrap();
        Self { child, addr, journal }
    }

    /// Resident memory, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// Open descriptors.
    pub(crate) fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// Stops it; what it counted, as the last line of its journal tells.
    pub(crate) fn stop(mut self) -> Value {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        let journal = fs::read_to_string(&self.journal).unwrap();
        fs::remove_file(&self.journal).unwrap();
        let last: Value = serde_json::from_str(journal.lines().last().unwrap()).unwrap();
        assert_eq!((&last["ev"], &last["lines_lost"]), (&"shutdown".into(), &0.into()));
        last["counters"].clone()
    }

    fn status(&self, field: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }
}

/// A test that failed leaves no host behind.
impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
