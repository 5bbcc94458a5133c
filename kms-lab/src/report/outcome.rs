//! How runs ended: what the world fills in and every report is made from.

use std::fmt;

use kms_proto::time::duration::Nanos;
use serde::Serialize;

use crate::exit::Exit;
use crate::report::trouble::Trouble;
use crate::report::verdict;
use crate::signal::Signal;

/// Lines of the journal that a report shows.
pub const TAIL: usize = 20;

/// What is known before the first run begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The program's version, such as `0.1.0`.
    pub version: String,
    /// The commit it was built from, shortened, where the build knew it.
    pub commit: Option<String>,
    /// The seeds, as typed: `42`, `1..50`.
    pub seeds: String,
    /// Where time comes from.
    pub mode: Mode,
    /// What a repetition is held to.
    pub level: Level,
    /// How many runs there are to be: scenarios by points by seeds, of this shard.
    pub runs: usize,
    /// The command that does all of it again.
    pub repeat: String,
}

/// All runs of one command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suite {
    /// What was planned.
    pub plan: Plan,
    /// The runs, in the order of the plan.
    pub runs: Vec<Run>,
    /// Real time from the first run's start to the last one's end.
    pub wall: Nanos,
    /// Each run was to be done twice and the journals compared.
    pub determinism_checked: bool,
    /// The signal that cut it short, where one did.
    pub cut_by: Option<Signal>,
    /// The machine it ran on.
    pub machine: Machine,
}

/// One scenario at one point of its sweep with one seed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The scenario file as it was named on the command line.
    pub file: String,
    /// The scenario's name.
    pub name: String,
    /// The point of the sweep, where there is one: `client.fast.clock=+4h100ns`.
    pub point: Option<String>,
    /// The seed.
    pub seed: u64,
    /// Several seeds are run, so that the seed belongs to the name.
    pub seed_in_name: bool,
    /// Where time came from.
    pub mode: Mode,
    /// What a repetition is held to.
    pub level: Level,
    /// What is wrong, in the order found; empty when the run passed.
    pub troubles: Vec<Trouble>,
    /// Real time it took.
    pub wall: Nanos,
    /// Simulated time it covered.
    pub sim: Nanos,
    /// Simulated machines.
    pub clients: u64,
    /// Requests a host judged.
    pub exchanges: u64,
    /// Those of them answered with an error.
    pub refused: u64,
    /// Events of the world's queue.
    pub events: u64,
    /// Bytes of the PDUs of exchanges.
    pub bytes: Bytes,
    /// How the file's statements fared.
    pub assertions: Assertions,
    /// It was done twice, and what the two runs told was compared.
    pub compared: bool,
    /// The hash of the journal, named: `sha256:…`.
    pub journal_hash: Option<String>,
    /// The journal's last lines without line ends; reports show [`TAIL`] of them.
    pub journal_tail: Vec<String>,
    /// The command that does this run again.
    pub repeat: String,
}

/// Bytes of the PDUs of exchanges, refusals included, seen from the hosts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bytes {
    /// Received.
    #[serde(rename = "in")]
    pub received: u64,
    /// Answered.
    #[serde(rename = "out")]
    pub answered: u64,
}

/// How the file's statements fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Assertions {
    /// `[[expect]]` that came true.
    pub met: u64,
    /// `[[expect]]` that did not.
    pub unmet: u64,
    /// `[[require_hit]]` that were seen.
    pub hit: u64,
    /// `[[require_hit]]` that were not.
    pub missed: u64,
}

/// Where a run's time comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The world's own clock.
    #[default]
    Virtual,
    /// The wall clock, over loopback.
    Real,
    /// The wall clock, made faster.
    RealScaled,
    /// Some runs one way, some another.
    Mixed,
}

/// What a repetition of a run is held to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Level {
    /// The same journal, byte by byte.
    #[default]
    D0,
    /// The same journal without wall times and ports.
    D1,
    /// The same decisions for each client.
    D2,
}

