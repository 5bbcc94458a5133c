//! A run's line, and the lines below it when something is wrong.

use anstyle::Style;

use crate::console::{BAD, Console, GOOD};
use crate::report::clean::clean;
use crate::report::outcome::{Run, Status};
use crate::report::text::columns::Columns;
use crate::report::text::trouble;
use crate::report::trouble::Trouble;
use crate::report::units;

/// What stands before each line below a run's own.
const INDENT: &str = "      ";

/// The lines of `run`, each with its end.
pub fn run(run: &Run, columns: Columns, console: &Console<'_>) -> String {
    let status = run.status();
    let (word, style) = word(status);
    let label = clean(&run.label());
    let width = columns.label;
    // A miss is told on the run's own line: its numbers say nothing.
    let missed = |trouble: &Trouble| matches!(trouble, Trouble::Missed(_));
    let told = match status {
        Status::Missed => run.troubles.iter().position(missed),
        _ => None,
    };
    let first = told.and_then(|index| run.troubles.get(index));
    let numbers = match (status, first) {
        (Status::Invalid | Status::CannotStart, _) => String::new(),
        (_, Some(miss)) => {
            format!("{}   {}", units::stopwatch(run.wall), trouble::sentence(miss))
        }
        (_, None) => format!("{}   {}", units::stopwatch(run.wall), numbers(run)),
    };
    let line = format!("{}  {label:<width$}{numbers}", console.paint(style, word));
    let mut text = format!("{}\n", line.trim_end());
    let mut below = |line: &str| {
        text.push_str(INDENT);
        text.push_str(line);
        text.push('\n');
    };
    if let Some(Trouble::Missed(miss)) = first
        && let Some(place) = &miss.place
    {
        below(&clean(&format!("{place}  {}", miss.statement)));
    }
    for (index, trouble) in run.troubles.iter().enumerate() {
        if told == Some(index) {
            continue;
        }
        let (first, evidence) = trouble::lines_of(trouble);
        below(&first);
        for line in &evidence {
            below(line);
        }
    }
    if status != Status::Passed && run.seed_in_name {
        below(&format!("repeat: {}", clean(&run.repeat)));
    }
    text
}

/// Four letters for the status, and their colour.
fn word(status: Status) -> (&'static str, Style) {
    match status {
        Status::Passed => ("PASS", GOOD),
        Status::Failed => ("FAIL", BAD),
        Status::Missed => ("MISS", BAD),
        Status::Over => ("OVER", BAD),
        Status::OutOfTime => ("LATE", BAD),
        Status::CutShort => ("CUT ", BAD),
        Status::NotRun => ("SKIP", BAD),
        Status::Nondeterministic => ("DIFF", BAD),
        Status::Invalid => ("VOID", BAD),
        Status::CannotStart => ("STOP", BAD),
        Status::Internal => ("BUG ", BAD),
    }
}

/// `sim 2d        29 exchanges   1 refused`.
fn numbers(run: &Run) -> String {
    let noun = units::plural(run.exchanges, "exchange", "exchanges");
    let refused = match run.refused {
        0 => String::new(),
        count => format!("   {count} refused"),
    };
    format!("sim {:<6} {:>5} {noun:<9}{refused}", units::span(run.sim), run.exchanges)
}
