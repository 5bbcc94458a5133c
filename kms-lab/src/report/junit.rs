//! Runs as `JUnit` XML, in the dialect Jenkins reads and nextest writes.
//!
//! One suite a file, one case a run. XML cannot hold control characters at all: the writer drops
//! them, together with terminal colours.

use std::collections::BTreeMap;
use std::time::Duration;

use kms_proto::time::duration::Nanos;
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use crate::report::outcome::{Run, Status, Suite};
use crate::report::text::trouble;
use crate::report::trouble::Trouble;

/// A suite as an XML document.
///
/// # Errors
///
/// When the document cannot be written, which a text in memory does not do.
pub fn junit(suite: &Suite) -> Result<String, quick_junit::SerializeError> {
    let mut report = Report::new("kmslab");
    report.set_time(duration(suite.wall));
    let mut files: BTreeMap<usize, (&str, Vec<&Run>)> = BTreeMap::new();
    let mut order: BTreeMap<&str, usize> = BTreeMap::new();
    for run in &suite.runs {
        let next = order.len();
        let index = *order.entry(&run.file).or_insert(next);
        files.entry(index).or_insert((&run.file, Vec::new())).1.push(run);
    }
    for (file, runs) in files.values() {
        report.add_test_suite(of_file(suite, file, runs));
    }
    report.to_string()
}

fn of_file(suite: &Suite, file: &str, runs: &[&Run]) -> TestSuite {
    let mut test_suite = TestSuite::new(file);
    let total: i64 = runs.iter().map(|run| run.wall.0).fold(0, i64::saturating_add);
    test_suite.set_time(duration(Nanos(total)));
    let plan = &suite.plan;
    for (name, value) in [
        ("seed", plan.seeds.clone()),
        ("level", plan.level.to_string()),
        ("mode", plan.mode.to_string()),
        ("version", plan.version.clone()),
        ("commit", plan.commit.clone().unwrap_or_default()),
    ] {
        if !value.is_empty() {
            test_suite.add_property(Property::new(name, value));
        }
    }
    test_suite.add_test_cases(runs.iter().map(|run| case(run)));
    test_suite
}

fn case(run: &Run) -> TestCase {
    let mut case = TestCase::new(run.label(), status(run));
    case.set_classname(run.file.as_str());
    case.set_time(duration(run.wall));
    let assertions = run.assertions;
    let made = assertions.met + assertions.unmet + assertions.hit + assertions.missed;
    case.set_assertions(usize::try_from(made).unwrap_or(usize::MAX));
    for (name, value) in [
        ("seed", run.seed.to_string()),
        ("level", run.level.to_string()),
        ("mode", run.mode.to_string()),
    ] {
        case.add_property(Property::new(name, value));
    }
    let mut out = format!("repeat: {}\n", run.repeat);
    for line in run.tail() {
        out.push_str(line);
        out.push('\n');
    }
    case.set_system_out(out);
    case
}

/// The run's gravest trouble as the element's message; all of them as its text.
fn status(run: &Run) -> TestCaseStatus {
    let mut status = match run.status() {
        Status::Passed => return TestCaseStatus::success(),
        Status::Missed | Status::NotRun => TestCaseStatus::skipped(),
        Status::Failed | Status::Over | Status::OutOfTime => {
            TestCaseStatus::non_success(NonSuccessKind::Failure)
        }
        Status::Nondeterministic
        | Status::Invalid
        | Status::CannotStart
        | Status::CutShort
        | Status::Internal => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    let gravest = run.troubles.iter().find(|trouble| trouble.exit() == run.exit());
    if let Some(trouble) = gravest {
        status.set_message(trouble::sentence(trouble)).set_type(kind(trouble));
    }
    let mut description = String::new();
    for trouble in &run.troubles {
        let (first, evidence) = trouble::lines_of(trouble);
        for line in [first].iter().chain(&evidence) {
            description.push_str(line);
            description.push('\n');
        }
    }
    status.set_description(description);
    status
}

/// What went wrong in one word.
const fn kind(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Internal { .. } => "internal",
        Trouble::Invalid(_) => "invalid",
        Trouble::CannotStart { .. } => "cannot-start",
        Trouble::Nondeterministic(_) => "nondeterministic",
        Trouble::Unmet(_) => "expect",
        Trouble::Over(_) => "threshold",
        Trouble::Missed(_) => "miss",
        Trouble::OutOfTime { .. } => "limit",
        Trouble::CutShort { .. } => "cut-short",
        Trouble::NotRun { .. } => "not-run",
    }
}

fn duration(length: Nanos) -> Duration {
    Duration::from_nanos(u64::try_from(length.0).unwrap_or(0))
}
