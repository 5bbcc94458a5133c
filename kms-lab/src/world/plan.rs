//! What a world is made of, and what is to happen in it.

use std::net::SocketAddr;
use std::sync::Arc;

use client_sim::activation::fold::FoldProfile;
use client_sim::clock::operation::Operation;
use client_sim::clock::set::SetTo;
use client_sim::clock::spec::ClockSpec;
use client_sim::clock::trigger::Trigger;
use client_sim::discover::Suffixes;
use client_sim::dns::srv::Srv;
use client_sim::kms_host::KmsHost;
use client_sim::machine::Machine;
use client_sim::time_service::settings::Settings;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::version::Version;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_sim::dns::guard::{Ownership, Updates};
use kms_sim::fault::faults::Faults;
use kms_sim::fault::plan::Plan as Rules;

use crate::happening::Happening;
use crate::prompt::command::Command;
use crate::world::actor::Actor;
use crate::world::link::Link;

/// Everything about a world that is decided and not observed.
///
/// Actors are numbered in the order they stand here; their ids are what files, journals and draws
/// name them by, and two actors have two ids.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed of every draw.
    pub seed: u64,
    /// True time at the start.
    pub start: Moment,
    /// How long the world goes on.
    pub length: Nanos,
    /// How many exchanges it may have; one more ends it.
    pub most_exchanges: u64,
    /// The hosts.
    pub hosts: Vec<HostPlan>,
    /// The machines.
    pub machines: Vec<MachinePlan>,
    /// The time sources.
    pub sources: Vec<SourcePlan>,
    /// The DNS zone, where there is one.
    pub dns: Option<DnsPlan>,
    /// What is done from outside.
    pub acts: Vec<Act>,
    /// What goes wrong with DNS and with machines' clocks: the rules of those two stages.
    pub rules: Rules,
    /// What happens to clocks; of several at one moment the first here comes first.
    pub orders: Vec<Order>,
}

/// A host before it starts.
#[derive(Clone, Debug)]
pub struct HostPlan {
    /// The name and port machines reach it by.
    pub address: KmsHost,
    /// How it judges; its `name` is the actor's id.
    pub config: kms_sim::config::HostConfig,
    /// What a session allows its peer.
    pub session: kms_sim::session::config::SessionConfig,
    /// What is wrong with its clock.
    pub clock: ClockSpec,
    /// How long a peer may take to complete a PDU.
    pub idle: Nanos,
    /// Connections served at once.
    pub max_connections: usize,
    /// Machines in its list at the start.
    pub fill: u32,
    /// What goes wrong with it.
    pub faults: Faults,
}

/// A machine before it starts.
#[derive(Clone, Debug)]
pub struct MachinePlan {
    /// The actor's id.
    pub id: String,
    /// The group it belongs to, and which of it, from 1; its id and 1 where it is alone.
    pub group: (String, u64),
    /// Who it is.
    pub machine: Machine,
    /// The hosts it asks, in order; with none of its own it looks into the zone.
    pub hosts: Vec<KmsHost>,
    /// The DNS suffixes it looks under.
    pub suffixes: Suffixes,
    /// What is wrong with its clock.
    pub clock: ClockSpec,
    /// How it asks.
    pub asks: Asks,
    /// The way to each host, by its place in the plan; no way at all takes no time.
    pub links: Vec<Link>,
    /// Whether it lives as Windows has it: tries at its start, tries again, renews, all by itself
    /// and by the intervals its host tells it.
    pub life: bool,
    /// When it tries for the first time on its own; `None` leaves that to acts.
    pub first: Option<Nanos>,
    /// Whether it tries again on its own while it fails.
    pub retry: Option<Again>,
    /// Whether it renews on its own once it is activated.
    pub renew: Option<Again>,
    /// What it sets its clock by.
    pub time: Option<TimePlan>,
}

