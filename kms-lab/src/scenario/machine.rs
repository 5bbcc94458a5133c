//! `[[machine]]`: a simulated Windows computer.

use std::net::{IpAddr, Ipv4Addr};

use client_sim::activation::fold::FoldProfile;
use client_sim::clock::spec::ClockSpec;
use client_sim::discover::Suffixes;
use client_sim::license::{ACTIVATION, INITIAL_GRACE, License};
use client_sim::machine::Machine;
use client_sim::no_name::NoName;
use client_sim::session::config::{Offer, SessionConfig};
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::version::Version;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::identity::Edition;

use crate::scenario::copies::{Groups, MOST};
use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{CLOCK, COMPUTER, DOMAIN, DOMAINS, ID, IDS, POSITIVE, REALM};
use crate::scenario::head::Head;
use crate::scenario::optional::UNMET;
use crate::scenario::source::At;
use crate::scenario::time::{self, TimePlan};
use crate::scenario::values;

/// A machine of the world.
#[derive(Clone, Debug, PartialEq)]
pub struct MachinePlan {
    /// Its id, which is also its name in draws and journals.
    pub id: String,
    /// The id it was written with, where it is one of several copies.
    pub group: Option<String>,
    /// The computer itself.
    pub machine: Machine,
    /// What is wrong with its clock.
    pub clock: ClockSpec,
    /// The protocol version it speaks.
    pub protocol: Version,
    /// How it binds.
    pub session: SessionConfig,
    /// How many clients the product needs, where that is not the edition's own N.
    pub n_policy: Option<u32>,
    /// What its event 12288 carries.
    pub fold: FoldProfile,
    /// How long an attempt may take, of true time.
    pub timeout: Nanos,
    /// How it finds a host.
    pub finds: Finds,
    /// The DNS suffixes it was given: the zone's domain is its primary one where it has none of its
    /// own and `[dns]` does not take it away.
    pub suffixes: Suffixes,
    /// Whether it lives as Windows has it: tries at its start, tries again, renews.
    pub life: bool,
    /// Attempts of its own accord after one that failed; none where `None`.
    pub retry: Option<Again>,
    /// Renewals of its own accord after it was activated; none where `None`.
    pub renew: Option<Again>,
    /// What it sets its clock by; nothing where `None`.
    pub time: Option<TimePlan>,
    /// It is fine when its wrong clock is never met.
    pub optional: bool,
    /// Where it was written.
    pub written: At,
}

/// How a machine finds a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finds {
    /// These hosts, by id, in this order.
    Hosts(Vec<String>),
    /// By the zone's SRV records.
    Dns,
}

/// Attempts of a machine's own accord.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// How long after the last; where `None`, as the host told it, or 2 h and 7 d.
    pub every: Option<Nanos>,
    /// How many at most.
    pub max: Option<u64>,
}

/// An id as it was written, for the check that there is such an actor.
pub type Named<'a> = (&'a str, At);

static AGAIN: Shape = Shape {
    name: "retry or renew",
    about: "Attempts of a machine's own accord.",
    keys: &[
        Key::new("every", Form::Text(&POSITIVE), "How long after the last; as the host told it."),
        Key::new("max", Form::Integer(1, u64::MAX), "How many at most; no limit if left out."),
    ],
    instead: &[],
};

