//! Why a verb could not do its work, for the person who typed it.

use std::fmt;
use std::io;

use kms_proto::text::TextError;

use crate::exit::Exit;

/// A verb's end that is not a result: one line of what was wrong, and what to do.
#[derive(Debug)]
pub struct Stop {
    /// The process's exit code.
    pub exit: Exit,
    /// What went wrong; empty when there is nobody left to tell.
    pub message: String,
    /// What to do about it; may be empty.
    pub remedy: String,
}

impl Stop {
    /// An end with `exit`.
    pub fn new(exit: Exit, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { exit, message: message.into(), remedy: remedy.into() }
    }

    /// The command line makes no sense.
    pub fn usage(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message, remedy)
    }

    /// A text somebody typed could not be read: shows it with a mark under the column.
    pub fn text(what: &str, typed: &str, error: &TextError, remedy: &str) -> Self {
        let mark = " ".repeat(error.column.saturating_sub(1));
        Self::usage(format!("{what}: {error}\n  {typed}\n  {mark}^"), remedy)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.remedy.is_empty() {
            write!(f, "\n  try: {}", self.remedy)?;
        }
        Ok(())
    }
}

/// A reader closed the pipe of a verb that goes on until then: that is success, and nobody is left
/// to tell.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Ok, "", "");
        }
        Self::new(Exit::Internal, format!("could not write the output: {error}"), "")
    }
}
