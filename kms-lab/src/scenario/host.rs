//! `[[host]]`: a KMS host.

use client_sim::clock::spec::ClockSpec;
use kms_proto::time::window::{Compare, Window};
use kms_proto::windows::identity::Edition;
use kms_sim::config::{HostConfig, Served};
use kms_sim::strictness::Strictness;

use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{CLOCK, ID, MINUTES, REALM, REFUSAL, WINDOW};
use crate::scenario::head::{self, Head, MISCHIEF_FORM, Mischief, STRICTNESS_FORM};
use crate::scenario::optional::UNMET;
use crate::scenario::source::At;
use crate::scenario::values;

/// A host of the world.
#[derive(Clone, Debug, PartialEq)]
pub struct HostPlan {
    /// Its id, which is also its name in draws and journals.
    pub id: String,
    /// Its configuration, realm and seed included.
    pub config: HostConfig,
    /// What is wrong with its clock.
    pub clock: ClockSpec,
    /// How strict it is.
    pub strictness: Strictness,
    /// What it does of its own accord.
    pub mischief: Mischief,
    /// Machines in its list at the start, besides those of the scenario.
    pub fill: u32,
    /// It is fine when its wrong clock is never met.
    pub optional: bool,
    /// Where it was written.
    pub written: At,
}

const EDITIONS: &[&str] = &["server-standard", "enterprise", "server-kms-host", "office"];
static EDITION_WORD: Form = Form::Word(EDITIONS);

static POLICY: Shape = Shape {
    name: "policy",
    about: "How a host judges and what it tells its clients.",
    keys: &[
        Key::new("count", Form::Integer(0, 0xffff_ffff), "The count it reports at least; 25."),
        Key::new("activation_interval", Form::Text(&MINUTES), "Between attempts; 2h."),
        Key::new("renewal_interval", Form::Text(&MINUTES), "Between renewals; 7d."),
        Key::new(
            "serves",
            Form::Either(&[Form::Word(&["all"]), Form::List(&EDITION_WORD)]),
            "The editions it serves; all if left out. Others get 0xC004F042.",
        ),
        Key::new(
            "n_policy_limit",
            Form::Either(&[Form::Integer(0, 0xffff_ffff), Form::Word(&["none"])]),
            "The largest N it takes, or none; 1000. More gets 0x8007000D.",
        ),
        Key::new("enabled", Form::Flag, "Whether KMS is enabled; if not, 0xC004F039."),
        Key::new("activated", Form::Flag, "Whether it is itself activated; if not, 0xC004F041."),
        Key::new(
            "virtual_unsupported",
            Form::Flag,
            "Whether it is Vista's KMS in a virtual machine, which cannot be activated; 0xC004F06B.",
        ),
        Key::new(
            "refused_bump_status",
            Form::Flag,
            "Whether a refused request moves the counter of its licence status; true.",
        ),
        Key::new(
            "refused_listed",
            Form::Flag,
            "Whether a refused request enters or refreshes the client list; false.",
        ),
        Key::new("product_first", Form::Flag, "Whether it looks at the product first; false."),
        Key::new("foreign", Form::Text(&REFUSAL), "What foreign requests get; 0x8007000D."),
        Key::new("result", Form::Text(&REFUSAL), "What every request gets, before any rule."),
    ],
    instead: &[("served", "write serves"), ("scripted", "write result")],
};

static STATE: Shape = Shape {
    name: "state",
    about: "What a host holds at the start.",
    keys: &[Key::new(
        "fill",
        Form::Integer(0, 2000),
        "Machines in its list at the start, besides those of the scenario; 0.",
    )],
    instead: &[
        ("count_cache", "a list holds twice the largest N its clients ask for"),
        ("entry_ttl", "an entry leaves a list 30 days after its last contact"),
    ],
};

