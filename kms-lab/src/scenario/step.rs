//! `[[step]]`: what is done from outside, and when.

use kms_proto::time::duration::Nanos;

use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{ID, IDS, LENGTH, POSITIVE};
use crate::scenario::machine::Named;
use crate::scenario::source::At;
use crate::scenario::values;

/// Machines that are told to activate (`slmgr /ato`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPlan {
    /// Its id; its position, from 1, where it was given none.
    pub id: String,
    /// When, of true time since the start.
    pub at: Nanos,
    /// The machines or groups, in this order.
    pub run: Vec<String>,
    /// True time between one machine and the next.
    pub spread: Nanos,
    /// How often the step is repeated, the first time included.
    pub times: u64,
    /// True time between one repetition and the next.
    pub every: Nanos,
    /// Where it was written.
    pub written: At,
}

/// A step.
pub static SHAPE: Shape = Shape {
    name: "[[step]]",
    about: "Machines that are told to activate, as by slmgr /ato.",
    keys: &[
        Key::new("id", Form::Text(&ID), "Its name; its position, from 1, if left out.").fixed(),
        Key::new("at", Form::Text(&LENGTH), "When, of true time since the start.").required(),
        Key::new("run", IDS, "The machines, in this order.").required(),
        Key::new("spread", Form::Text(&LENGTH), "Between one machine and the next; 0."),
        Key::new("times", Form::Integer(1, 1_000_000), "How often; 1 if left out."),
        Key::new("every", Form::Text(&POSITIVE), "Between one time and the next."),
    ],
    instead: &[("machine", "write run"), ("activate", "write run")],
};

/// Reads a step; the machines it names go to `machines`.
pub fn read<'a>(
    fields: &Fields<'a>,
    position: usize,
    machines: &mut Vec<Named<'a>>,
) -> Option<StepPlan> {
    let run = fields.texts("run");
    machines.extend(&run);
    let (at, every) = (fields.get("at", values::length), fields.get("every", values::positive));
    let times = fields.integer("times").unwrap_or(1);
    if (times > 1) != every.is_some() && !(fields.has("times") && fields.has("every")) {
        fields.reading.wrong(fields.at, "times and every go together", "times = 3, every = \"1h\"");
    }
    Some(StepPlan {
        id: fields.text("id").map_or_else(|| position.to_string(), str::to_owned),
        at: at?,
        run: run.iter().map(|(id, _)| (*id).to_owned()).collect(),
        spread: fields.get("spread", values::length).unwrap_or_default(),
        times,
        every: every.unwrap_or_default(),
        written: fields.at,
    })
}
