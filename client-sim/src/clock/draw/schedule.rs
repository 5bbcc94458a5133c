//! A few operations around the edges of a window.

use kms_proto::time::duration::Nanos;

use crate::clock::draw::{Boundary, Words};
use crate::clock::event::ClockEvent;
use crate::clock::operation::Operation;
use crate::clock::set::SetTo;
use crate::clock::shape::strobe::Strobe;
use crate::clock::trigger::Trigger;

/// Two to six operations, one to 120 minutes from each to the next.
pub(super) fn drawn(boundary: Boundary, words: Words<'_>) -> Vec<ClockEvent> {
    let count = words.between(2, 6, "operations");
    let mut at = Nanos(0);
    let mut events = Vec::new();
    for number in 1..=count {
        let pause = words.between(1, 120, &format!("pause-{number}"));
        at = Nanos(at.0.saturating_add(Nanos::minutes(pause).0));
        let operation = operation(boundary, words, &format!("-{number}"));
        events.push(ClockEvent { trigger: Trigger::At(at), operation });
    }
    events
}

fn operation(boundary: Boundary, words: Words<'_>, which: &str) -> Operation {
    let name = |name: &str| format!("{name}{which}");
    let bump = Operation::Step(boundary.edge(words, which));
    match words.below(4, &name("operation")) {
        0 => bump,
        1 => {
            let period = Nanos::minutes(words.between(1, 60, &name("period")));
            let length = Nanos::hours(words.between(1, 6, &name("for")));
            let strobe = Strobe::new(boundary.edge(words, which), period, length);
            strobe.map_or(bump, Operation::Strobe)
        }
        2 => {
            let sync = words.below(2, &name("sync")) == 0;
            Operation::Pause { length: boundary.behind(words, which), sync }
        }
        _ => Operation::Set(SetTo::Offset(boundary.edge(words, which))),
    }
}
