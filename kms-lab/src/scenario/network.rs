//! `[[link]]`, `[dns]` and `[[time_source]]`: what stands between machines and hosts.

use client_sim::clock::spec::ClockSpec;
use kms_proto::time::duration::Nanos;
use kms_sim::dns::guard::{Ownership, Updates};

use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{CLOCK, DOMAIN, ID, ID_OR_ANY, IDS, LENGTH, TEXTS};
use crate::scenario::machine::Named;
use crate::scenario::optional::UNMET;
use crate::scenario::source::At;
use crate::scenario::values;

/// How long bytes are under way; the last link that fits holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPlan {
    /// The machine, or its group; any where `None`.
    pub from: Option<String>,
    /// The host; any where `None`.
    pub to: Option<String>,
    /// To the host.
    pub latency: Nanos,
    /// Back to the machine.
    pub back: Nanos,
    /// Where it was written.
    pub written: At,
}

/// A server that machines set their clocks by.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSourcePlan {
    /// Its id.
    pub id: String,
    /// What is wrong with its clock.
    pub clock: ClockSpec,
    /// How many servers it is away from a reference clock, as NTP counts.
    pub stratum: u8,
    /// How long an answer takes, there and back, evenly split.
    pub round_trip: Nanos,
    /// It is fine when its wrong clock meets nobody.
    pub optional: bool,
    /// Where it was written.
    pub written: At,
}

/// The zone that machines look hosts up in.
#[derive(Clone, Debug, PartialEq)]
pub struct DnsPlan {
    /// The server's id.
    pub id: String,
    /// The domain, without a dot at its end.
    pub domain: String,
    /// How long an answer takes.
    pub latency: Nanos,
    /// What is wrong with the server's clock, by which it judges signatures.
    pub clock: ClockSpec,
    /// Which updates it takes.
    pub updates: Updates,
    /// Whose a name is that an update made.
    pub ownership: Ownership,
    /// The SRV records of `_vlmcs._tcp` at the start.
    pub records: Vec<SrvPlan>,
    /// The hosts that publish themselves, by id.
    pub publish: Vec<String>,
    /// The machines that register themselves, by id.
    pub register: Vec<String>,
    /// The machines that have no DNS server, by id.
    pub without_server: Vec<String>,
    /// The machines this domain is not the primary DNS suffix of, by id.
    pub without_suffix: Vec<String>,
    /// Whether the server answers nobody.
    pub down: bool,
    /// Names within the zone that exist, with a text alone.
    pub names: Vec<String>,
    /// It is fine when its wrong clock meets nobody.
    pub optional: bool,
    /// Where it was written.
    pub written: At,
}

/// An SRV record (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrvPlan {
    /// The host, by id.
    pub host: String,
    /// Lower ones are tried first.
    pub priority: u16,
    /// The share among those of one priority.
    pub weight: u16,
    /// The port; the host's own where `None`.
    pub port: Option<u16>,
}

/// A link.
pub static LINK: Shape = Shape {
    name: "[[link]]",
    about: "How long bytes are under way between machines and hosts; the last that fits holds.",
    keys: &[
        Key::new("from", Form::Text(&ID_OR_ANY), "A machine; any if left out.").fixed(),
        Key::new("to", Form::Text(&ID_OR_ANY), "A host; any if left out.").fixed(),
        Key::new("latency", Form::Text(&LENGTH), "To the host.").required(),
        Key::new("back", Form::Text(&LENGTH), "Back to the machine; latency if left out."),
    ],
    instead: &[("delay", "write latency")],
};

/// A time source.
pub static TIME_SOURCE: Shape = Shape {
    name: "[[time_source]]",
    about: "A server that machines set their clocks by, such as a domain controller.",
    keys: &[
        Key::new("id", Form::Text(&ID), "Its name.").required().fixed(),
        Key::new("clock", Form::Text(&CLOCK), "What is wrong with its clock; 0 if left out."),
        Key::new("stratum", Form::Integer(1, 16), "As NTP counts; 2 if left out, 16 is no time."),
        Key::new("round_trip", Form::Text(&LENGTH), "How long an answer takes; 0 if left out."),
        UNMET,
    ],
    instead: &[],
};

static SRV: Shape = Shape {
    name: "[[dns.srv]]",
    about: "An SRV record of _vlmcs._tcp.",
    keys: &[
        Key::new("host", Form::Text(&ID), "A host, by id.").required().fixed(),
        Key::new("priority", Form::Integer(0, 65_535), "Lower ones are tried first; 0."),
        Key::new("weight", Form::Integer(0, 65_535), "The share within one priority; 0."),
        Key::new("port", Form::Integer(1, 65_535), "The port; the host's own if left out."),
    ],
    instead: &[],
};

