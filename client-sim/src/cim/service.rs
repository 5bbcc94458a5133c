//! `SoftwareLicensingService`.

use kms_proto::guid::Uuid;
use kms_proto::windows::product::service_version;
use serde::Serialize;

use crate::cim::key_management::KeyManagement;
use crate::machine::Machine;

/// The licensing service of a machine.
#[expect(clippy::struct_excessive_bools, reason = "the class has these properties")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SoftwareLicensingService {
    /// The version of the service.
    pub version: &'static str,
    /// The client machine id.
    #[serde(rename = "ClientMachineID")]
    pub client_machine_id: Uuid,
    /// Whether policies must be read again.
    pub policy_cache_refresh_required: u32,
    /// How many re-arms of Windows are left.
    pub remaining_windows_re_arm_count: u32,
    /// The port of a host; 0 if none was set.
    pub key_management_service_listening_port: u32,
    /// Whether a host publishes itself in DNS.
    pub key_management_service_dns_publishing: bool,
    /// Whether a host runs at low priority.
    pub key_management_service_low_priority: bool,
    /// Whether a host that answered is kept.
    pub key_management_service_host_caching: bool,
    /// Whether only tokens may activate.
    pub key_management_service_activation_disabled: bool,
    /// What it shares with the product.
    #[serde(flatten)]
    pub key_management: KeyManagement,
}

impl SoftwareLicensingService {
    /// The service of `machine`.
    pub fn new(machine: &Machine) -> Self {
        Self {
            version: service_version(machine.profile),
            client_machine_id: machine.cmid,
            policy_cache_refresh_required: 0,
            remaining_windows_re_arm_count: machine.product().windows_rearm_count,
            key_management_service_listening_port: 0,
            key_management_service_dns_publishing: true,
            key_management_service_low_priority: false,
            key_management_service_host_caching: machine.host_caching,
            key_management_service_activation_disabled: false,
            key_management: KeyManagement::new(machine),
        }
    }
}