/// How a machine asks.
#[derive(Clone, Copy, Debug)]
pub struct Asks {
    /// The protocol version spoken.
    pub version: Version,
    /// How its sessions bind.
    pub session: client_sim::session::config::SessionConfig,
    /// How long a host may take to accept.
    pub connect: Nanos,
    /// How long an attempt may take with one host.
    pub timeout: Nanos,
    /// What event 12288 carries when slmgr shows another code.
    pub fold: FoldProfile,
    /// The N to ask with, where it is not the product's own.
    pub n_policy: Option<u32>,
}

impl Default for Asks {
    fn default() -> Self {
        Self {
            version: Version::V6,
            session: client_sim::session::config::SessionConfig::default(),
            connect: Nanos::seconds(5),
            timeout: Nanos::seconds(30),
            fold: FoldProfile::default(),
            n_policy: None,
        }
    }
}

/// When a machine tries again on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// How long after the last attempt; as its host last told it where it is `None`.
    pub every: Option<Nanos>,
    /// How many at most: retries in a row, renewals in all.
    pub most: Option<u64>,
}

/// What a machine sets its clock by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimePlan {
    /// The settings of its time service.
    pub settings: Settings,
    /// Its domain controller, by its place among the sources.
    pub source: usize,
    /// When its service starts; never of its own accord where it is `None`.
    pub first: Option<Nanos>,
}

/// A time source before it starts.
#[derive(Clone, Debug)]
pub struct SourcePlan {
    /// The actor's id.
    pub id: String,
    /// What is wrong with its clock.
    pub clock: ClockSpec,
    /// How long an answer takes, there and back.
    pub round_trip: Nanos,
    /// How many servers it is away from a reference clock; 16 and more: it knows no time.
    pub stratum: u8,
    /// Its name in DNS.
    pub name: String,
    /// Its address.
    pub address: SocketAddr,
}

/// The DNS zone before it is served.
#[derive(Clone, Debug)]
pub struct DnsPlan {
    /// The server's id.
    pub id: String,
    /// Its name, without a dot at its end.
    pub domain: String,
    /// The realm whose members' keys it knows.
    pub realm: Realm,
    /// What is wrong with the server's clock.
    pub clock: ClockSpec,
    /// How long an answer takes.
    pub latency: Nanos,
    /// Which updates it takes.
    pub updates: Updates,
    /// Whose a name is that an update made.
    pub ownership: Ownership,
    /// The hosts' records at the start.
    pub records: Vec<Srv>,
    /// The hosts that publish themselves, by their places.
    pub publish: Vec<usize>,
    /// The machines that register themselves, by their places.
    pub register: Vec<usize>,
    /// The machines that have no DNS server, by their places.
    pub without_server: Vec<usize>,
    /// Whether the server answers nobody.
    pub down: bool,
    /// Names within the zone that exist, with a text alone.
    pub names: Vec<String>,
}

/// Something that is done from outside.
#[derive(Clone, Debug)]
pub struct Act {
    /// When, since the start.
    pub at: Nanos,
    /// How files and journals name it.
    pub id: String,
    /// What is done.
    pub deed: Deed,
}

/// What is done from outside.
#[derive(Clone, Debug)]
pub enum Deed {
    /// These machines are told to activate, in this order.
    Activate(Arc<[usize]>),
    /// A command is typed at each of these computers, once all else of that moment has happened.
    Type {
        /// The computers, in this order.
        on: Arc<[Actor]>,
        /// The command.
        line: Typing,
    },
    /// These clocks are set, once all else of that moment has happened.
    Set {
        /// Whose clocks.
        on: Arc<[Actor]>,
        /// What they read then.
        to: SetTo,
    },
    /// Something happens to these machines, in this order.
    Happens {
        /// Which machines.
        on: Arc<[Actor]>,
        /// What.
        what: Happening,
    },
}

/// A command as somebody types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    /// The command.
    pub command: Command,
    /// Whether the prompt has administrator's rights.
    pub elevated: bool,
}

/// Something that happens to an actor's clock.
#[derive(Clone, Debug)]
pub struct Order {
    /// How files and journals name it.
    pub id: String,
    /// Whose clock.
    pub actor: Actor,
    /// What sets it off.
    pub trigger: Trigger,
    /// What happens.
    pub what: Operation,
}
