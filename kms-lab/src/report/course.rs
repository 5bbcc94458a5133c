//! How clocks went and what was asked meanwhile: what a plot is made from.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;
use kms_proto::time::{FileTime, Moment};
use serde::Serialize;

/// One run's clocks and requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Course {
    /// What it is a picture of: the run's label.
    pub title: String,
    /// True time at the start.
    pub start: Moment,
    /// How long it went on.
    pub length: Nanos,
    /// Every clock, hosts first, in the order of the file.
    pub clocks: Vec<Track>,
    /// Every request, in the order of time.
    pub requests: Vec<Dot>,
}

/// One clock's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Track {
    /// Whose clock.
    pub actor: String,
    /// What the actor is.
    pub role: Role,
    /// A host's window; `None` for the others.
    pub window: Option<Window>,
    /// Readings in the order of time. Two at the same moment are a jump; between two moments the
    /// clock is taken to have gone straight.
    pub samples: Vec<Sample>,
}

/// What an actor with a clock is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A KMS host.
    Host,
    /// A simulated computer.
    Machine,
    /// A time source.
    Source,
    /// The DNS server.
    Dns,
}

/// A clock's offset at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// True time since the start.
    pub at: Nanos,
    /// What the clock shows minus true time, in nanoseconds.
    pub offset: i128,
}

/// A request, where its sender's clock stood by its own bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dot {
    /// True time since the start.
    pub at: Nanos,
    /// Who asked.
    pub actor: String,
    /// The request's timestamp minus true time, in nanoseconds.
    pub offset: i128,
    /// What the host answered; `None` when no answer came.
    pub result: Option<HResult>,
}

impl Sample {
    /// A clock that shows `shown` at true time `now`, in a run that began at `start`.
    pub fn new(start: Moment, now: Moment, shown: FileTime) -> Self {
        Self { at: now.since(start), offset: offset(now, shown) }
    }
}

/// What a clock that shows `shown` at true time `now` is off by, in nanoseconds.
pub fn offset(now: Moment, shown: FileTime) -> i128 {
    shown.unix_nanos() - i128::from(now.0)
}
