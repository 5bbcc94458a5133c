//! The operations a clock can undergo, and their arguments.

use client_sim::clock::operation::Operation;
use kms_proto::text::TextError;

use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{CLOCK, ID, INSTANT, LENGTH, OFFSET, POSITIVE, SET_TO, SOME_WORDS};
use crate::scenario::optional::OPTIONAL;

const OP: Key = Key::new("op", Form::Word(&OPS), "What happens to the clock.").required().fixed();
const KIND: Key =
    Key::new("kind", Form::Word(&OPS), "What happens to the clock.").required().fixed();
const AT: Key = Key::new("at", Form::Text(&MOMENT), "When, of true time since the start.");
const EVERY: Key = Key::new("every", Form::Text(&POSITIVE), "Again and again, first after this.");
const ON: Key = Key::new("on", Form::Table(&ON_SHAPE), "What it waits for.");

/// What an operation waits for.
static ON_SHAPE: Shape = Shape {
    name: "on",
    about: "What an operation waits for: an exchange of the actor's, or a result.",
    keys: &[
        Key::new("exchange", Form::Integer(1, u64::MAX), "Before the actor's n-th exchange."),
        Key::new("result", Form::Text(&super::grammars::RESULT), "After an exchange so ended."),
        Key::new("nth", Form::Integer(1, u64::MAX), "After the n-th of them; 1 if left out."),
        Key::new("after", Form::Text(&LENGTH), "This long after it; 0 if left out."),
    ],
    instead: &[],
};

/// An operation as files write it.
#[derive(Debug)]
struct Written {
    /// As an event of a clock.
    event: Shape,
    /// As what a fault does.
    fault: Shape,
}

/// Every operation.
pub const OPS: [&str; 23] = Operation::NAMES;

macro_rules! operation {
    ($name:ident, $op:literal, $about:literal, [$($key:expr),* $(,)?]) => {
        static $name: Written = Written {
            event: Shape {
                name: concat!("[[clock.event]] op = \"", $op, "\""),
                about: $about,
                keys: &[OP, AT, EVERY, ON, OPTIONAL, $($key),*],
                instead: &[],
            },
            fault: Shape {
                name: concat!("do = { kind = \"", $op, "\" }"),
                about: $about,
                keys: &[KIND, $($key),*],
                instead: &[("op", "write kind")],
            },
        };
    };
}

const FOR: Key = Key::new("for", Form::Text(&POSITIVE), "How long it lasts.");
const SYNC: Key =
    Key::new("sync", Form::Flag, "Whether the clock is right again afterwards, or stays behind.");
const BY: Key = Key::new("by", Form::Text(&OFFSET), "How far the clock jumps.").required();

operation!(CHECK, "check", "Reads the clock and records it.", []);
operation!(RESET, "reset", "Removes all that is wrong with the clock.", []);
operation!(BUMP, "bump", "The clock jumps once.", [BY]);
operation!(
    SET,
    "set",
    "The clock is set.",
    [Key::new("to", Form::Text(&SET_TO), "What it reads then.").required(),]
);
operation!(
    STROBE,
    "strobe",
    "The clock jumps ahead and back again and again.",
    [
        Key::new("delta", Form::Text(&OFFSET), "How far.").required(),
        Key::new("period", Form::Text(&POSITIVE), "How long each half lasts.").required(),
        FOR.required(),
    ]
);
operation!(
    SLEW,
    "slew",
    "The clock runs faster or slower until a length is made up.",
    [
        BY,
        Key::new("max_ppm", Form::Number(1.0, 1_000_000.0), "How much faster or slower at most."),
        Key::new("over", Form::Text(&POSITIVE), "How long it takes."),
    ]
);
operation!(
    RATE,
    "rate",
    "The clock runs at another rate.",
    [
        Key::new("x", Form::Number(0.0, 1e6), "Times as fast as true time."),
        Key::new("ppm", Form::Number(-1e6, 1e9), "Millionths faster than true time."),
    ]
);
operation!(FREEZE, "freeze", "The clock stands.", []);
operation!(RESUME, "resume", "The clock runs again.", [SYNC.required()]);
operation!(
    PAUSE,
    "pause",
    "The actor and its clock stand still for a while.",
    [FOR.required(), SYNC.required(),]
);
operation!(
    WALK,
    "walk",
    "The clock's frequency wanders.",
    [
        Key::new("sd_ppm", Form::Number(0.0, 1e6), "Standard deviation per step.").required(),
        Key::new("grid", Form::Text(&POSITIVE), "How long a step is; 1s."),
    ]
);
operation!(
    JITTER,
    "jitter",
    "Each reading is off by chance.",
    [
        Key::new("size", Form::Text(&LENGTH), "By how much at most, or on average.").required(),
        Key::new("dist", Form::Word(&["uniform", "normal"]), "How it is spread; uniform."),
    ]
);
operation!(
    SINE,
    "sine",
    "The clock swings.",
    [
        Key::new("amplitude", Form::Text(&OFFSET), "How far.").required(),
        Key::new("period", Form::Text(&POSITIVE), "How long a swing takes.").required(),
        Key::new("phase", Form::Text(&OFFSET), "Where in the swing it begins; 0."),
    ]
);
operation!(
    SMEAR,
    "smear",
    "A leap second is spread over a day.",
    [
        Key::new("leap", LEAP_SIGN, "Inserted or taken away.").required(),
        Key::new("centre", Form::Text(&INSTANT), "When half is made; at once if left out."),
        Key::new("over", Form::Text(&POSITIVE), "How long it is spread over; 24h."),
        Key::new("shape", Form::Word(&["linear", "cosine"]), "How; linear."),
    ]
);
operation!(
    LEAP,
    "leap",
    "A second is repeated or skipped.",
    [Key::new("sign", LEAP_SIGN, "Repeated or skipped.").required(),]
);
operation!(
    ZONE,
    "zone",
    "Local time and UTC are mistaken for each other.",
    [
        Key::new(
            "local-as-utc",
            Form::Text(&SOME_WORDS),
            "The zone whose time is taken for UTC, or off."
        ),
        Key::new(
            "utc-as-local",
            Form::Text(&SOME_WORDS),
            "The zone that UTC is taken for, or off."
        ),
    ]
);
operation!(
    DST_MISSED,
    "dst-missed",
    "The next change of daylight saving is missed.",
    [Key::new("zone", Form::Text(&SOME_WORDS), "The zone.").required(),]
);
operation!(
    SNAPSHOT,
    "snapshot",
    "The actor is saved.",
    [Key::new("name", Form::Text(&ID), "As what.").required().fixed(),]
);
operation!(
    ROLLBACK,
    "rollback",
    "The actor returns to what was saved.",
    [
        Key::new("name", Form::Text(&ID), "To what.").required().fixed(),
        Key::new("clock", Form::Word(&["saved", "host"]), "What the clock shows.").required(),
        Key::new("state", Form::Flag, "Whether its state returns too.").required(),
    ]
);
operation!(
    BATTERY,
    "battery",
    "The clock loses its time at its computer's next start.",
    [Key::new("to", BATTERY_TO, "1970, 1980, 2000, or an instant.").required(),]
);
operation!(
    RAW,
    "raw",
    "The wire carries this instead of the clock's reading.",
    [Key::new("filetime", Form::Text(&CLOCK_RAW), "64 bits, hexadecimal.").required(),]
);

