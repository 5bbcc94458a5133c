//! `SoftwareLicensingProduct`.

use kms_proto::guid::Uuid;
use serde::Serialize;

use crate::cim::key_management::KeyManagement;
use crate::machine::Machine;

/// The moment WMI writes for none: FILETIME 0.
const NEVER: &str = "16010101000000.000000-000";

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
    pub product_key_channel: String,
    /// Whether it adds to another product.
    pub license_is_addon: bool,
    /// The time of the secure store.
    pub trusted_time: &'static str,
    /// How many re-arms of the application are left.
    pub remaining_app_re_arm_count: u32,
    /// How many re-arms of the product are left.
    pub remaining_sku_re_arm_count: u32,
    /// 0 all, 1 AD, 2 KMS, 3 token.
    #[serde(rename = "VLActivationTypeEnabled")]
    pub vl_activation_type_enabled: u32,
    /// How it was activated; 2 KMS, 0 not yet.
    #[serde(rename = "VLActivationType")]
    pub vl_activation_type: u32,
    /// The address of the host that activated it.
    pub discovered_key_management_service_machine_ip_address: Option<String>,
    /// What it shares with the service.
    #[serde(flatten)]
    pub key_management: KeyManagement,
}

impl SoftwareLicensingProduct {
    /// The product of `machine`.
    pub fn new(machine: &Machine) -> Self {
        let product = machine.product();
        let address = machine.activated_by.and_then(|host| host.address);
        Self {
            id: product.activation_id,
            name: product.name,
            description: product.description,
            application_id: product.application_id,
            license_status: product.license_status.0,
            license_status_reason: product.status_reason.0,
            grace_period_remaining: product.grace_minutes,
            evaluation_end_date: NEVER,
            offline_installation_id: product.installation_id,
            partial_product_key: product.partial_key,
            product_key_id: product.extended_pid,
            product_key_channel: product.channel,
            license_is_addon: false,
            trusted_time: NEVER,
            remaining_app_re_arm_count: product.windows_rearm_count,
            remaining_sku_re_arm_count: product.sku_rearm_count,
            vl_activation_type_enabled: 0,
            vl_activation_type: if machine.activated_by.is_some() { 2 } else { 0 },
            discovered_key_management_service_machine_ip_address: address.map(|a| a.to_string()),
            key_management: KeyManagement::new(machine),
        }
    }
}
