//! What a scenario says of itself: when it begins, how it runs, when it must end.

use kms_proto::kms::realm::Realm;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_sim::strictness::Strictness;
use serde::Serialize;

use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{INSTANT, POSITIVE, REALM, SOME_WORDS, WORDS};
use crate::scenario::values;

/// The schema this program reads.
pub const SCHEMA: u64 = 1;

/// True time at t = 0 where nothing else is said: 2026-01-01T00:00:00Z.
pub const START: Moment = Moment(1_767_225_600_000_000_000);

/// How long a run over loopback may take that sets no limit, of the computer's time.
pub const WALL_OF_SOCKETS: Nanos = Nanos::seconds(30);

/// The seed, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeedChoice {
    /// This one.
    Number(u64),
    /// One that is drawn once for each run of the program, and shown.
    Random,
}

/// How true time passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// In virtual time: nothing waits, every run is the same.
    #[default]
    Virtual,
    /// In real time, over loopback.
    Real,
    /// Over loopback, with time running faster.
    RealScaled,
}

/// What hosts do of their own accord.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mischief {
    /// Nothing.
    #[default]
    Off,
    /// What a correct client must survive.
    Legal,
    /// Also what a correct client must refuse.
    Hostile,
}

/// When a run ends, whatever is still going on. What is not limited is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// True time since the start.
    pub sim: Option<Nanos>,
    /// Time of the computer that runs it.
    pub wall: Option<Nanos>,
    /// Exchanges.
    pub exchanges: Option<u64>,
}

/// The head of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Its name, in reports.
    pub name: String,
    /// What it shows.
    pub about: String,
    /// The seed, if the file gives one.
    pub seed: Option<SeedChoice>,
    /// How true time passes.
    pub mode: Mode,
    /// How many times faster than real time `real-scaled` runs.
    pub scale: f64,
    /// True time at t = 0.
    pub start: Moment,
    /// When it must end.
    pub limit: Limit,
    /// How strict hosts are, unless one says otherwise.
    pub strictness: Strictness,
    /// What hosts do of their own accord, unless one says otherwise.
    pub mischief: Mischief,
    /// The realm of every actor, unless one says otherwise.
    pub realm: Realm,
    /// Whether an exchange that no expectation looks at fails the run.
    pub allow_unexpected: bool,
}

impl Head {
    /// How many times as fast as the computer's true time passes over loopback.
    pub fn speed(&self) -> f64 {
        if self.mode == Mode::RealScaled { self.scale } else { 1.0 }
    }
}

const MODES: [(&str, Mode); 3] =
    [("virtual", Mode::Virtual), ("real", Mode::Real), ("real-scaled", Mode::RealScaled)];
const MISCHIEF: [(&str, Mischief); 3] =
    [("off", Mischief::Off), ("legal", Mischief::Legal), ("hostile", Mischief::Hostile)];

static LIMIT: Shape = Shape {
    name: "limit",
    about: "When a run ends, whatever is still going on.",
    keys: &[
        Key::new(
            "sim",
            Form::Text(&POSITIVE),
            "True time since the start; 24h after the last thing planned if left out.",
        ),
        Key::new(
            "wall",
            Form::Text(&POSITIVE),
            "Time of the computer that runs it; 1m if left out, 30s over loopback.",
        ),
        Key::new("exchanges", Form::Integer(1, u64::MAX), "Exchanges; 1000000 if left out."),
    ],
    instead: &[],
};

/// The keys of the head.
pub const KEYS: [Key; 12] = [
    Key::new("schema", Form::Integer(SCHEMA, SCHEMA), "The version of this schema: 1.")
        .required()
        .fixed(),
    Key::new("name", Form::Text(&SOME_WORDS), "The name in reports; the file's name if left out.")
        .fixed(),
    Key::new("about", Form::Text(&WORDS), "What it shows, in a sentence.").fixed(),
    Key::new(
        "seed",
        Form::Either(&[Form::Integer(0, u64::MAX), Form::Word(&["random"])]),
        "What every draw is made from; random is drawn once and shown. 42 if left out.",
    )
    .fixed(),
    Key::new(
        "mode",
        Form::Word(&["virtual", "real", "real-scaled"]),
        "How time passes: virtual (if left out), over loopback in real time, or faster.",
    ),
    Key::new("scale", Form::Number(0.001, 1e6), "How many times faster real-scaled runs; 60."),
    Key::new(
        "start",
        Form::Text(&INSTANT),
        "True time at t = 0; 2026-01-01T00:00:00Z if left out.",
    ),
    Key::new("limit", Form::Table(&LIMIT), "When a run ends, whatever is still going on."),
    Key::new("strictness", STRICTNESS_FORM, "How strict hosts are; strict if left out."),
    Key::new("mischief", MISCHIEF_FORM, "What hosts do of their own accord; off if left out."),
    Key::new("realm", Form::Text(&REALM), "The realm of every actor; kms-lab if left out."),
    Key::new(
        "allow_unexpected",
        Form::Flag,
        "Whether exchanges that no expectation looks at are fine; true if left out.",
    ),
];

/// How strict, as a form.
pub const STRICTNESS_FORM: Form = Form::Word(&["lenient", "strict", "pedantic"]);
/// What mischief, as a form.
pub const MISCHIEF_FORM: Form = Form::Word(&["off", "legal", "hostile"]);

/// How strict, where the table says so.
pub fn strictness(fields: &Fields<'_>) -> Option<Strictness> {
    fields.get("strictness", str::parse)
}

/// What mischief, where the table says so.
pub fn mischief(fields: &Fields<'_>) -> Option<Mischief> {
    fields.word("mischief", &MISCHIEF)
}

/// The seed, where the file gives one.
pub fn seed(fields: &Fields<'_>) -> Option<SeedChoice> {
    match fields.text("seed") {
        Some(_) => Some(SeedChoice::Random),
        None => fields.integer("seed").map(SeedChoice::Number),
    }
}

/// Reads the head; `file` names the scenario where it does not name itself.
pub fn read(fields: &Fields<'_>, file: &str) -> Head {
    let _ = fields.integer::<u64>("schema");
    let limit = fields.table("limit").map(|fields| Limit {
        sim: fields.get("sim", values::positive),
        wall: fields.get("wall", values::positive),
        exchanges: fields.integer("exchanges"),
    });
    let mode = fields.word("mode", &MODES).unwrap_or_default();
    let scale = fields.number("scale");
    if scale.is_some() && mode != Mode::RealScaled {
        fields.wrong("scale", "only mode = \"real-scaled\" has a scale", "");
    }
    Head {
        name: fields.text("name").unwrap_or(file).to_owned(),
        about: fields.text("about").unwrap_or_default().to_owned(),
        seed: seed(fields),
        mode,
        scale: scale.unwrap_or(60.0),
        start: fields.get("start", values::instant).unwrap_or(START),
        limit: limit.unwrap_or_default(),
        strictness: strictness(fields).unwrap_or_default(),
        mischief: mischief(fields).unwrap_or_default(),
        realm: fields.get("realm", str::parse).unwrap_or_default(),
        allow_unexpected: fields.flag("allow_unexpected").unwrap_or(true),
    }
}
