//! `SoftwareLicensingProduct`.

use kms_proto::guid::Uuid;
use kms_proto::windows::cim::{self, NO_DATE};
use serde::Serialize;
use serde_json::{Map, Value};

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
    /// Where a processor's certificate would be had; empty, as are the next four.
    #[serde(rename = "ProcessorURL")]
    pub processor_url: &'static str,
    /// Of a machine's certificate.
    #[serde(rename = "MachineURL")]
    pub machine_url: &'static str,
    /// Of a key's certificate.
    #[serde(rename = "ProductKeyURL")]
    pub product_key_url: &'static str,
    /// Of a licence to use.
    #[serde(rename = "UseLicenseURL")]
    pub use_license_url: &'static str,
    /// Where a product is validated.
    #[serde(rename = "ValidationURL")]
    pub validation_url: &'static str,
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
    /// The edition's own word.
    pub license_family: Option<String>,
    /// The product it adds to.
    pub license_depends_on: Option<String>,
    /// Whether it adds to another product.
    pub license_is_addon: bool,
    /// 0: nothing here says that it is not genuine.
    pub genuine_status: u32,
    /// Minutes of extended grace; 0.
    pub extended_grace: u32,
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
    /// What it shows of the ways to activate that a lab does not have.
    #[serde(flatten)]
    pub elsewhere: Map<String, Value>,
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
            license_family: cim::family(&product.name).map(str::to_owned),
            license_depends_on: None,
            processor_url: "",
            machine_url: "",
            product_key_url: "",
            use_license_url: "",
            validation_url: "",
            genuine_status: 0,
            extended_grace: 0,
            elsewhere: cim::product_elsewhere(profile),
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
            vl_activation_type_enabled: Since8::new(
                profile,
                "VLActivationTypeEnabled",
                machine.activation_type.number(),
            ),
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
