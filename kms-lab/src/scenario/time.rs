//! `time` of a machine: what it sets its clock by.

use client_sim::time_service::limit::Limit;
use client_sim::time_service::settings::{Role, SyncType};
use kms_proto::time::duration::Nanos;

use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{ID, LENGTH, LENGTH_OR_ANY, POSITIVE};
use crate::scenario::source::At;
use crate::scenario::values;

/// What a machine sets its clock by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimePlan {
    /// A time source, by id: its domain controller, and the manual peer it may ask instead.
    pub source: String,
    /// How its time service is set up; `None`: it sets its clock by the source whenever it asks.
    pub kind: Option<SyncType>,
    /// What it is in its domain, whose defaults its time service has.
    pub role: Role,
    /// How often it asks; as Windows does where `None`.
    pub every: Option<Nanos>,
    /// The largest correction it makes, either way; as Windows has it where `None`.
    pub max_correction: Option<Limit>,
    /// For how long a spike must persist, in seconds.
    pub spike_watch: Option<u32>,
    /// Whether the service runs from the start.
    pub running: bool,
}

/// What a machine sets its clock by.
pub static SHAPE: Shape = Shape {
    name: "time",
    about: "What a machine sets its clock by.",
    keys: &[
        Key::new(
            "source",
            Form::Text(&ID),
            "A [[time_source]], by id: its domain controller or its manual peer.",
        )
        .required(),
        Key::new(
            "type",
            Form::Word(&["nt5ds", "ntp", "allsync", "nosync"]),
            "Its Windows Time service follows the domain (nt5ds), a peer (ntp), both, or nobody; \
             if left out it just takes the source's time whenever it asks.",
        ),
        Key::new(
            "role",
            Form::Word(&["computer", "domain-controller", "forest-root"]),
            "What it is in its domain: a domain controller, the first of the forest's root, or \
             neither (computer, if left out); goes with a type.",
        ),
        Key::new(
            "every",
            Form::Text(&POSITIVE),
            "How often it asks; as Windows does with a type, else 1h.",
        ),
        Key::new(
            "max_correction",
            Form::Text(&LENGTH_OR_ANY),
            "The largest correction it makes, or any; as Windows has it for its type: any for a \
             member, 48h for a domain controller, else 15h.",
        ),
        Key::new(
            "spike_watch",
            Form::Text(&LENGTH),
            "How long an error of 5s and more must persist before it is believed; 15m with a type.",
        ),
        Key::new("running", Form::Flag, "Whether the service runs from the start; true."),
    ],
    instead: &[("service", "write type"), ("limit", "write max_correction")],
};

const ROLES: [(&str, Role); 3] = [
    ("computer", Role::Computer),
    ("domain-controller", Role::DomainController { first: false }),
    ("forest-root", Role::DomainController { first: true }),
];

/// Reads it; the source it names goes to `sources`.
pub fn read<'a>(fields: &Fields<'a>, sources: &mut Vec<(&'a str, At)>) -> Option<TimePlan> {
    let source = fields.text("source");
    sources.extend(source.map(|id| (id, fields.at("source"))));
    let kind = fields.get("type", str::parse);
    let role = fields.word("role", &ROLES);
    if role.is_some() && !fields.has("type") {
        fields.wrong("role", "a role goes with a time service", "type = \"nt5ds\" beside it");
    }
    let every = fields.get("every", values::positive);
    let max_correction = fields.get("max_correction", str::parse);
    let spike_watch = fields.get("spike_watch", values::length);
    let spike_watch = spike_watch.map(|length| length.0 / 1_000_000_000);
    let running = fields.flag("running").unwrap_or(true);
    Some(TimePlan {
        source: source?.to_owned(),
        kind,
        role: role.unwrap_or_default(),
        every,
        max_correction,
        spike_watch: spike_watch.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
        running,
    })
}
