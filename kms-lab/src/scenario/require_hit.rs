//! `[[require_hit]]`: what must really have happened, or the run proves nothing.

use crate::scenario::bounds::Bounds;
use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::ID;
use crate::scenario::machine::Named;
use crate::scenario::source::At;

/// Something that must have happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequireHit {
    /// What.
    pub what: Hit,
    /// How often.
    pub times: Bounds,
    /// Where it was written.
    pub written: At,
}

/// What must have happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A fault, by id, was applied.
    Fault(String),
    /// A skew of an actor was computed from bytes on the wire and was not 0.
    Clock(String),
}

/// A requirement.
pub static SHAPE: Shape = Shape {
    name: "[[require_hit]]",
    about: "What must really have happened, or the run proves nothing (exit 7).",
    keys: &[
        Key::new("fault", Form::Text(&ID), "A fault that must have been applied.").fixed(),
        Key::new(
            "clock",
            Form::Text(&ID),
            "A machine or host whose wrong clock must have been seen on the wire.",
        )
        .fixed(),
        Key::new("min", Form::Integer(1, u64::MAX), "How often at least; 1 if left out."),
        Key::new("max", Form::Integer(1, u64::MAX), "How often at most; no limit if left out."),
    ],
    instead: &[],
};

/// Reads a requirement; the ids it names go to the lists.
pub fn read<'a>(
    fields: &Fields<'a>,
    faults: &mut Vec<Named<'a>>,
    computers: &mut Vec<Named<'a>>,
) -> Option<RequireHit> {
    let (fault, clock) = (fields.text("fault"), fields.text("clock"));
    faults.extend(fault.map(|id| (id, fields.at("fault"))));
    computers.extend(clock.map(|id| (id, fields.at("clock"))));
    let least = fields.integer("min").unwrap_or(1);
    let most = fields.integer("max").unwrap_or(u64::MAX);
    let times = Bounds::new(least, most);
    if times.is_none() {
        fields.wrong("max", "at most is less than at least", "");
    }
    let what = match (fault, clock) {
        (Some(fault), None) => Hit::Fault(fault.to_owned()),
        (None, Some(clock)) => Hit::Clock(clock.to_owned()),
        _ => {
            let message = "a requirement names a fault or a clock";
            fields.reading.wrong(fields.at, message, "fault = \"…\" or clock = \"…\"");
            return None;
        }
    };
    Some(RequireHit { what, times: times?, written: fields.at })
}
