//! A host at a moment: the one value every view renders.

use core::fmt::Display;

use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::realm::Realm;
use kms_proto::time::FileTime;
use kms_proto::time::window::{Compare, Window};
use kms_proto::windows::identity::{self, Edition};
use kms_proto::windows::product::Product;
use kms_proto::windows::profile::Profile;
use serde::{Serialize, Serializer};

use crate::config::{HostConfig, Priority, Served};
use crate::event_log::Fill;
use crate::host::Host;
use crate::ledger::Ledger;
use crate::refusal::Refusal;

/// What the world may see of a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings of the host, as they are")]
pub struct Snapshot {
    /// The actor's name.
    pub name: String,
    /// The realm.
    #[serde(serialize_with = "as_text")]
    pub realm: Realm,
    /// The seed of every draw.
    pub seed: u64,
    /// What the host's clock reads.
    #[serde(serialize_with = "as_text")]
    pub host_time: FileTime,
    /// How far a client's clock may be from it.
    pub window: Window,
    /// The grain of that comparison.
    pub compare: Compare,
    /// Whether KMS is enabled.
    pub enabled: bool,
    /// Whether the host itself is activated.
    pub activated: bool,
    /// The code it is told to refuse everything with.
    pub scripted: Option<Refusal>,
    /// The code foreign requests are refused with when nothing else decides.
    pub foreign: Refusal,
    /// The product groups it serves.
    pub served: Served,
    /// The largest N policy it takes.
    pub n_policy_limit: Option<u32>,
    /// Whether a refused request moves the counter of its licence status.
    pub refused_bump_status: bool,
    /// The cumulative counters.
    pub counters: Ledger,
    /// The count it reports to Windows clients.
    pub count: u32,
    /// The count it reports at least.
    pub count_floor: u32,
    /// Its client lists, by application id.
    pub applications: Vec<ApplicationSnapshot>,
    /// Minutes between attempts before activation; as slmgr set it, as are the next four, before
    /// the start that puts it in force too.
    pub activation_interval: u32,
    /// Minutes between renewals after it.
    pub renewal_interval: u32,
    /// The TCP port it is shown to listen on.
    pub port: u16,
    /// Whether it publishes itself in DNS.
    pub dns_publishing: bool,
    /// The priority of its service.
    pub priority: Priority,
    /// How full its event log is.
    pub events: Fill,
    /// The generation of Windows it is.
    pub profile: Profile,
    /// The product whose key makes it a host.
    #[serde(serialize_with = "identity_of")]
    pub product: Product,
}

/// One application's client list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ApplicationSnapshot {
    /// The application.
    pub application_id: Uuid,
    /// The machines listed.
    pub listed: usize,
    /// The most it lists.
    pub limit: usize,
    /// The largest N policy granted.
    pub largest_n: u32,
    /// The count reported.
    pub count: u32,
}

impl Host {
    /// This host when its clock reads `now`.
    pub fn snapshot(&self, now: FileTime) -> Snapshot {
        let (config, registry) = (self.config().clone(), *self.registry());
        let applications = self.clients().applications().map(|(id, list)| ApplicationSnapshot {
            application_id: id,
            listed: list.count(now),
            limit: list.limit(),
            largest_n: list.largest_n(),
            count: self.count(id, now),
        });
        let mut applications: Vec<_> = applications.collect();
        applications.sort_by_key(|application| application.application_id);
        Snapshot {
            host_time: now,
            counters: *self.ledger(),
            count: self.count(identity::WINDOWS, now),
            applications,
            events: self.events().fill(),
            product: product(&config),
            name: config.name,
            realm: config.realm,
            seed: config.seed,
            window: config.window,
            compare: config.compare,
            enabled: config.enabled,
            activated: config.activated,
            scripted: config.scripted,
            foreign: config.foreign,
            served: config.served,
            n_policy_limit: config.n_policy_limit,
            refused_bump_status: config.refused_bump_status,
            count_floor: config.count_floor,
            activation_interval: registry.activation_interval,
            renewal_interval: registry.renewal_interval,
            port: registry.port,
            dns_publishing: registry.dns_publishing,
            priority: registry.priority,
            profile: config.profile,
        }
    }
}

/// The host's own product: with a KMS host key, which is activated or is not, or without a key.
fn product(config: &HostConfig) -> Product {
    let mut product = Edition::ServerKmsHost.product(&config.realm, config.profile);
    product.extended_pid = Some(config.pid.to_string());
    if !config.enabled {
        product.extended_pid = None;
        product.partial_key = None;
        product.channel = String::new();
        product.license_status = LicenseStatus::UNLICENSED;
        product.status_reason = HResult::NO_KEY;
    } else if !config.activated {
        product.license_status = LicenseStatus::UNLICENSED;
        product.status_reason = HResult::NOT_ACTIVATED;
    }
    product
}

/// The text people read: of a moment RFC 3339.
fn as_text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// What identifies a product.
fn identity_of<S: Serializer>(product: &Product, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Identity<'a> {
        name: &'a str,
        description: &'a str,
        activation_id: Uuid,
        application_id: Uuid,
        extended_pid: Option<&'a str>,
        channel: &'a str,
        partial_key: Option<&'a str>,
        license_status: LicenseStatus,
        license_status_reason: HResult,
    }
    Identity {
        name: &product.name,
        description: &product.description,
        activation_id: product.activation_id,
        application_id: product.application_id,
        extended_pid: product.extended_pid.as_deref(),
        channel: &product.channel,
        partial_key: product.partial_key.as_deref(),
        license_status: product.license_status,
        license_status_reason: product.status_reason,
    }
    .serialize(serializer)
}
