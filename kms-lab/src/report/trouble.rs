//! What can be wrong with a run, and the evidence for it.

use std::fmt;

use kms_proto::kms::hresult::HResult;
use kms_proto::time::window::{Compare, Window};
use kms_proto::time::{FileTime, Skew};
use kms_sim::exchange::Exchange;
use serde::Serialize;

use crate::exit::Exit;
use crate::signal::Signal;

/// One thing that is wrong with a run; a run has as many as apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Trouble {
    /// Something inside went wrong that should not have.
    Internal {
        /// What went wrong.
        message: String,
    },
    /// The file is invalid; nothing of it was run.
    Invalid(Finding),
    /// An address could not be had, or something else needed to start.
    CannotStart {
        /// What could not be had, and what to do.
        message: String,
    },
    /// Two runs of the same seed differ.
    Nondeterministic(Difference),
    /// An expectation did not come true.
    Unmet(Finding),
    /// A threshold was passed.
    Over(Breach),
    /// A fault or skew that had to be seen never was.
    Missed(Miss),
    /// A limit was reached before the end.
    OutOfTime {
        /// Which limit, as the file names it: `sim`, `wall`, `exchanges`.
        limit: String,
        /// How far the run had come, as a sentence.
        message: String,
    },
    /// A signal ended it.
    CutShort {
        /// Which.
        signal: Signal,
    },
    /// A signal came before it was begun.
    NotRun {
        /// Which.
        signal: Signal,
    },
}

impl Trouble {
    /// The exit code this trouble asks for.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Internal { .. } => Exit::Internal,
            Self::Invalid(_) => Exit::Invalid,
            Self::CannotStart { .. } => Exit::CannotStart,
            Self::Nondeterministic(_) => Exit::Nondeterministic,
            Self::Unmet(_) => Exit::Failed,
            Self::Over(_) => Exit::OverThreshold,
            Self::Missed(_) => Exit::Inconclusive,
            Self::OutOfTime { .. } => Exit::OutOfTime,
            Self::CutShort { signal } | Self::NotRun { signal } => signal.exit(),
        }
    }
}

/// A place in a scenario file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file as it was named on the command line.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// `file:line:column`, which editors and problem matchers follow.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A statement of the file that is not true.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where the statement stands.
    pub place: Option<Place>,
    /// The statement: `[[expect]] at-the-edge`.
    pub subject: String,
    /// What was expected and what was found: `expected result "ok", got 0xC004F06C`.
    pub message: String,
    /// The exchange that shows it, where one does.
    pub witness: Option<Witness>,
    /// Further lines for people, such as the line of the file with a mark under it.
    pub notes: Vec<String>,
}

/// An exchange as evidence: both clocks as the host read them from the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// The connection, from 1.
    pub connection: u64,
    /// The message on it, from 1.
    pub message: u64,
    /// The host's clock at the judgement.
    #[serde(serialize_with = "text")]
    pub host_time: FileTime,
    /// The client's clock as its request said; `None` when it could not be read.
    #[serde(serialize_with = "optional_text")]
    pub client_time: Option<FileTime>,
    /// Client minus host.
    pub skew: Option<Skew>,
    /// The window in force.
    pub window: Window,
    /// The grain of the comparison.
    pub compare: Compare,
    /// What the host answered.
    pub result: HResult,
}

impl From<&Exchange> for Witness {
    fn from(exchange: &Exchange) -> Self {
        Self {
            connection: exchange.connection,
            message: exchange.message,
            host_time: exchange.host_time,
            client_time: exchange.client_time(),
            skew: exchange.skew(),
            window: exchange.window,
            compare: exchange.compare,
            result: exchange.result(),
        }
    }
}

/// Something that had to happen and never did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// Where the file asks for it.
    pub place: Option<Place>,
    /// The statement that asks for it: `[[require_hit]] fault "rst-3"`, `[[fault]] rst-3`.
    pub statement: String,
    /// What: `fault "rst-3"`, `clock "fast"`.
    pub subject: String,
    /// Why not: `never applied: 2 connections seen, rule wants nth = 3`.
    pub message: String,
}

/// A threshold that was passed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Where the file sets it.
    pub place: Option<Place>,
    /// The measure: `exchange.latency`.
    pub measure: String,
    /// The threshold as written: `p(99)<5ms`.
    pub threshold: String,
    /// What was measured: `7.2ms`.
    pub measured: String,
}

/// Two runs of the same seed, where they part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The journal's first line that differs, from 1.
    pub line: u64,
    /// That line in the first run; empty where the journal had ended.
    pub first: String,
    /// That line in the second run; empty where the journal had ended.
    pub second: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference to the field")]
fn text<S: serde::Serializer>(time: &FileTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

#[expect(clippy::ref_option, reason = "serde hands a reference to the field")]
fn optional_text<S: serde::Serializer>(
    time: &Option<FileTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(time),
        None => serializer.serialize_none(),
    }
}
