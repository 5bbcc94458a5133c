//! The lines after the last run.

use std::fmt::Write as _;

use kms_proto::time::duration::Nanos;

use crate::console::{BAD, Console, GOOD};
use crate::exit::Exit;
use crate::report::clean::clean;
use crate::report::outcome::{Status, Suite};
use crate::report::totals::{self, Totals};
use crate::report::units;

/// Failing seeds named at most; the JSON summary has them all.
const SEEDS_NAMED: usize = 20;

/// Every status with its words for one run and for more, in the order they are told.
const WORDS: [(Status, &str, &str); 11] = [
    (Status::Passed, "passed", "passed"),
    (Status::Failed, "failed", "failed"),
    (Status::Missed, "miss", "misses"),
    (Status::Over, "over threshold", "over threshold"),
    (Status::OutOfTime, "out of time", "out of time"),
    (Status::Nondeterministic, "nondeterministic", "nondeterministic"),
    (Status::Invalid, "invalid", "invalid"),
    (Status::CannotStart, "not started", "not started"),
    (Status::Internal, "internal error", "internal errors"),
    (Status::CutShort, "cut short", "cut short"),
    (Status::NotRun, "not run", "not run"),
];

/// `10 passed, 1 failed, 1 miss in 0.02 s  (sim 9d 4h, 39 600 000x)   repeat: …`, with the failing
/// seeds above it where several were run. Each line has its end.
pub fn tail(suite: &Suite, console: &Console<'_>) -> String {
    let totals = Totals::of(suite);
    let mut text = String::new();
    if suite.runs.iter().any(|run| run.seed_in_name) && !totals.failing_seeds.is_empty() {
        let shown: Vec<String> =
            totals.failing_seeds.iter().take(SEEDS_NAMED).map(u64::to_string).collect();
        let more = match totals.failing_seeds.len().saturating_sub(SEEDS_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = writeln!(text, "failing seeds: {}{more}", shown.join(", "));
    }
    let style = if suite.exit() == Exit::Ok { GOOD } else { BAD };
    let _ = writeln!(
        text,
        "{} in {} s{}   repeat: {}",
        console.paint(style, &counts(suite)),
        units::seconds_text(suite.wall),
        simulated(totals.sim, suite.wall),
        clean(&suite.plan.repeat)
    );
    text
}

/// `10 passed, 1 failed, 1 miss`.
fn counts(suite: &Suite) -> String {
    let parts: Vec<String> = WORDS
        .iter()
        .map(|(status, one, many)| (totals::count(suite, *status), one, many))
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", units::plural(count, one, many)))
        .collect();
    if parts.is_empty() { "nothing selected".to_owned() } else { parts.join(", ") }
}

/// `  (sim 9d 4h, 39 600 000x)`; nothing where no time was simulated.
fn simulated(sim: Nanos, wall: Nanos) -> String {
    if sim.0 == 0 {
        return String::new();
    }
    let ratio = units::ratio(sim, wall)
        .map(|ratio| format!(", {}x", units::grouped(units::three_digits(ratio))))
        .unwrap_or_default();
    format!("  (sim {}{ratio})", units::span_apart(sim))
}
