//! Which exit code wins when several apply.

use crate::exit::Exit;
use crate::report::trouble::Trouble;

/// The exit codes of runs, the one that wins first. Of a command that was cut short, that it was
/// cut short is the result.
pub const PRECEDENCE: [Exit; 10] = [
    Exit::Interrupted,
    Exit::Terminated,
    Exit::Internal,
    Exit::Invalid,
    Exit::CannotStart,
    Exit::Nondeterministic,
    Exit::Failed,
    Exit::OverThreshold,
    Exit::Inconclusive,
    Exit::OutOfTime,
];

/// Every exit code that applies, in the order of precedence; empty when nothing is wrong.
pub fn all<'a>(troubles: impl IntoIterator<Item = &'a Trouble>) -> Vec<Exit> {
    let asked: Vec<Exit> = troubles.into_iter().map(Trouble::exit).collect();
    PRECEDENCE.into_iter().filter(|exit| asked.contains(exit)).collect()
}

/// The exit code that wins, `Ok` where nothing is wrong.
pub fn exit<'a>(troubles: impl IntoIterator<Item = &'a Trouble>) -> Exit {
    all(troubles).first().copied().unwrap_or(Exit::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::trouble::{Breach, Difference, Finding, Miss};
    use crate::signal::Signal;

    /// One trouble of each kind, in the order of precedence, with its code.
    fn every() -> Vec<(Trouble, u8)> {
        let message = || "m".to_owned();
        let miss =
            Miss { place: None, statement: message(), subject: message(), message: message() };
        let limit = Trouble::OutOfTime { limit: message(), message: message() };
        vec![
            (Trouble::CutShort { signal: Signal::Interrupt }, 130),
            (Trouble::NotRun { signal: Signal::Terminate }, 143),
            (Trouble::Internal { message: message() }, 1),
            (Trouble::Invalid(Finding::default()), 3),
            (Trouble::CannotStart { message: message() }, 8),
            (Trouble::Nondeterministic(Difference::default()), 6),
            (Trouble::Unmet(Finding::default()), 4),
            (Trouble::Over(Breach::default()), 5),
            (Trouble::Missed(miss), 7),
            (limit, 10),
        ]
    }

    #[test]
    fn of_any_two_the_earlier_wins() {
        let every = every();
        for (first, (winner, code)) in every.iter().enumerate() {
            for (loser, _) in every.iter().skip(first) {
                assert_eq!(exit([winner, loser]).code(), *code);
                assert_eq!(exit([loser, winner]).code(), *code);
            }
        }
    }

    #[test]
    fn all_are_told_once_each() {
        let every = every();
        let troubles = every.iter().rev().chain(&every).map(|(trouble, _)| trouble);
        let codes: Vec<u8> = all(troubles).into_iter().map(Exit::code).collect();
        assert_eq!(codes, [130, 143, 1, 3, 8, 6, 4, 5, 7, 10]);
        assert_eq!(exit([]), Exit::Ok);
    }
}
