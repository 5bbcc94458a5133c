//! `[[step]]`: what is done from outside, and when.

use client_sim::clock::set::SetTo;
use kms_proto::time::duration::Nanos;

use crate::happening::Happening;
use crate::prompt::command::Command;
use crate::scenario::expect::read::Names;
use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{ID, IDS, LENGTH, LINE, POSITIVE, SAY, SET_TO};
use crate::scenario::machine::Named;
use crate::scenario::references::source_named;
use crate::scenario::source::At;
use crate::scenario::values;

/// Something that is done from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPlan {
    /// Its id; its position, from 1, where it was given none.
    pub id: String,
    /// When, of true time since the start.
    pub at: Nanos,
    /// What is done.
    pub deed: Deed,
    /// To whom: ids of machines and groups, and of hosts and time sources where that makes sense.
    pub to: Vec<String>,
    /// True time between one of them and the next.
    pub spread: Nanos,
    /// What a telling of the run says it is about; nothing where it is empty.
    pub say: String,
    /// How often the step is repeated, the first time included.
    pub times: u64,
    /// True time between one repetition and the next.
    pub every: Nanos,
    /// Where it was written.
    pub written: At,
}

impl StepPlan {
    /// Whether a command is typed.
    pub const fn types(&self) -> bool {
        matches!(self.deed, Deed::Type { .. })
    }
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Tells machines to activate.
    Activate,
    /// Types a command.
    Type {
        /// The command.
        command: Command,
        /// Whether at a prompt with administrator's rights.
        elevated: bool,
    },
    /// Sets clocks.
    Set(SetTo),
    /// Something happens to machines.
    Happens(Happening),
}

/// A step.
pub static SHAPE: Shape = Shape {
    name: "[[step]]",
    about: "Something that is done from outside: run, or type, set or happens with on.",
    keys: &[
        Key::new("id", Form::Text(&ID), "Its name; its position, from 1, if left out.").fixed(),
        Key::new("at", Form::Text(&LENGTH), "When, of true time since the start.").required(),
        Key::new("run", IDS, "Machines that are told to activate, in this order."),
        Key::new("type", Form::Text(&LINE), "A command that is typed, such as slmgr /dlv.").fixed(),
        Key::new("set", Form::Text(&SET_TO), "What clocks are set to."),
        Key::new("happens", Form::Word(&Happening::WORDS), "What happens to machines."),
        Key::new(
            "on",
            IDS,
            "Where it is typed or happens, or whose clocks are set, in this order.",
        ),
        Key::new("elevated", Form::Flag, "Typed with administrator's rights; true if left out."),
        Key::new("spread", Form::Text(&LENGTH), "Between one of them and the next; 0."),
        Key::new("say", Form::Text(&SAY), "What kmslab reproduce tells of it.").fixed(),
        Key::new("times", Form::Integer(1, 1_000_000), "How often; 1 if left out."),
        Key::new("every", Form::Text(&POSITIVE), "Between one time and the next."),
    ],
    instead: &[
        ("machine", "write run or on"),
        ("activate", "write run"),
        ("command", "write type"),
    ],
};

/// Reads a step; whom it names goes to `names`, a time source to `sources`.
pub fn read<'a>(
    fields: &Fields<'a>,
    position: usize,
    names: &mut Names<'a>,
    sources: &mut Vec<Named<'a>>,
) -> Option<StepPlan> {
    sources.extend(fields.node("set").and_then(source_named));
    let (run, on) = (fields.texts("run"), fields.texts("on"));
    let typed = fields.get("type", Command::parse);
    let set = fields.get("set", values::set_to);
    let elevated = fields.flag("elevated");
    if elevated.is_some() && !fields.has("type") {
        fields.wrong("elevated", "elevated says how something is typed", "type = \"slmgr /ato\"");
    }
    let happens = fields.get("happens", Happening::parse);
    let many = ["run", "type", "set", "happens"].map(|name| fields.has(name));
    let many = many.iter().filter(|has| **has).count();
    if many != 1 {
        let message = "a step does one thing: run, type, set or happens";
        fields.reading.wrong(fields.at, message, "type = \"slmgr /ato\", on = \"fast\"");
    } else if fields.has("run") == fields.has("on") {
        let help = "run = [\"fast\"], or type = \"slmgr /ato\" with on = \"fast\"";
        fields.reading.wrong(fields.at, "on goes with type, set and happens, not with run", help);
    }
    names.machines.extend(&run);
    let whose = if fields.has("type") {
        &mut names.computers
    } else if fields.has("happens") {
        &mut names.machines
    } else {
        &mut names.actors
    };
    whose.extend(&on);
    let deed = match (typed, set, happens) {
        (Some(command), ..) => Deed::Type { command, elevated: elevated.unwrap_or(true) },
        (None, Some(to), _) => Deed::Set(to),
        (None, None, Some(what)) => Deed::Happens(what),
        (None, None, None) => Deed::Activate,
    };
    let (at, every) = (fields.get("at", values::length), fields.get("every", values::positive));
    let times = fields.integer("times").unwrap_or(1);
    if (times > 1) != every.is_some() && !(fields.has("times") && fields.has("every")) {
        fields.reading.wrong(fields.at, "times and every go together", "times = 3, every = \"1h\"");
    }
    Some(StepPlan {
        id: fields.text("id").map_or_else(|| position.to_string(), str::to_owned),
        at: at?,
        deed,
        to: run.iter().chain(&on).map(|(id, _)| (*id).to_owned()).collect(),
        spread: fields.get("spread", values::length).unwrap_or_default(),
        say: fields.text("say").unwrap_or_default().to_owned(),
        times,
        every: every.unwrap_or_default(),
        written: fields.at,
    })
}