/// A machine.
pub static SHAPE: Shape = Shape {
    name: "[[machine]]",
    about: "A simulated Windows computer.",
    keys: &[
        Key::new("id", Form::Text(&ID), "Its name.").required().fixed(),
        Key::new(
            "n",
            Form::Integer(1, MOST),
            "How many of it there are, named ID-1 to ID-n; 1, named ID, if left out.",
        ),
        Key::new("name", Form::Text(&COMPUTER), "The computer's name; the id if left out.").fixed(),
        Key::new("clock", Form::Text(&CLOCK), "What is wrong with its clock; 0 if left out."),
        Key::new(
            "edition",
            Form::Word(&["server-standard", "enterprise", "office"]),
            "Its product: server-standard (N 5, if left out), enterprise (N 25), office (N 5).",
        ),
        Key::new("n_policy", Form::Integer(0, 0xffff_ffff), "N, where it is not the edition's."),
        Key::new("protocol", Form::Integer(4, 6), "The KMS protocol version: 4, 5, 6; 6."),
        Key::new("ndr", Form::Word(&["32", "64", "both"]), "The NDR syntax offered; both."),
        Key::new("profile", Form::Word(&["windows7", "windows8"]), "Its generation of Windows."),
        Key::new("status", Form::Integer(0, 6), "Its licence status at the start; 2 (grace)."),
        Key::new("vm", Form::Flag, "Whether it is virtual; false if left out."),
        Key::new("realm", Form::Text(&REALM), "Its realm; the scenario's if left out."),
        Key::new(
            "fold",
            Form::Word(&["documented", "silent", "open"]),
            "Event 12288 has the true code (documented), or what slmgr shows (silent); or slmgr has it too (open).",
        ),
        Key::new("timeout", Form::Text(&POSITIVE), "How long an attempt may take; 10s."),
        Key::new(
            "host",
            IDS,
            "The hosts it asks, in order; without it, by [dns], or else all hosts as written.",
        ),
        Key::new(
            "suffix",
            Form::Text(&DOMAIN),
            "Its primary DNS suffix, under which it looks for hosts first; the domain of [dns].",
        ),
        Key::new(
            "search",
            DOMAINS,
            "The suffixes of its search list, under which it looks next, in order; none.",
        ),
        Key::new(
            "no_name",
            Form::Word(&["8007232B", "80092328", "8007007B"]),
            "The code by which its Windows calls a name DNS does not know; 8007232B.",
        ),
        Key::new("key", Form::Flag, "Whether its product key is installed; true if left out."),
        Key::new(
            "firmware_mark",
            Form::Flag,
            "Whether its firmware bears the mark of a system that qualifies for a volume edition; \
             true.",
        ),
        Key::new("rearmed", Form::Integer(0, 0xffff_ffff), "How often it was re-armed; 0."),
        Key::new(
            "left",
            Form::Text(&POSITIVE),
            "What is left of its state at the start, in whole minutes; all of it if left out.",
        ),
        Key::new(
            "life",
            Form::Flag,
            "Whether it tries at its start, tries again and renews as Windows does; false.",
        ),
        Key::new("retry", Form::Table(&AGAIN), "Attempts after a failure; none if left out."),
        Key::new("renew", Form::Table(&AGAIN), "Renewals once activated; none if left out."),
        Key::new(
            "time",
            Form::Table(&time::SHAPE),
            "What it sets its clock by; nothing if left out.",
        ),
        UNMET,
    ],
    instead: &[("hosts", "write host"), ("copies", "write n"), ("version", "write protocol")],
};

/// How long an attempt may take where nothing is said.
const TIMEOUT: Nanos = Nanos::seconds(10);