/// A host.
pub static SHAPE: Shape = Shape {
    name: "[[host]]",
    about: "A KMS host.",
    keys: &[
        Key::new("id", Form::Text(&ID), "Its name; host if left out.").fixed(),
        Key::new("clock", Form::Text(&CLOCK), "What is wrong with its clock; 0 if left out."),
        Key::new(
            "window",
            Form::Text(&WINDOW),
            "How far a client's clock may be off, edges included: 4h, -30m..+4h, or off; 4h.",
        ),
        Key::new(
            "compare",
            Form::Word(&["filetime", "seconds"]),
            "On which grain: filetime (100 ns), or seconds (both truncated first).",
        ),
        Key::new("policy", Form::Table(&POLICY), "How it judges and what it tells."),
        Key::new("state", Form::Table(&STATE), "What it holds at the start."),
        Key::new("strictness", STRICTNESS_FORM, "How strict it is; the scenario's if left out."),
        Key::new("mischief", MISCHIEF_FORM, "What it does by itself; the scenario's if left out."),
        Key::new("realm", Form::Text(&REALM), "Its realm; the scenario's if left out."),
        Key::new("profile", Form::Word(&["windows7", "windows8"]), "Its generation of Windows."),
        Key::new("port", Form::Integer(1, 65_535), "The TCP port it is shown to listen on; 1688."),
        UNMET,
    ],
    instead: &[("count", "write policy = { count = 25 }"), ("name", "write id")],
};

/// Reads a host.
pub fn read(fields: &Fields<'_>, head: &Head, seed: u64) -> HostPlan {
    let id = fields.text("id").unwrap_or("host").to_owned();
    let mut config = HostConfig::of(fields.get("profile", str::parse).unwrap_or_default());
    config.name.clone_from(&id);
    config.seed = seed;
    config.realm = fields.get("realm", str::parse).unwrap_or_else(|| head.realm.clone());
    config.window = fields.get("window", str::parse::<Window>).unwrap_or_default();
    config.compare = fields.get("compare", str::parse::<Compare>).unwrap_or_default();
    config.port = fields.integer("port").unwrap_or(config.port);
    if let Some(policy) = fields.table("policy") {
        read_policy(&policy, &mut config);
    }
    HostPlan {
        clock: fields.get("clock", values::clock).unwrap_or_default(),
        strictness: head::strictness(fields).unwrap_or(head.strictness),
        mischief: head::mischief(fields).unwrap_or(head.mischief),
        fill: fields.table("state").and_then(|state| state.integer("fill")).unwrap_or(0),
        optional: fields.flag("optional").unwrap_or(false),
        written: fields.at,
        id,
        config,
    }
}

fn read_policy(fields: &Fields<'_>, config: &mut HostConfig) {
    if let Some(count) = fields.integer("count") {
        config.count_floor = count;
    }
    if let Some(minutes) = fields.get("activation_interval", values::minutes) {
        config.activation_interval = minutes;
    }
    if let Some(minutes) = fields.get("renewal_interval", values::minutes) {
        config.renewal_interval = minutes;
    }
    let editions = fields.texts("serves");
    if fields.has("serves") && !editions.iter().any(|(word, _)| *word == "all") {
        let ids = editions.iter().filter_map(|(word, _)| word.parse::<Edition>().ok());
        config.served = Served::Only(ids.map(|e| e.counted_id(&config.realm)).collect());
    }
    match fields.text("n_policy_limit") {
        Some(_) => config.n_policy_limit = None,
        None => {
            if let Some(limit) = fields.integer("n_policy_limit") {
                config.n_policy_limit = Some(limit);
            }
        }
    }
    config.enabled = fields.flag("enabled").unwrap_or(true);
    config.virtual_unsupported = fields.flag("virtual_unsupported").unwrap_or(false);
    config.activated = fields.flag("activated").unwrap_or(!config.virtual_unsupported);
    config.refused_bump_status = fields.flag("refused_bump_status").unwrap_or(true);
    config.refused_listed = fields.flag("refused_listed").unwrap_or(false);
    config.product_first = fields.flag("product_first").unwrap_or(false);
    if let Some(refusal) = fields.get("foreign", str::parse) {
        config.foreign = refusal;
    }
    config.scripted = fields.get("result", str::parse);
}
