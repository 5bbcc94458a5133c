//! Carries out what the service asks for, on a machine's own clock.

use kms_proto::time::Moment;
use kms_proto::windows::event::Event;
use kms_proto::windows::event::time_changed::{Reason, TimeChanged};

use crate::clock::Clock;
use crate::clock::applied::Applied;
use crate::clock::operation::Operation;
use crate::time_service::act::{Act, Query};

/// What was done, and what is left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enacted {
    /// Questions to be asked.
    pub queries: Vec<Query>,
    /// Entries of the System log, in order.
    pub events: Vec<Event>,
    /// What happened to the clock.
    pub turns: Vec<(Operation, Applied)>,
}

/// Turns the clock and stamps the events, in the order of the acts.
pub fn enact(acts: Vec<Act>, clock: &mut Clock, now: Moment) -> Enacted {
    let mut done = Enacted::default();
    for act in acts {
        let operation = match act {
            Act::Ask(query) => {
                done.queries.push(query);
                continue;
            }
            Act::Log(event) => {
                done.events.push(event.event(clock.peek(now).wall));
                continue;
            }
            Act::Step(by) => Operation::Step(by),
            Act::Slew(slew) => Operation::Slew(slew),
        };
        let applied = clock.apply(now, &operation);
        let (from, to) = (applied.before.wall, applied.after.wall);
        if from != to {
            done.events.push(TimeChanged { to, from, reason: Reason::Set }.event());
        }
        done.turns.push((operation, applied));
    }
    done
}
