//! What a command prints, how it ended, and what is left to be done.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;

use crate::time_service::act::Act;
use crate::w32tm::command::{Stripchart, Wrong};

/// What came of a command so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// What is printed, lines ending in `\n`.
    pub text: String,
    /// How it ended; success while something is left to be done.
    pub code: HResult,
    /// What the time service asks for, to be done at once.
    pub acts: Vec<Act>,
    /// What is left to those who run the machine before the command has ended.
    pub effect: Option<Effect>,
}

/// What a command asks of those who run the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Wait until the time service has resynchronised, then print what came of it
    /// ([`ending`](crate::w32tm::resync::ending)).
    AwaitResync,
    /// Draw a chart of another computer's clock ([`Chart`](crate::w32tm::chart::Chart)).
    Stripchart(Stripchart),
    /// Look at the clocks of these computers, or of the domain's controllers where there are none;
    /// a `*` before one says that it is the first ([`monitor`](crate::w32tm::monitor)).
    Monitor(Vec<String>),
    /// Let this much true time pass: what a service takes to start or stop.
    Wait(Nanos),
}

impl Reply {
    /// A command that succeeded and printed this.
    pub fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A command that failed.
    pub fn failed(code: HResult, text: impl Into<String>) -> Self {
        Self { text: text.into(), code, ..Self::default() }
    }

    /// A command that failed with an error of the system's.
    pub fn error(code: HResult, sentence: &str) -> Self {
        Self::failed(code, format!("The following error occurred: {sentence} ({code})\n"))
    }
}

/// How a wrong command line ends.
impl From<Wrong> for Reply {
    fn from(wrong: Wrong) -> Self {
        Self::failed(HResult::from_win32(87), format!("{wrong}\n"))
    }
}