/// Reads a machine; `None` where it has no id. `refers` is told every host and source it names.
pub fn read<'a>(
    fields: &Fields<'a>,
    head: &Head,
    groups: &Groups,
    hosts: &mut Vec<Named<'a>>,
    sources: &mut Vec<Named<'a>>,
) -> Option<MachinePlan> {
    let _ = fields.integer::<u64>("n");
    let id = fields.text("id");
    let name = fields.text("name").or(id).and_then(MachineName::new);
    let realm = fields.get("realm", str::parse).unwrap_or_else(|| head.realm.clone());
    let edition: Edition = fields.get("edition", str::parse).unwrap_or_default();
    let mut machine = name.map(|name| Machine::new(name, realm, edition));
    let (profile, vm) = (fields.get("profile", str::parse), fields.flag("vm"));
    let status = fields.integer("status").map(LicenseStatus);
    if let Some(machine) = &mut machine {
        machine.profile = profile.unwrap_or_default();
        machine.virtual_machine = vm.unwrap_or(false);
        if let Some(status) = status {
            machine.license = License::new(status, minutes(status));
        }
        installed(machine, fields);
    }
    let life = fields.flag("life").unwrap_or(false);
    for own in ["retry", "renew"] {
        if life && fields.has(own) {
            let message = format!("a machine with life needs no {own}");
            fields.wrong(own, message, "life = true, or retry and renew");
        }
    }
    let named = fields.texts("host");
    hosts.extend(&named);
    let finds = Finds::Hosts(named.iter().map(|(id, _)| (*id).to_owned()).collect());
    let time = fields.table("time").and_then(|time| time::read(&time, sources));
    let offer = [("32", Offer::Ndr32), ("64", Offer::Ndr64), ("both", Offer::Both)];
    let offer = fields.word("ndr", &offer).unwrap_or_default();
    let protocol = fields.integer("protocol").unwrap_or(6);
    let plan = MachinePlan {
        id: id.unwrap_or_default().to_owned(),
        group: id.and_then(|id| groups.get(id)).cloned(),
        machine: machine?,
        clock: fields.get("clock", values::clock).unwrap_or_default(),
        protocol: Version { major: protocol, minor: 0 },
        session: SessionConfig { offer, ..SessionConfig::default() },
        n_policy: fields.integer("n_policy"),
        fold: fields.get("fold", str::parse).unwrap_or_default(),
        timeout: fields.get("timeout", values::positive).unwrap_or(TIMEOUT),
        finds,
        suffixes: Suffixes {
            primary: fields.text("suffix").map(str::to_owned),
            search: fields.texts("search").into_iter().map(|(name, _)| name.to_owned()).collect(),
        },
        life,
        retry: again(fields, "retry"),
        renew: again(fields, "renew"),
        time,
        optional: fields.flag("optional").unwrap_or(false),
        written: fields.at,
    };
    id.map(|_| plan)
}

/// What was installed on a machine, and how much is left of its state.
fn installed(machine: &mut Machine, fields: &Fields<'_>) {
    let codes = [
        ("8007232B", NoName::NameError),
        ("80092328", NoName::Security),
        ("8007007B", NoName::InvalidName),
    ];
    machine.no_name = fields.word("no_name", &codes).unwrap_or_default();
    let installation = &mut machine.installation;
    installation.firmware_mark = fields.flag("firmware_mark").unwrap_or(true);
    installation.rearmed = fields.integer("rearmed").unwrap_or(0);
    if fields.flag("key") == Some(false) {
        installation.key = false;
        machine.license = License::NO_KEY;
    }
    if let Some(Nanos(left)) = fields.get("left", values::positive) {
        machine.license.minutes = u32::try_from(left / Nanos::minutes(1).0).unwrap_or(u32::MAX);
    }
}

fn again(fields: &Fields<'_>, name: &'static str) -> Option<Again> {
    let fields = fields.table(name)?;
    Some(Again { every: fields.get("every", values::positive), max: fields.integer("max") })
}

/// Minutes a machine has left in a state it is put into.
const fn minutes(status: LicenseStatus) -> u32 {
    match status {
        LicenseStatus::LICENSED => ACTIVATION,
        LicenseStatus::OOB_GRACE | LicenseStatus::OOT_GRACE | LicenseStatus::NON_GENUINE_GRACE => {
            INITIAL_GRACE
        }
        _ => 0,
    }
}

/// The address of the machine at this place of the file, from 0: of the network RFC 2544 sets apart
/// for tests.
pub fn address(place: usize) -> IpAddr {
    let number = u16::try_from(place).unwrap_or(u16::MAX).saturating_add(1);
    let [high, low] = number.to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(198, 19, high, low))
}
