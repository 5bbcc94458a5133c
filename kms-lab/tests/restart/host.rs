//! `kmslab serve` as a process of its own, and the folder it works in.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;

/// A folder that is empty at first and gone afterwards.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("restart-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }

    /// The lines of a journal, every one of them whole.
    pub(crate) fn lines(&self, name: &str) -> Vec<Value> {
        let text = self.read(name);
        assert!(text.is_empty() || text.ends_with('\n'), "the last line is cut off");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How often an event stands in a journal.
pub(crate) fn count(lines: &[Value], event: &str) -> u64 {
    lines.iter().map(|line| u64::from(line["ev"] == event)).sum()
}

/// How many calls `kmslab dissect` finds in a capture, all of it being there.
pub(crate) fn calls(capture: &str) -> usize {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmslab"));
    let listed = command.args(["dissect", "--calls", "--json", capture]).output().unwrap();
    let (out, err) = (String::from_utf8(listed.stdout), String::from_utf8(listed.stderr));
    let (out, err) = (out.unwrap(), err.unwrap());
    assert_eq!(listed.status.code(), Some(0), "{err}");
    let lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["ev"] == "call").count()
}

/// A running host.
pub(crate) struct Host {
    child: Child,
    err: ChildStderr,
    /// Where it listens.
    pub(crate) addr: SocketAddr,
}

impl Host {
    /// Starts it with its journal in a file; returns when it accepts.
    pub(crate) fn start(journal: &str) -> Self {
        Self::with("127.0.0.1:0", &["--journal", journal])
    }

    /// Starts it with these options too, at `listen`.
    pub(crate) fn with(listen: &str, options: &[&str]) -> Self {
        Self::try_with(listen, options).unwrap()
    }

    /// The same, for a host that may not start.
    pub(crate) fn try_with(listen: &str, options: &[&str]) -> Option<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kmslab"));
        Self::try_spawn(command.args(["serve", "--listen", listen]).args(options))
    }

    /// Runs a command that becomes a host.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        Self::try_spawn(command).unwrap()
    }

    /// Runs a command that may become a host.
    pub(crate) fn try_spawn(command: &mut Command) -> Option<Self> {
        let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        let err = child.stderr.take().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        if ready.is_empty() {
            child.wait().unwrap();
            return None;
        }
        let ready: Value = serde_json::from_str(&ready).unwrap();
        let addr = ready["rpc"][0]["addr"].as_str().unwrap().parse().unwrap();
        Some(Self { child, err, addr })
    }

    /// Ends it by a signal; its exit code, and what it wrote to stderr.
    pub(crate) fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let mut err = String::new();
        self.err.read_to_string(&mut err).unwrap();
        (code, err)
    }
}

/// A test that failed leaves no host behind.
impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