/// The zone.
pub static DNS: Shape = Shape {
    name: "[dns]",
    about: "The zone that machines look hosts up in.",
    keys: &[
        Key::new(
            "id",
            Form::Text(&ID),
            "The server's name, by which [[clock]] and [[step]] know it; dns if left out.",
        )
        .fixed(),
        Key::new("domain", Form::Text(&DOMAIN), "The domain; lab.example if left out.").fixed(),
        Key::new("latency", Form::Text(&LENGTH), "How long an answer takes; 0 if left out."),
        Key::new("clock", Form::Text(&CLOCK), "What is wrong with the server's clock; 0."),
        Key::new(
            "updates",
            Form::Word(&["none", "signed", "any"]),
            "Which updates it takes; signed if left out.",
        ),
        Key::new(
            "owner",
            Form::Word(&["first", "shared"]),
            "Who may change a name: first is whoever made it by an update, shared is everybody whose \
             updates are taken; first if left out.",
        ),
        Key::new(
            "publish",
            IDS,
            "The hosts that publish themselves at the start and every day; none if left out.",
        ),
        Key::new(
            "register",
            IDS,
            "The machines that register their address at the start, every day, and sooner after a \
             failure; none if left out.",
        ),
        Key::new(
            "without_server",
            IDS,
            "The machines that have no DNS server to ask; none if left out.",
        ),
        Key::new(
            "without_suffix",
            IDS,
            "The machines that this domain is not the primary DNS suffix of; none if left out.",
        ),
        Key::new("down", Form::Flag, "Whether the server answers nobody; false if left out."),
        Key::new("names", TEXTS, "Names within the zone that exist, with a text alone."),
        Key::new(
            "srv",
            Form::Tables(&SRV),
            "Its records at the start; one for each host that does not publish if left out.",
        ),
        UNMET,
    ],
    instead: &[],
};

/// Reads a link; the ids it names go to `machines` and `hosts`.
pub fn read_link<'a>(
    fields: &Fields<'a>,
    machines: &mut Vec<Named<'a>>,
    hosts: &mut Vec<Named<'a>>,
) -> Option<LinkPlan> {
    let end = |name: &'static str, named: &mut Vec<Named<'a>>| {
        let id = fields.text(name).filter(|id| *id != "*")?;
        named.push((id, fields.at(name)));
        Some(id.to_owned())
    };
    let (from, to) = (end("from", machines), end("to", hosts));
    let (latency, back) =
        (fields.get("latency", values::length), fields.get("back", values::length));
    let latency = latency?;
    Some(LinkPlan { from, to, latency, back: back.unwrap_or(latency), written: fields.at })
}

/// Reads a time source.
pub fn read_time_source(fields: &Fields<'_>) -> Option<TimeSourcePlan> {
    let clock = fields.get("clock", values::clock).unwrap_or_default();
    let stratum = fields.integer("stratum").unwrap_or(2);
    let round_trip = fields.get("round_trip", values::length).unwrap_or_default();
    let optional = fields.flag("optional").unwrap_or(false);
    let id = fields.text("id")?.to_owned();
    Some(TimeSourcePlan { id, clock, stratum, round_trip, optional, written: fields.at })
}

/// Reads the zone; without records, one for each of `all`.
pub fn read_dns<'a>(
    fields: &Fields<'a>,
    all: impl Iterator<Item = String>,
    hosts: &mut Vec<Named<'a>>,
    machines: &mut Vec<Named<'a>>,
) -> DnsPlan {
    let ids = |name: &'static str, named: &mut Vec<Named<'a>>| -> Vec<String> {
        let found = fields.texts(name);
        named.extend(&found);
        found.iter().map(|(id, _)| (*id).to_owned()).collect()
    };
    let (publish, register) = (ids("publish", hosts), ids("register", machines));
    let without_server = ids("without_server", machines);
    let without_suffix = ids("without_suffix", machines);
    let names = fields.texts("names").into_iter().map(|(name, _)| name.to_owned()).collect();
    let words = [("none", Updates::None), ("signed", Updates::Signed), ("any", Updates::Any)];
    let updates = fields.word("updates", &words).unwrap_or_default();
    let words = [("first", Ownership::First), ("shared", Ownership::Shared)];
    let ownership = fields.word("owner", &words).unwrap_or_default();
    let record = |host: String| SrvPlan { host, priority: 0, weight: 0, port: None };
    let written = fields.tables("srv").into_iter().filter_map(|fields| {
        let (priority, weight) = (fields.integer("priority"), fields.integer("weight"));
        let port = fields.integer("port");
        let host = fields.text("host")?;
        hosts.push((host, fields.at("host")));
        let record = record(host.to_owned());
        let (priority, weight) = (priority.unwrap_or(0), weight.unwrap_or(0));
        Some(SrvPlan { priority, weight, port, ..record })
    });
    let mut records: Vec<SrvPlan> = written.collect();
    if !fields.has("srv") {
        records.extend(all.filter(|id| !publish.contains(id)).map(record));
    }
    DnsPlan {
        id: fields.text("id").unwrap_or("dns").to_owned(),
        domain: fields.text("domain").unwrap_or("lab.example").to_owned(),
        latency: fields.get("latency", values::length).unwrap_or_default(),
        clock: fields.get("clock", values::clock).unwrap_or_default(),
        updates,
        ownership,
        records,
        publish,
        register,
        without_server,
        without_suffix,
        down: fields.flag("down").unwrap_or(false),
        names,
        optional: fields.flag("optional").unwrap_or(false),
        written: fields.at,
    }
}
