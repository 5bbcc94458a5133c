//! The host as CIM shows it: `SoftwareLicensingService` and `SoftwareLicensingProduct`.
//!
//! Names, types and order as Microsoft documents the classes of `root\CIMV2`. What a host has no
//! value for is null, 0 or empty, as on a machine where nobody set it. A datetime is written as
//! CIM does.

pub mod numbers;

use kms_proto::windows::cim::{NO_DATE, family, has, product_elsewhere, service_elsewhere};
use kms_proto::windows::identity::{self, Edition};
use kms_proto::windows::product::service_version;
use kms_proto::windows::profile::Profile;
use serde_json::{Map, Value, json};

use crate::cim::numbers::Numbers;
use crate::config::Priority;
use crate::snapshot::Snapshot;

/// The instances of a class by its name, in any case; `None` of a class that is not here.
pub fn instances(snapshot: &Snapshot, class: &str) -> Option<Vec<Map<String, Value>>> {
    if class.eq_ignore_ascii_case("SoftwareLicensingService") {
        Some(vec![service(snapshot)])
    } else if class.eq_ignore_ascii_case("SoftwareLicensingProduct") {
        Some(vec![product(snapshot)])
    } else {
        None
    }
}

/// The properties of `SoftwareLicensingService`.
pub fn service(snapshot: &Snapshot) -> Map<String, Value> {
    let numbers = Numbers::of(snapshot);
    let first = [
        ("Version", json!(service_version(snapshot.profile))),
        ("KeyManagementServiceMachine", Value::Null),
        ("KeyManagementServicePort", json!(0)),
        ("KeyManagementServiceLookupDomain", Value::Null),
        ("IsKeyManagementServiceMachine", json!(u32::from(snapshot.enabled))),
        ("VLActivationInterval", json!(snapshot.activation_interval)),
        ("VLRenewalInterval", json!(snapshot.renewal_interval)),
        ("KeyManagementServiceCurrentCount", json!(numbers.current_count)),
        ("RequiredClientCount", json!(Edition::ServerKmsHost.n_policy())),
        ("KeyManagementServiceProductKeyID", json!(product_key_id(snapshot))),
        ("DiscoveredKeyManagementServiceMachineName", Value::Null),
        ("DiscoveredKeyManagementServiceMachinePort", json!(0)),
        ("PolicyCacheRefreshRequired", json!(0)),
        ("ClientMachineID", json!(identity::cmid(&snapshot.realm, &snapshot.name))),
        ("RemainingWindowsReArmCount", json!(snapshot.product.windows_rearm_count)),
        ("KeyManagementServiceListeningPort", json!(snapshot.port)),
        ("KeyManagementServiceDnsPublishing", json!(snapshot.dns_publishing)),
        ("KeyManagementServiceLowPriority", json!(snapshot.priority == Priority::Low)),
        ("KeyManagementServiceHostCaching", json!(true)),
        ("KeyManagementServiceActivationDisabled", json!(false)),
    ];
    let mut service = object(first.into_iter().chain(requests(&numbers)), snapshot.profile);
    service.extend(service_elsewhere(snapshot.profile));
    service
}

/// The properties of the host's one `SoftwareLicensingProduct`.
pub fn product(snapshot: &Snapshot) -> Map<String, Value> {
    let (product, numbers) = (&snapshot.product, Numbers::of(snapshot));
    let first = [
        ("ID", json!(product.activation_id)),
        ("Name", json!(product.name)),
        ("Description", json!(product.description)),
        ("ApplicationID", json!(product.application_id)),
        ("ProcessorURL", json!("")),
        ("MachineURL", json!("")),
        ("ProductKeyURL", json!("")),
        ("UseLicenseURL", json!("")),
        ("ValidationURL", json!("")),
        ("LicenseStatus", json!(product.license_status)),
        ("LicenseStatusReason", json!(product.status_reason.0)),
        ("GracePeriodRemaining", json!(product.grace_minutes)),
        ("EvaluationEndDate", json!(NO_DATE)),
        ("OfflineInstallationId", json!(product.installation_id)),
        ("PartialProductKey", json!(product.partial_key)),
        ("ProductKeyID", json!(product.extended_pid)),
        ("ProductKeyChannel", json!(product.channel)),
        ("LicenseFamily", json!(family(&product.name))),
        ("LicenseDependsOn", Value::Null),
        ("LicenseIsAddon", json!(false)),
        ("VLActivationInterval", json!(snapshot.activation_interval)),
        ("VLRenewalInterval", json!(snapshot.renewal_interval)),
        ("KeyManagementServiceMachine", Value::Null),
        ("KeyManagementServicePort", json!(0)),
        ("KeyManagementServiceLookupDomain", Value::Null),
        ("IsKeyManagementServiceMachine", json!(u32::from(snapshot.enabled))),
        ("KeyManagementServiceCurrentCount", json!(numbers.current_count)),
        ("RequiredClientCount", json!(Edition::ServerKmsHost.n_policy())),
        ("KeyManagementServiceProductKeyID", json!(product_key_id(snapshot))),
        ("DiscoveredKeyManagementServiceMachineName", Value::Null),
        ("DiscoveredKeyManagementServiceMachinePort", json!(0)),
        ("DiscoveredKeyManagementServiceMachineIpAddress", Value::Null),
        ("KeyManagementServiceListeningPort", json!(snapshot.port)),
        ("KeyManagementServiceDnsPublishing", json!(snapshot.dns_publishing)),
        ("KeyManagementServiceLowPriority", json!(snapshot.priority == Priority::Low)),
        ("KeyManagementServiceHostCaching", json!(true)),
    ];
    let last = [
        ("GenuineStatus", json!(0)),
        ("ExtendedGrace", json!(0)),
        ("TrustedTime", json!(NO_DATE)),
        ("RemainingAppReArmCount", json!(product.windows_rearm_count)),
        ("RemainingSkuReArmCount", json!(product.sku_rearm_count)),
        ("VLActivationTypeEnabled", json!(0)),
    ];
    let all = first.into_iter().chain(requests(&numbers)).chain(last);
    let mut product = object(all, snapshot.profile);
    product.extend(product_elsewhere(snapshot.profile));
    product
}

/// The cumulative counters, as both classes have them.
fn requests(numbers: &Numbers) -> [(&'static str, Value); 8] {
    [
        ("KeyManagementServiceTotalRequests", json!(numbers.total)),
        ("KeyManagementServiceFailedRequests", json!(numbers.failed)),
        ("KeyManagementServiceUnlicensedRequests", json!(numbers.unlicensed)),
        ("KeyManagementServiceLicensedRequests", json!(numbers.licensed)),
        ("KeyManagementServiceOOBGraceRequests", json!(numbers.oob_grace)),
        ("KeyManagementServiceOOTGraceRequests", json!(numbers.oot_grace)),
        ("KeyManagementServiceNonGenuineGraceRequests", json!(numbers.non_genuine_grace)),
        ("KeyManagementServiceNotificationRequests", json!(numbers.notification)),
    ]
}

/// The host key's product id; null where KMS is not enabled.
fn product_key_id(snapshot: &Snapshot) -> Option<&str> {
    snapshot.product.extended_pid.as_deref().filter(|_| snapshot.enabled)
}

/// The properties this generation of Windows has, in their order.
fn object(
    properties: impl Iterator<Item = (&'static str, Value)>,
    profile: Profile,
) -> Map<String, Value> {
    let known = properties.filter(|(name, _)| has(profile, name));
    known.map(|(name, value)| (name.to_owned(), value)).collect()
}
