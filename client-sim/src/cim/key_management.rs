//! The properties of KMS that service and product share.

use serde::Serialize;

use crate::cim::since8::Since8;
use crate::kms_host::KmsHost;
use crate::machine::Machine;

/// What a count reads where there is none: -1 as a uint32.
pub const NOT_AVAILABLE: u32 = u32::MAX;

/// What the client side knows of its host, and a host side that there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyManagement {
    /// The host set by `/skms`; null if none was.
    pub key_management_service_machine: Option<String>,
    /// Its port; 0 if none was set.
    pub key_management_service_port: u32,
    /// The domain set by `/skms-domain`.
    #[serde(skip_serializing_if = "Since8::is_absent")]
    pub key_management_service_lookup_domain: Since8<Option<String>>,
    /// The host found in DNS.
    pub discovered_key_management_service_machine_name: Option<String>,
    /// Its port.
    pub discovered_key_management_service_machine_port: u32,
    /// 1 on a KMS host.
    pub is_key_management_service_machine: u32,
    /// How many machines this host counts.
    pub key_management_service_current_count: u32,
    /// How many clients the product needs.
    pub required_client_count: u32,
    /// The extended product id of the host that activated this machine.
    #[serde(rename = "KeyManagementServiceProductKeyID")]
    pub key_management_service_product_key_id: Option<String>,
    /// Minutes between attempts before activation.
    #[serde(rename = "VLActivationInterval")]
    pub vl_activation_interval: u32,
    /// Minutes between renewals after it.
    #[serde(rename = "VLRenewalInterval")]
    pub vl_renewal_interval: u32,
    /// The port of a host; 0 if none was set.
    pub key_management_service_listening_port: u32,
    /// Whether a host publishes itself in DNS.
    pub key_management_service_dns_publishing: bool,
    /// Whether a host runs at low priority.
    pub key_management_service_low_priority: bool,
    /// Whether a host that answered is kept.
    pub key_management_service_host_caching: bool,
    /// Requests this host judged.
    pub key_management_service_total_requests: u32,
    /// Those it answered with an error.
    pub key_management_service_failed_requests: u32,
    /// Those of unlicensed clients.
    pub key_management_service_unlicensed_requests: u32,
    /// Those of licensed clients.
    pub key_management_service_licensed_requests: u32,
    /// Those of clients in the initial grace period.
    #[serde(rename = "KeyManagementServiceOOBGraceRequests")]
    pub key_management_service_oob_grace_requests: u32,
    /// Those of clients in the additional grace period.
    #[serde(rename = "KeyManagementServiceOOTGraceRequests")]
    pub key_management_service_oot_grace_requests: u32,
    /// Those of clients in the non-genuine grace period.
    pub key_management_service_non_genuine_grace_requests: u32,
    /// Those of clients in notification.
    pub key_management_service_notification_requests: u32,
}

impl KeyManagement {
    /// Those of `machine`, which is no host.
    pub fn new(machine: &Machine) -> Self {
        let (registered, discovered) = (&machine.registered_host, &machine.discovered_host);
        Self {
            key_management_service_machine: registered.as_ref().map(|h| h.name().to_owned()),
            key_management_service_port: registered
                .as_ref()
                .map_or(machine.registered_port, KmsHost::port_as_set)
                .into(),
            key_management_service_lookup_domain: Since8::new(
                machine.profile,
                "KeyManagementServiceLookupDomain",
                machine.lookup_domain.clone(),
            ),
            discovered_key_management_service_machine_name: discovered
                .as_ref()
                .map(|h| h.name().to_owned()),
            discovered_key_management_service_machine_port: discovered
                .as_ref()
                .map_or(0, |h| h.port().into()),
            is_key_management_service_machine: 0,
            key_management_service_current_count: NOT_AVAILABLE,
            required_client_count: machine.edition.n_policy(),
            key_management_service_product_key_id: machine.activated_by.map(|h| h.pid.to_string()),
            vl_activation_interval: machine.activation_interval,
            vl_renewal_interval: machine.renewal_interval,
            key_management_service_listening_port: 0,
            key_management_service_dns_publishing: true,
            key_management_service_low_priority: false,
            key_management_service_host_caching: machine.host_caching,
            key_management_service_total_requests: NOT_AVAILABLE,
            key_management_service_failed_requests: NOT_AVAILABLE,
            key_management_service_unlicensed_requests: NOT_AVAILABLE,
            key_management_service_licensed_requests: NOT_AVAILABLE,
            key_management_service_oob_grace_requests: NOT_AVAILABLE,
            key_management_service_oot_grace_requests: NOT_AVAILABLE,
            key_management_service_non_genuine_grace_requests: NOT_AVAILABLE,
            key_management_service_notification_requests: NOT_AVAILABLE,
        }
    }
}
