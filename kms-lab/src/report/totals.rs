//! Sums over a suite, which every report tells the same.

use std::collections::BTreeSet;

use kms_proto::time::duration::Nanos;

use crate::report::outcome::{Assertions, Bytes, Run, Status, Suite};

/// Sums over the runs of a suite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Simulated time.
    pub sim: Nanos,
    /// The most machines in one run.
    pub clients: u64,
    /// Requests judged.
    pub exchanges: u64,
    /// Those of them refused.
    pub refused: u64,
    /// Events of the worlds' queues.
    pub events: u64,
    /// Bytes of KMS messages.
    pub bytes: Bytes,
    /// How statements fared.
    pub assertions: Assertions,
    /// Seeds that were run.
    pub seeds: BTreeSet<u64>,
    /// Seeds with a run that failed; one that a signal kept from its end proves nothing of its seed.
    pub failing_seeds: BTreeSet<u64>,
}

impl Totals {
    /// The sums over `suite`.
    pub fn of(suite: &Suite) -> Self {
        let mut totals = Self::default();
        for run in &suite.runs {
            totals.add(run);
        }
        totals
    }

    fn add(&mut self, run: &Run) {
        self.sim.0 = self.sim.0.saturating_add(run.sim.0);
        self.clients = self.clients.max(run.clients);
        self.exchanges += run.exchanges;
        self.refused += run.refused;
        self.events += run.events;
        self.bytes.received += run.bytes.received;
        self.bytes.answered += run.bytes.answered;
        self.assertions.met += run.assertions.met;
        self.assertions.unmet += run.assertions.unmet;
        self.assertions.hit += run.assertions.hit;
        self.assertions.missed += run.assertions.missed;
        self.seeds.insert(run.seed);
        if run.has_failed() {
            self.failing_seeds.insert(run.seed);
        }
    }
}

/// Runs that ended as `status` says.
pub fn count(suite: &Suite, status: Status) -> u64 {
    let those = suite.runs.iter().filter(|run| run.status() == status).count();
    u64::try_from(those).unwrap_or(u64::MAX)
}
