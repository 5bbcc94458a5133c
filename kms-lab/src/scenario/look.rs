//! What an expectation says of one exchange: `{ result = "0xC004F06C", skew = "+5h" }`.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;

use crate::scenario::bounds::Bounds;
use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{COUNT, ID, LENGTH, OFFSET, RESULT};
use crate::scenario::machine::Named;
use crate::scenario::node::{Node, Value};
use crate::scenario::values;

/// What an exchange is like; what is `None` is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The true result.
    pub result: Option<HResult>,
    /// What slmgr shows of it.
    pub shown: Option<HResult>,
    /// What the host decided.
    pub decision: Option<Wanted>,
    /// Client minus host, as computed from the bytes on the wire.
    pub skew: Option<Nanos>,
    /// How far the skew may be off; 0 is exact.
    pub tolerance: Nanos,
    /// The count the host reported.
    pub count: Option<Bounds>,
    /// The named check that the host's answer failed.
    pub check: Option<String>,
    /// A fault that was applied, by id.
    pub fault: Option<String>,
}

/// What a host shall have decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Granted.
    Granted,
    /// Refused.
    Refused,
    /// Refused as not sealed with its realm's keys.
    Foreign,
    /// Granted when the skew lies inside the host's window, refused with `0xC004F06C` when not.
    ByWindow,
}

const DECISIONS: [(&str, Wanted); 4] = [
    ("granted", Wanted::Granted),
    ("refused", Wanted::Refused),
    ("foreign", Wanted::Foreign),
    ("by-window", Wanted::ByWindow),
];

/// What an exchange is like.
pub static SHAPE: Shape = Shape {
    name: "a look at an exchange",
    about: "What an exchange is like; what is left out is not looked at.",
    keys: &[
        Key::new("result", Form::Text(&RESULT), "The true result."),
        Key::new("shown", Form::Text(&RESULT), "What slmgr shows of it."),
        Key::new(
            "decision",
            Form::Word(&["granted", "refused", "foreign", "by-window"]),
            "What the host decided; by-window: granted exactly when the skew lies inside.",
        ),
        Key::new("skew", Form::Text(&OFFSET), "Client minus host, as on the wire."),
        Key::new("tolerance", Form::Text(&LENGTH), "How far the skew may be off; 0."),
        Key::new("count", COUNT, "The count the host reported."),
        Key::new("check", Form::Text(&CHECK), "The check that the answer failed."),
        Key::new("fault", Form::Text(&ID), "A fault that was applied."),
    ],
    instead: &[("code", "write result"), ("hresult", "write result")],
};

static CHECK: super::form::Grammar = super::form::Grammar {
    words: "the name of a check such as \"client_time\"",
    pattern: "^[a-z_]+$",
    check: |text| {
        if text.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !text.is_empty() {
            Ok(())
        } else {
            Err(kms_proto::text::TextError::new(1, "a check's name is letters a-z and _"))
        }
    },
};

/// Reads a look; the fault it names goes to `faults`.
pub fn read<'a>(fields: &Fields<'a>, faults: &mut Vec<Named<'a>>) -> Look {
    let fault = fields.text("fault");
    faults.extend(fault.map(|id| (id, fields.at("fault"))));
    let skew = fields.get("skew", values::offset);
    if skew.is_none() && fields.has("tolerance") {
        fields.wrong("tolerance", "a tolerance needs a skew", "skew = \"+5h\"");
    }
    Look {
        result: fields.get("result", values::result),
        shown: fields.get("shown", values::result),
        decision: fields.word("decision", &DECISIONS),
        skew,
        tolerance: fields.get("tolerance", values::length).unwrap_or_default(),
        count: fields.node("count").and_then(bounds),
        check: fields.text("check").map(str::to_owned),
        fault: fault.map(str::to_owned),
    }
}

/// A count, as a number or a text.
pub fn bounds(node: &Node) -> Option<Bounds> {
    match &node.value {
        Value::Integer(number) => u64::try_from(*number).ok().map(Bounds::exactly),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}
