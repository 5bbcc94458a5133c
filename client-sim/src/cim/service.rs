//! `SoftwareLicensingService`.

use kms_proto::guid::Uuid;
use kms_proto::windows::cim::service_elsewhere;
use kms_proto::windows::product::service_version;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cim::key_management::KeyManagement;
use crate::machine::Machine;

/// The licensing service of a machine.
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
    /// Whether only tokens may activate.
    pub key_management_service_activation_disabled: bool,
    /// What it shares with the product.
    #[serde(flatten)]
    pub key_management: KeyManagement,
    /// What it shows of a key in the firmware.
    #[serde(flatten)]
    pub elsewhere: Map<String, Value>,
}

impl SoftwareLicensingService {
    /// The service of `machine`.
    pub fn new(machine: &Machine) -> Self {
        Self {
            version: service_version(machine.profile),
            client_machine_id: machine.cmid,
            policy_cache_refresh_required: 0,
            remaining_windows_re_arm_count: machine.product().windows_rearm_count,
            key_management_service_activation_disabled: false,
            key_management: KeyManagement::new(machine),
            elsewhere: service_elsewhere(machine.profile),
        }
    }
}
