//! Who met a clock while it was wrong, and what was undone before anybody did.
//!
//! A clock is wrong for a cause: it was so at the start, or an order made it so. A cause is met once
//! somebody reads the clock for something while it is wrong, after the cause and before it is undone.
//! What moves a clock once is undone by whoever sets it, or turns it back to true time; what bends
//! it for good, such as a wrong rate, by a reset alone. An order that leaves the clock right is a
//! repair, and has nothing to be met.

use std::collections::BTreeMap;

use client_sim::clock::applied::Applied;
use client_sim::clock::operation::Operation;
use client_sim::clock::rate::Rate;
use client_sim::clock::reading::Reading;
use client_sim::clock::spec::{Anchor, ClockSpec};
use kms_proto::time::duration::Nanos;
use kms_proto::time::{FileTime, Moment};

use crate::world::actor::Actor;

/// Why a clock is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// It was wrong when its actor started.
    Start,
    /// An order of the plan, by its place.
    Order(usize),
}

/// What became of a cause; of several times the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Came {
    /// The clock was right all the same.
    Right,
    /// The clock was wrong, and nobody read it while it was.
    Unmet,
    /// Somebody read the clock while it was wrong.
    Met,
}

/// How a cause makes a clock wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nature {
    /// It moved the clock: whoever sets the clock undoes it.
    Moved {
        /// Whether the clock is wrong by it; until then, that is seen at its end.
        wrong: bool,
    },
    /// It bends the clock until a reset.
    Bent,
}

/// A cause that is not undone yet, and not met.
#[derive(Clone, Copy, Debug)]
struct Open {
    cause: Cause,
    since: Moment,
    nature: Nature,
}

/// What became of every cause so far.
#[derive(Clone, Debug, Default)]
pub struct Meetings {
    open: BTreeMap<Actor, Vec<Open>>,
    came: BTreeMap<(Actor, Cause), Came>,
    /// The exchanges that were looked at already.
    pub(super) exchanges: usize,
}

impl Meetings {
    /// An actor starts with this clock.
    pub fn started(&mut self, actor: Actor, clock: &ClockSpec, at: Moment) {
        if *clock != ClockSpec::default() {
            let moved = matches!(clock.anchor(), Anchor::Offset(offset, Rate::TRUE)
                if *clock == ClockSpec::offset(offset));
            let nature = if moved { Nature::Moved { wrong: true } } else { Nature::Bent };
            self.open(actor, Open { cause: Cause::Start, since: at, nature });
        }
    }

    /// A clock was turned, by whomever: what that undoes is over.
    pub fn turned(&mut self, actor: Actor, op: &str, applied: &Applied) {
        let Some(open) = self.open.get_mut(&actor) else { return };
        let (was_wrong, is_wrong) = (is_wrong(&applied.before), is_wrong(&applied.after));
        let reset = op == "reset";
        // A machine that starts with an empty battery has its clock set, too.
        let set = matches!(op, "set" | "start") && applied.note.is_none();
        let came = &mut self.came;
        let mut is_over = |open: &mut Open| {
            let over = match &mut open.nature {
                Nature::Bent => reset,
                Nature::Moved { wrong } => {
                    *wrong |= was_wrong;
                    reset || set || !*wrong || !is_wrong
                }
            };
            if over {
                open.close(came, actor);
            }
            over
        };
        // A cause that was seen to make the clock wrong is over only where all such are. One that was
        // not came last: whether it does is seen when the clock is next turned.
        let all = reset || set || !is_wrong;
        let unseen = |open: &&Open| open.nature == Nature::Moved { wrong: false };
        let first = open.len() - open.iter().rev().take_while(unseen).count();
        let looked_at = open.split_off(if all { 0 } else { first });
        open.extend(
            looked_at.into_iter().filter_map(|mut one| (!is_over(&mut one)).then_some(one)),
        );
    }

    /// An order was carried out, and had this operation.
    pub fn ordered(&mut self, actor: Actor, order: usize, what: &Operation, applied: &Applied) {
        let cause = Cause::Order(order);
        match nature(what, is_wrong(&applied.after)) {
            Some(nature) => self.open(actor, Open { cause, since: applied.at, nature }),
            None => came(&mut self.came, (actor, cause), Came::Right),
        }
    }

    /// Somebody read a clock for something: this is what it gave.
    pub fn read(&mut self, actor: Actor, reading: &Reading) {
        if !is_wrong(reading) {
            return;
        }
        let Some(open) = self.open.get_mut(&actor).filter(|open| !open.is_empty()) else { return };
        let at = true_time(reading);
        let all = &mut self.came;
        open.retain(|open| {
            let met = open.since <= at;
            if met {
                came(all, (actor, open.cause), Came::Met);
            }
            !met
        });
    }

    /// The end: this is what an actor's clock shows there.
    pub fn end(&mut self, actor: Actor, shows: &Reading) {
        for mut open in self.open.remove(&actor).unwrap_or_default() {
            if let Nature::Moved { wrong } = &mut open.nature {
                *wrong |= is_wrong(shows);
            }
            open.close(&mut self.came, actor);
        }
    }

    /// What became of a cause; `None` of one that was not there.
    pub fn came(&self, actor: Actor, cause: Cause) -> Option<Came> {
        self.came.get(&(actor, cause)).copied()
    }

    fn open(&mut self, actor: Actor, open: Open) {
        self.open.entry(actor).or_default().push(open);
    }
}

impl Open {
    /// It is over, and was not met.
    fn close(self, all: &mut BTreeMap<(Actor, Cause), Came>, actor: Actor) {
        let right = self.nature == Nature::Moved { wrong: false };
        came(all, (actor, self.cause), if right { Came::Right } else { Came::Unmet });
    }
}

fn came(all: &mut BTreeMap<(Actor, Cause), Came>, of: (Actor, Cause), now: Came) {
    let known = all.entry(of).or_insert(now);
    *known = (*known).max(now);
}

fn is_wrong(reading: &Reading) -> bool {
    reading.injected.ticks != 0
}

/// When a reading was taken.
fn true_time(reading: &Reading) -> Moment {
    let ticks = i128::from(reading.filetime.0) - reading.injected.ticks;
    Moment::from_filetime(FileTime(u64::try_from(ticks).unwrap_or(0)))
}

/// How an operation makes a clock wrong that it leaves wrong, or right; `None` where it does not.
fn nature(operation: &Operation, wrong: bool) -> Option<Nature> {
    let bent = |bends: bool| if bends { Nature::Bent } else { Nature::Moved { wrong: false } };
    match operation {
        Operation::Check | Operation::Reset | Operation::Snapshot { .. } => None,
        Operation::Step(_) | Operation::Set(_) | Operation::Rollback { .. } => {
            wrong.then_some(Nature::Moved { wrong })
        }
        Operation::Slew(_)
        | Operation::Resume { .. }
        | Operation::Pause { .. }
        | Operation::Zone(_)
        | Operation::ClampForward(_)
        | Operation::Raw(_) => Some(Nature::Moved { wrong: false }),
        Operation::Rate(rate) => Some(bent(*rate != Rate::TRUE)),
        Operation::Jitter(jitter) => Some(bent(jitter.size() != Nanos(0))),
        Operation::Freeze
        | Operation::Strobe(_)
        | Operation::Walk { .. }
        | Operation::Sine(_)
        | Operation::Smear { .. }
        | Operation::Leap { .. }
        | Operation::DstMissed(_)
        | Operation::Battery(_) => Some(Nature::Bent),
    }
}
