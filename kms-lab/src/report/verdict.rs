//! Which exit code a suite ends with when several apply.

use crate::exit::Exit;
use crate::report::outcome::Suite;
use crate::report::trouble::Trouble;

/// The exit codes of runs, the one that wins first.
pub const PRECEDENCE: [Exit; 8] = [
    Exit::Internal,
    Exit::Invalid,
    Exit::CannotStart,
    Exit::Nondeterministic,
    Exit::Failed,
    Exit::OverThreshold,
    Exit::Inconclusive,
    Exit::OutOfTime,
];

/// Every exit code that applies, in the order of precedence; empty when all passed.
pub fn all<'a>(troubles: impl IntoIterator<Item = &'a Trouble>) -> Vec<Exit> {
    let asked: Vec<Exit> = troubles.into_iter().map(Trouble::exit).collect();
    PRECEDENCE.into_iter().filter(|exit| asked.contains(exit)).collect()
}

/// The exit code that wins, `Ok` where there is no trouble.
pub fn exit_of<'a>(troubles: impl IntoIterator<Item = &'a Trouble>) -> Exit {
    all(troubles).first().copied().unwrap_or(Exit::Ok)
}

/// The exit code of a suite; one without runs has selected nothing.
pub fn exit(suite: &Suite) -> Exit {
    if suite.runs.is_empty() {
        return Exit::NothingSelected;
    }
    exit_of(suite.runs.iter().flat_map(|run| &run.troubles))
}