/// The machine runs took place on, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// The processor's name.
    pub cpu: Option<String>,
    /// Processors that may be used.
    pub cores: Option<usize>,
    /// The system: `linux`.
    pub os: String,
    /// The compiler's version.
    pub rustc: Option<String>,
    /// `release` or `debug`.
    pub profile: String,
}

/// How a run ended, in one word: the first of its troubles in the order of the exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Nothing is wrong.
    Passed,
    /// An expectation did not come true.
    Failed,
    /// Something that had to happen never did.
    Missed,
    /// A threshold was passed.
    Over,
    /// A limit was reached.
    OutOfTime,
    /// A signal ended it.
    CutShort,
    /// A signal came before it was begun.
    NotRun,
    /// Two runs differ.
    Nondeterministic,
    /// The file is invalid.
    Invalid,
    /// Something could not start.
    CannotStart,
    /// The simulator itself failed.
    Internal,
}

impl Suite {
    /// Every exit code that applies, the one that wins first; empty when all passed.
    pub fn exits(&self) -> Vec<Exit> {
        let mut exits = verdict::all(self.runs.iter().flat_map(|run| &run.troubles));
        if self.runs.is_empty() {
            exits.push(Exit::NothingSelected);
        }
        // A signal may come when the last run was just done.
        if let Some(exit) = self.cut_by.map(Signal::exit).filter(|exit| !exits.contains(exit)) {
            exits.insert(0, exit);
        }
        exits
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.exits().first().copied().unwrap_or(Exit::Ok)
    }
}

impl Run {
    /// `name[/point][@seed]`; the file's name where the scenario's could not be read.
    pub fn label(&self) -> String {
        let mut label = if self.name.is_empty() { self.file.clone() } else { self.name.clone() };
        if let Some(point) = &self.point {
            label.push('/');
            label.push_str(point);
        }
        if self.seed_in_name {
            label.push('@');
            label.push_str(&self.seed.to_string());
        }
        label
    }

    /// The journal's last lines, as many as a report shows.
    pub fn tail(&self) -> &[String] {
        let skipped = self.journal_tail.len().saturating_sub(TAIL);
        self.journal_tail.get(skipped..).unwrap_or_default()
    }

    /// The exit code it asks for.
    pub fn exit(&self) -> Exit {
        verdict::exit(&self.troubles)
    }

    /// Whether something is wrong with it besides that a signal kept it from its end.
    pub fn has_failed(&self) -> bool {
        let cut = |trouble: &Trouble| {
            matches!(trouble, Trouble::CutShort { .. } | Trouble::NotRun { .. })
        };
        self.status() != Status::Passed && !self.troubles.iter().all(cut)
    }

    /// Whether it was begun at all before a signal came.
    fn was_begun(&self) -> bool {
        !self.troubles.iter().any(|trouble| matches!(trouble, Trouble::NotRun { .. }))
    }

    /// How it ended.
    pub fn status(&self) -> Status {
        match self.exit() {
            Exit::Internal | Exit::Usage | Exit::Windows(_) => Status::Internal,
            Exit::Invalid => Status::Invalid,
            Exit::CannotStart => Status::CannotStart,
            Exit::Nondeterministic => Status::Nondeterministic,
            Exit::Failed => Status::Failed,
            Exit::OverThreshold => Status::Over,
            Exit::Inconclusive => Status::Missed,
            Exit::OutOfTime => Status::OutOfTime,
            Exit::Interrupted | Exit::Terminated if self.was_begun() => Status::CutShort,
            Exit::Interrupted | Exit::Terminated => Status::NotRun,
            Exit::Ok | Exit::NothingSelected => Status::Passed,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Virtual => "virtual",
            Self::Real => "real",
            Self::RealScaled => "real-scaled",
            Self::Mixed => "mixed",
        })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::D0 => "D0",
            Self::D1 => "D1",
            Self::D2 => "D2",
        })
    }
}
