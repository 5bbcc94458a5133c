//! What happened in a world, as values: what expectations are held against.

use client_sim::activation::Outcome;
use client_sim::clock::reading::Reading;
use kms_proto::time::duration::Nanos;
use kms_sim::exchange::Exchange;

/// Everything that happened.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Attempts that came to an end, in that order.
    pub attempts: Vec<Attempted>,
    /// Exchanges, in the order hosts judged them.
    pub exchanges: Vec<Exchanged>,
    /// Acts that were done, in order.
    pub acts: Vec<Acted>,
    /// Events of the queue.
    pub events: u64,
}

/// An attempt of a machine.
#[derive(Clone, Debug)]
pub struct Attempted {
    /// Which machine.
    pub machine: usize,
    /// Which of its attempts, from 1.
    pub ordinal: u64,
    /// When it began, since the start.
    pub began: Nanos,
    /// When it ended.
    pub ended: Nanos,
    /// What its clock read.
    pub reading: Reading,
    /// The exchanges it came to: their places in [`History::exchanges`].
    pub exchanges: Vec<usize>,
    /// What came of it on every surface.
    pub outcome: Outcome,
    /// Where and why there was no reply, when there was none.
    pub detail: Option<String>,
}

/// An exchange as its host saw it, with what only the world knows.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// When it was judged, since the start.
    pub at: Nanos,
    /// Which host.
    pub host: usize,
    /// Which machine.
    pub machine: usize,
    /// Which of its attempts.
    pub attempt: u64,
    /// What the machine's clock read.
    pub client: Reading,
    /// What the host's clock read.
    pub judged: Reading,
    /// The exchange.
    pub exchange: Exchange,
    /// The faults that bent it, by id.
    pub faults: Vec<String>,
}

/// An act that was done.
#[derive(Clone, Copy, Debug)]
pub struct Acted {
    /// Its place in the plan.
    pub act: usize,
    /// When, since the start.
    pub at: Nanos,
}
