//! Runs as one JSON document, whose form is published in `docs/schema/summary.json`.

pub mod entry;

use kms_proto::time::duration::Nanos;
use serde::Serialize;

use crate::exit::Exit;
use crate::report::json::entry::Entry;
use crate::report::outcome::{Bytes, Level, Machine, Mode, Suite};
use crate::report::totals::Totals;
use crate::report::trouble::Trouble;
use crate::report::units::{rate, seconds};
use crate::signal::Signal;

/// The form's version; what a reader knows of it stays true for as long as it is the same.
pub const VERSION: u32 = 1;

/// The form, as a JSON Schema.
pub const SCHEMA: &str = include_str!("../../../docs/schema/summary.json");

/// A suite as a JSON text with a line end.
///
/// # Errors
///
/// When it cannot be written, which a text in memory does not do.
pub fn json(suite: &Suite) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&Summary::new(suite)).map(|text| text + "\n")
}

#[derive(Serialize)]
struct Summary<'a> {
    schema: u32,
    kind: &'static str,
    version: &'a str,
    commit: Option<&'a str>,
    mode: Mode,
    level: Level,
    repeat: &'a str,
    exit: Codes,
    /// The signal that ended it before all was done.
    cut_by: Option<Signal>,
    /// The first run's seed.
    seed: Option<u64>,
    seeds: Seeds<'a>,
    wall_s: f64,
    sim_s: f64,
    ratio: Option<f64>,
    exchanges: u64,
    refused: u64,
    exchanges_per_s: Option<f64>,
    events: u64,
    events_per_s: Option<f64>,
    clients: u64,
    bytes: Bytes,
    determinism: Determinism,
    assertions: Statements,
    env: &'a Machine,
    runs: Vec<Entry<'a>>,
}

/// The code the program ends with, and all that apply.
#[derive(Serialize)]
struct Codes {
    code: u8,
    all: Vec<u8>,
}

#[derive(Serialize)]
struct Seeds<'a> {
    asked: &'a str,
    run: usize,
    failed: Vec<u64>,
    per_s: Option<f64>,
}

#[derive(Serialize)]
struct Determinism {
    checked: bool,
    compared: usize,
    differing: usize,
}

#[derive(Serialize)]
struct Statements {
    always: Always,
    sometimes: Sometimes,
}

/// `[[expect]]`.
#[derive(Serialize)]
struct Always {
    pass: u64,
    fail: u64,
}

/// `[[require_hit]]`.
#[derive(Serialize)]
struct Sometimes {
    pass: u64,
    miss: u64,
}

impl<'a> Summary<'a> {
    fn new(suite: &'a Suite) -> Self {
        let (plan, wall) = (&suite.plan, suite.wall);
        let totals = Totals::of(suite);
        let differs = |trouble: &Trouble| matches!(trouble, Trouble::Nondeterministic(_));
        let differing = suite.runs.iter().filter(|run| run.troubles.iter().any(differs)).count();
        let compared = suite.runs.iter().filter(|run| run.compared).count();
        let Nanos(simulated) = totals.sim;
        let statements = totals.assertions;
        Self {
            schema: VERSION,
            kind: "sim",
            version: &plan.version,
            commit: plan.commit.as_deref(),
            mode: plan.mode,
            level: plan.level,
            repeat: &plan.repeat,
            exit: Codes {
                code: suite.exit().code(),
                all: suite.exits().into_iter().map(Exit::code).collect(),
            },
            cut_by: suite.cut_by,
            seed: suite.runs.first().map(|run| run.seed),
            seeds: Seeds {
                asked: &plan.seeds,
                run: totals.seeds.len(),
                per_s: rate(u64::try_from(totals.seeds.len()).unwrap_or(u64::MAX), wall),
                failed: totals.failing_seeds.into_iter().collect(),
            },
            wall_s: seconds(wall),
            sim_s: seconds(totals.sim),
            ratio: (wall.0 > 0).then(|| seconds(Nanos(simulated)) / seconds(wall)),
            exchanges: totals.exchanges,
            refused: totals.refused,
            exchanges_per_s: rate(totals.exchanges, wall),
            events: totals.events,
            events_per_s: rate(totals.events, wall),
            clients: totals.clients,
            bytes: totals.bytes,
            determinism: Determinism {
                checked: suite.determinism_checked && compared == suite.runs.len(),
                compared,
                differing,
            },
            assertions: Statements {
                always: Always { pass: statements.met, fail: statements.unmet },
                sometimes: Sometimes { pass: statements.hit, miss: statements.missed },
            },
            env: &suite.machine,
            runs: suite.runs.iter().map(Entry::from).collect(),
        }
    }
}
