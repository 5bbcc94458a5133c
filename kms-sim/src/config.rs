//! How a host is set up.

use std::collections::BTreeSet;

use kms_proto::guid::Uuid;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::realm::Realm;
use kms_proto::time::window::{Compare, Window};
use kms_proto::windows::identity::Edition;
use kms_proto::windows::profile::Profile;
use serde::Serialize;

use crate::refusal::Refusal;
use crate::strictness::Strictness;

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
    /// Whether it is the KMS of Windows Vista's days in a virtual machine, which it does not support:
    /// it cannot be activated (`0xC004F06B`). Hosts since then run in virtual machines.
    pub virtual_unsupported: bool,
    /// Whether it looks at the product before it looks at the time: Microsoft documents no order.
    pub product_first: bool,
    /// The product groups it serves; others are refused with `0xC004F042`.
    pub served: Served,
    /// How much of what is legal but odd it refuses.
    pub strictness: Strictness,
    /// The largest N policy it takes; more is refused with `0x8007000D`. `None` takes any, and so
    /// does a lenient host.
    pub n_policy_limit: Option<u32>,
    /// The count it reports at least; 0 makes a fresh host. It never expires and fills no list.
    pub count_floor: u32,
    /// Whether a refused request moves the counter of its licence status.
    ///
    /// No source says which is true of a genuine host; the documented sums hold with `true`.
    pub refused_bump_status: bool,
    /// Whether a refused request enters or refreshes the client list all the same; a foreign one
    /// never does. No source says which is true of a genuine host.
    pub refused_listed: bool,
    /// What a foreign request is refused with when nothing else decides.
    pub foreign: Refusal,
    /// Minutes between attempts before activation, told to every client. slmgr takes 15 to 43200.
    pub activation_interval: u32,
    /// Minutes between renewals after it, told to every client. slmgr takes 15 to 43200.
    pub renewal_interval: u32,
    /// The generation of Windows it is: whose texts it prints.
    pub profile: Profile,
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

impl HostConfig {
    /// A host of this generation of Windows as Microsoft documents one that nobody configured, with
    /// the lab's own identity.
    pub fn of(profile: Profile) -> Self {
        Self {
            name: "host".to_owned(),
            realm: Realm::default(),
            seed: 0,
            window: Window::default(),
            compare: Compare::default(),
            enabled: true,
            activated: true,
            virtual_unsupported: false,
            product_first: false,
            served: Served::All,
            strictness: Strictness::default(),
            n_policy_limit: Some(N_POLICY_LIMIT),
            count_floor: COUNT_FLOOR,
            refused_bump_status: true,
            refused_listed: false,
            foreign: Refusal::INVALID_DATA,
            activation_interval: ACTIVATION_INTERVAL,
            renewal_interval: RENEWAL_INTERVAL,
            profile,
            pid: pid(profile),
            hwid: *b"kms-lab\0",
            port: PORT,
            dns_publishing: true,
            priority: Priority::Normal,
            event_capacity: EVENT_CAPACITY,
            scripted: None,
        }
    }

    /// The largest N policy that is not refused, if any is: a lenient host takes what it can read.
    pub fn n_policy_limit(&self) -> Option<u32> {
        self.n_policy_limit.filter(|_| self.strictness != Strictness::Lenient)
    }
}

/// Windows 8 or later.
impl Default for HostConfig {
    fn default() -> Self {
        Self::of(Profile::default())
    }
}

/// The product groups a host serves: in JSON `"all"`, or the list of counted ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Served {
    /// Every counted id.
    #[default]
    All,
    /// These counted ids.
    #[serde(untagged)]
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
/// The largest N policy a host takes: a list of twice as many is the longest it keeps.
pub const N_POLICY_LIMIT: u32 = 1000;
/// The count a host reports at least: what a client edition of Windows needs.
pub const COUNT_FLOOR: u32 = 25;
/// The TCP port of KMS.
pub const PORT: u16 = 1688;
/// Event records a host keeps.
pub const EVENT_CAPACITY: usize = 10_000;

/// The PID a host of this generation names itself by when nobody gives it another.
#[expect(clippy::expect_used, reason = "digits, dashes and a point, 48 of the 63 units there are")]
fn pid(profile: Profile) -> Pid {
    Pid::new(&Edition::ServerKmsHost.extended_pid(profile)).expect("a PID that fits the wire")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_served_is_a_word_or_a_list() {
        let json = |served: &Served| serde_json::to_string(served).unwrap();
        assert_eq!(json(&Served::All), "\"all\"");
        let one = Served::Only(BTreeSet::from([Uuid::nil()]));
        assert_eq!(json(&one), "[\"00000000-0000-0000-0000-000000000000\"]");
    }

    #[test]
    fn a_host_names_itself_as_its_generation_of_windows_does() {
        let pid = |profile| HostConfig::of(profile).pid.to_string();
        assert!(pid(Profile::Windows7).contains("-7601.0000-"));
        assert_eq!(HostConfig::default().pid.to_string(), pid(Profile::Windows8));
    }
}
