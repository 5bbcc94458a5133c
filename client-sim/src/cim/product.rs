//! `SoftwareLicensingProduct`.

use kms_proto::guid::Uuid;
use kms_proto::windows::cim::NO_DATE;
use serde::Serialize;

use crate::cim::key_management::KeyManagement;
use crate::cim::since8::Since8;
use crate::machine::Machine;

/// A licensed product of a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SoftwareLicensingProduct {
    /// The activation id.
    #[serde(rename = "ID")]
    pub id: Uuid,
    /// The product's name.
    pub name: String,
    /// How it is licensed.
    pub description: String,
    /// Windows or another application.
    #[serde(rename = "ApplicationID")]
    pub application_id: Uuid,
    /// 0 to 6.
    pub license_status: u32,
    /// An HRESULT.
    pub license_status_reason: u32,
    /// Minutes.
    pub grace_period_remaining: u32,
    /// When an evaluation ends.
    pub evaluation_end_date: &'static str,
    /// For activation by telephone.
    pub offline_installation_id: String,
    /// The last five characters of the key.
    pub partial_product_key: Option<String>,
    /// The extended product id.
    #[serde(rename = "ProductKeyID")]
    pub product_key_id: Option<String>,
    /// The channel of the key.
    #[serde(skip_serializing_if = "Since8::is_absent")]
    pub product_key_channel: Since8<String>,
    /// Whether it adds to another product.
    pub license_is_addon: bool,
    /// The time of the secure store.
    pub trusted_time: &'static str,
    /// How many re-arms of the application are left.
    #[serde(skip_serializing_if = "Since8::is_absent")]
    pub remaining_app_re_arm_count: Since8<u32>,
    /// How many re-arms of the product are left.
    #[serde(skip_serializing_if = "Since8::is_absent")]
    pub remaining_sku_re_arm_count: Since8<u32>,
    /// 0 all, 1 AD, 2 KMS, 3 token.
    #[serde(rename = "VLActivationTypeEnabled", skip_serializing_if = "Since8::is_absent")]
    pub vl_activation_type_enabled: Since8<u32>,
    /// How it was activated; 2 KMS, 0 not yet.
    #[serde(rename = "VLActivationType", skip_serializing_if = "Since8::is_absent")]
    pub vl_activation_type: Since8<u32>,
    /// The address of the host that activated it.
    #[serde(skip_serializing_if = "Since8::is_absent")]
    pub discovered_key_management_service_machine_ip_address: Since8<Option<String>>,
    /// What it shares with the service.
    #[serde(flatten)]
    pub key_management: KeyManagement,
}

impl SoftwareLicensingProduct {
    /// The product of `machine`.
    pub fn new(machine: &Machine) -> Self {
        let product = machine.product();
        let address = machine.activated_by.and_then(|host| host.address).map(|a| a.to_string());
        let by_kms = if machine.activated_by.is_some() { 2 } else { 0 };
        let profile = machine.profile;
        Self {
            id: product.activation_id,
            name: product.name,
            description: product.description,
            application_id: product.application_id,
            license_status: product.license_status.0,
            license_status_reason: product.status_reason.0,
            grace_period_remaining: product.grace_minutes,
            evaluation_end_date: NO_DATE,
            offline_installation_id: product.installation_id,
            partial_product_key: product.partial_key,
            product_key_id: product.extended_pid,
            product_key_channel: Since8::new(profile, "ProductKeyChannel", product.channel),
            license_is_addon: false,
            trusted_time: NO_DATE,
            remaining_app_re_arm_count: Since8::new(
                profile,
                "RemainingAppReArmCount",
                product.windows_rearm_count,
            ),
            remaining_sku_re_arm_count: Since8::new(
                profile,
                "RemainingSkuReArmCount",
                product.sku_rearm_count,
            ),
            vl_activation_type_enabled: Since8::new(profile, "VLActivationTypeEnabled", 0),
            vl_activation_type: Since8::new(profile, "VLActivationType", by_kms),
            discovered_key_management_service_machine_ip_address: Since8::new(
                profile,
                "DiscoveredKeyManagementServiceMachineIpAddress",
                address,
            ),
            key_management: KeyManagement::new(machine),
        }
    }
}
