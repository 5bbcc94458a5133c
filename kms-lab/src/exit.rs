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
    /// A threshold was passed; every expectation came true.
    OverThreshold,
    /// Two runs of the same seed differ.
    Nondeterministic,
    /// A fault or skew that had to be seen never was, so the run proves nothing.
    Inconclusive,
    /// A listening address could not be had, or something else needed to start.
    CannotStart,
    /// A filter or a shard left nothing to run.
    NothingSelected,
    /// A limit of time was reached.
    OutOfTime,
    /// Ended by SIGINT before it was done; what there was is written.
    Interrupted,
    /// Ended by SIGTERM before it was done; what there was is written.
    Terminated,
    /// A command of Windows ended with an error whose number's low byte is this.
    Windows(u8),
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
            Self::OverThreshold => 5,
            Self::Nondeterministic => 6,
            Self::Inconclusive => 7,
            Self::CannotStart => 8,
            Self::NothingSelected => 9,
            Self::OutOfTime => 10,
            Self::Interrupted => 130,
            Self::Terminated => 143,
            Self::Windows(status) => status,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
