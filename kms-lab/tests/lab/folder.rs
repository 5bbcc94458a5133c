//! A folder of a test's own, and the binary run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A folder that is empty at first and gone afterwards.
pub(crate) struct Folder(PathBuf);

/// What a run came to.
pub(crate) struct Came {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("lab-{name}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A folder with a lab in it.
    pub(crate) fn with_lab(name: &str) -> Self {
        let folder = Self::new(name);
        folder.ok(&["lab", "new"]);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// A program in this folder, to which no lab of the caller's is known.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.0).stdin(Stdio::null());
        for name in ["LAB", "MACHINE", "EOL", "WAIT", "ELEVATED"] {
            command.env_remove(format!("KMSLAB_{name}"));
        }
        command
    }

    pub(crate) fn kmslab(&self, args: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_kmslab"));
        command.args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Came {
        came(self.kmslab(args).output().unwrap())
    }

    /// What it prints; it must succeed.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let came = self.run(args);
        assert_eq!((came.code, came.err.as_str()), (Some(0), ""), "{args:?}: {}", came.out);
        came.out
    }

    /// The log of its lab.
    pub(crate) fn log(&self) -> Vec<Value> {
        let document: Value = serde_json::from_str(&self.ok(&["lab", "show", "--json"])).unwrap();
        document["entries"].as_array().unwrap().clone()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn came(output: Output) -> Came {
    Came {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
