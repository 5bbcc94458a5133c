//! What is told of runs: every text against its golden file, and against its own grammar.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "these are tests, and their helpers are tests too"
)]

#[path = "report/golden.rs"]
mod golden;
#[path = "report/hostile.rs"]
mod hostile;
#[path = "report/json.rs"]
mod json;
#[path = "report/junit.rs"]
mod junit;
#[path = "report/plot.rs"]
mod plot;
#[path = "report/suites.rs"]
mod suites;
#[path = "report/tap.rs"]
mod tap;
#[path = "report/text.rs"]
mod text;
