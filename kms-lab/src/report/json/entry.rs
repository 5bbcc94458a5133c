//! One run in the JSON summary.

use serde::Serialize;

use crate::report::outcome::{Assertions, Bytes, Level, Mode, Run, Status};
use crate::report::trouble::Trouble;
use crate::report::units::seconds;

/// A run with its label, its status and its times in seconds.
#[derive(Serialize)]
pub struct Entry<'a> {
    label: String,
    file: &'a str,
    name: &'a str,
    point: Option<&'a str>,
    seed: u64,
    mode: Mode,
    level: Level,
    status: Status,
    exit: u8,
    wall_s: f64,
    sim_s: f64,
    clients: u64,
    exchanges: u64,
    refused: u64,
    events: u64,
    bytes: Bytes,
    assertions: Assertions,
    troubles: &'a [Trouble],
    compared: bool,
    journal_hash: Option<&'a str>,
    journal_tail: &'a [String],
    repeat: &'a str,
}

impl<'a> From<&'a Run> for Entry<'a> {
    fn from(run: &'a Run) -> Self {
        Self {
            label: run.label(),
            file: &run.file,
            name: &run.name,
            point: run.point.as_deref(),
            seed: run.seed,
            mode: run.mode,
            level: run.level,
            status: run.status(),
            exit: run.exit().code(),
            wall_s: seconds(run.wall),
            sim_s: seconds(run.sim),
            clients: run.clients,
            exchanges: run.exchanges,
            refused: run.refused,
            events: run.events,
            bytes: run.bytes,
            assertions: run.assertions,
            troubles: &run.troubles,
            compared: run.compared,
            journal_hash: run.journal_hash.as_deref(),
            journal_tail: run.tail(),
            repeat: &run.repeat,
        }
    }
}
