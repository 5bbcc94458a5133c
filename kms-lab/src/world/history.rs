//! What happened in a world, as values: what expectations are held against.

use client_sim::activation::Outcome;
use client_sim::clock::reading::Reading;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_sim::exchange::Exchange;
use kms_sim::fault::notes::Notes;

use crate::prompt::reply::Reply;
use crate::world::actor::Actor;
use crate::world::plan::Typing;

/// Everything that happened.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Tries that came to an end, in that order.
    pub tries: Vec<Tried>,
    /// Exchanges, in the order hosts judged them.
    pub exchanges: Vec<Exchanged>,
    /// Acts that were done, in order.
    pub acts: Vec<Acted>,
    /// What happened to clocks, in order.
    pub turns: Vec<Turned>,
    /// Commands, in the order they were given to a prompt.
    pub commands: Vec<Typed>,
    /// Events of the queue.
    pub events: u64,
}

/// A machine's try with one host; an attempt has as many as it takes.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Which machine.
    pub machine: usize,
    /// Which host; `None` where there was none of that name.
    pub host: Option<usize>,
    /// Which of the machine's attempts, from 1.
    pub attempt: u64,
    /// When it began, since the start.
    pub began: Nanos,
    /// When it ended.
    pub ended: Nanos,
    /// What the machine's clock read.
    pub reading: Reading,
    /// The exchanges it came to: their places in [`History::exchanges`].
    pub exchanges: Vec<usize>,
    /// What came of it on every surface.
    pub outcome: Outcome,
    /// Where and why there was no reply, when there was none.
    pub detail: Option<String>,
    /// The faults that bent it, by id: those of its exchanges and those that kept one away.
    pub faults: Vec<String>,
    /// The attempt ended with it: no other host was left to try, or none was needed.
    pub last: bool,
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
    /// The faults that bent it, and those that nearly did.
    pub notes: Notes,
}

/// An operation on a clock that was carried out.
#[derive(Clone, Copy, Debug)]
pub struct Turned {
    /// When, since the start.
    pub at: Nanos,
    /// Whose clock.
    pub actor: Actor,
    /// What it was off by before, in nanoseconds.
    pub before: i128,
    /// What it was off by after.
    pub after: i128,
}

/// A command that was given to a computer's prompt.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The id of the step it belongs to; empty where somebody typed it by hand.
    pub id: String,
    /// Whose prompt.
    pub actor: Actor,
    /// What was typed.
    pub typing: Typing,
    /// When it was typed, since the start; while it waits for the prompt, when it was given.
    pub began: Nanos,
    /// What the computer's clock showed then.
    pub clock: FileTime,
    /// What came of it, and when it ended; `None` while it has not.
    pub end: Option<(Nanos, Reply)>,
}

/// An act that was done.
#[derive(Clone, Copy, Debug)]
pub struct Acted {
    /// Its place in the plan.
    pub act: usize,
    /// When, since the start.
    pub at: Nanos,
}
