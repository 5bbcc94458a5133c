//! How a host is set up.

use std::collections::BTreeSet;

use kms_proto::guid::Uuid;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::realm::Realm;
use kms_proto::time::window::{Compare, Window};
use serde::Serialize;

use crate::refusal::Refusal;

/// Everything about a host that is decided and not observed.
///
/// No switch here, nor any set of them, makes a host grant a foreign request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings, each named by its source")]
pub struct HostConfig {
    /// The actor's name in draws and journals; two hosts under one seed need two names.
    pub name: String,
    /// The lab whose keys seal requests and answers.
    pub realm: Realm,
    /// What every draw is made from.
    pub seed: u64,
    /// How far a client's clock may be from the host's. KB 974998: 4 hours, edge included.
    pub window: Window,
    /// The grain on which the two clocks are compared.
    pub compare: Compare,
    /// Whether KMS is enabled; refused with `0xC004F039` if not.
    pub enabled: bool,
    /// Whether the host itself is activated; refused with `0xC004F041` if not.
    pub activated: bool,
    /// The product groups it serves; others are refused with `0xC004F042`.
    pub served: Served,
    /// The largest N policy it takes; more is refused with `0x8007000D`. `None` takes any.
    pub n_policy_limit: Option<u32>,
    /// The count it reports at least; 0 makes a fresh host. It never expires and fills no list.
    pub count_floor: u32,
    /// Whether a refused request moves the counter of its licence status.
    ///
    /// No source says which is true of a genuine host; the documented sums hold with `true`.
    pub refused_bump_status: bool,
    /// What a foreign request is refused with when nothing else decides.
    pub foreign: Refusal,
    /// Minutes between attempts before activation, told to every client. slmgr takes 15 to 43200.
    pub activation_interval: u32,
    /// Minutes between renewals after it, told to every client. slmgr takes 15 to 43200.
    pub renewal_interval: u32,
    /// The extended PID it names itself by.
    pub pid: Pid,
    /// The 8 bytes of a V6 answer that say what hardware it is; shown, never checked.
    pub hwid: [u8; 8],
    /// The TCP port it is shown to listen on.
    pub port: u16,
    /// Whether it publishes itself in DNS (`/sdns`, `/cdns`).
    pub dns_publishing: bool,
    /// The priority of its service (`/spri`, `/cpri`).
    pub priority: Priority,
    /// How many event records it keeps; the oldest leaves.
    pub event_capacity: usize,
    /// The code it refuses everything with, before any other rule.
    pub scripted: Option<Refusal>,
}

/// The product groups a host serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Served {
    /// Every counted id.
    #[default]
    All,
    /// These counted ids.
    Only(BTreeSet<Uuid>),
}

/// How the host's service competes for the processor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// As any other.
    #[default]
    Normal,
    /// After others, as on a machine with other work.
    Low,
}

/// Minutes between attempts before activation, as documented for a host never told otherwise.
pub const ACTIVATION_INTERVAL: u32 = 120;
/// Minutes between renewals, as documented for a host never told otherwise: 7 days.
pub const RENEWAL_INTERVAL: u32 = 10_080;