/// A leap second may also name its instant.
static MOMENT: super::form::Grammar = super::form::Grammar {
    words: "a length such as \"3h\"",
    pattern: "^[0-9].*$",
    check: |text| if text.contains('T') { (INSTANT.check)(text) } else { (LENGTH.check)(text) },
};

static CLOCK_BASE: super::form::Grammar = super::form::Grammar {
    words: "\"1970\", \"1980\", \"2000\" or an instant",
    pattern: "^[0-9]{4}.*$",
    check: |text| {
        if ["1970", "1980", "2000"].contains(&text) { Ok(()) } else { (INSTANT.check)(text) }
    },
};

static CLOCK_RAW: super::form::Grammar = super::form::Grammar {
    words: "a FILETIME such as \"0x01DC7A5E00000000\", or \"off\"",
    pattern: "^(off|0x[0-9A-Fa-f]{1,16})$",
    check: |text| {
        let before = "filetime:".len();
        let moved = |error: TextError| TextError {
            column: error.column.saturating_sub(before).max(1),
            ..error
        };
        if text == "off" {
            Ok(())
        } else {
            (CLOCK.check)(&format!("filetime:{text}")).map_err(moved)
        }
    },
};

operation!(
    CLAMP_FORWARD,
    "clamp-forward",
    "The clock refuses to go back from here on, or no longer.",
    [Key::new("enabled", Form::Flag, "Whether it refuses; true if left out."),]
);

const LEAP_SIGN: Form = Form::Either(&[Form::Word(&["+1", "-1"]), Form::Integer(1, 1)]);
const BATTERY_TO: Form = Form::Either(&[Form::Text(&CLOCK_BASE), Form::Integer(1970, 2000)]);

/// The shape of an event with this operation; that of `check` where there is no such operation, so
/// that its error is told by the key `op`.
pub fn shape(op: Option<&str>) -> &'static Shape {
    let shapes = all();
    let index = OPS.iter().position(|known| Some(*known) == op).unwrap_or(0);
    shapes.get(index).copied().unwrap_or(&CHECK.event)
}

/// Every operation's shape, in the order of [`OPS`].
pub fn all() -> [&'static Shape; 23] {
    written().map(|written| &written.event)
}

/// The same as what faults do at `clock.host` and `clock.client`.
pub fn of_faults() -> [&'static Shape; 23] {
    written().map(|written| &written.fault)
}

fn written() -> [&'static Written; 23] {
    [
        &CHECK,
        &RESET,
        &BUMP,
        &BUMP,
        &SET,
        &STROBE,
        &SLEW,
        &RATE,
        &FREEZE,
        &RESUME,
        &PAUSE,
        &WALK,
        &JITTER,
        &SINE,
        &SMEAR,
        &LEAP,
        &ZONE,
        &DST_MISSED,
        &SNAPSHOT,
        &ROLLBACK,
        &BATTERY,
        &RAW,
        &CLAMP_FORWARD,
    ]
}
