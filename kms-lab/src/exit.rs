//! How a run ends, as a number a script can act on.

use std::process::ExitCode;

/// The exit codes of `kmslab`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All that was asked came true.
    Ok,
    /// Something inside went wrong that should not have.
    Internal,
    /// The command line makes no sense.
    Usage,
    /// A file or setting is invalid; nothing was run.
    Invalid,
    /// An expectation failed.
    Failed,
    /// A listening address could not be had, or something else needed to start.
    CannotStart,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Internal => 1,
            Self::Usage => 2,
            Self::Invalid => 3,
            Self::Failed => 4,
            Self::CannotStart => 8,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
