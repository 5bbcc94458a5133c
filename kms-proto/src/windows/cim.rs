//! What the CIM classes of a host and of a machine have in common (namespace `root\CIMV2`).

use serde_json::{Map, Value, json};

use crate::windows::profile::Profile;

/// A datetime of CIM that stands for none: FILETIME 0.
pub const NO_DATE: &str = "16010101000000.000000-000";

/// The properties that came with Windows 8 and Windows Server 2012, as Microsoft documents
/// `SoftwareLicensingService` and `SoftwareLicensingProduct`.
pub const SINCE_WINDOWS_8: [&str; 21] = [
    "KeyManagementServiceLookupDomain",
    "DiscoveredKeyManagementServiceMachineIpAddress",
    "ProductKeyChannel",
    "RemainingAppReArmCount",
    "RemainingSkuReArmCount",
    "VLActivationTypeEnabled",
    "VLActivationType",
    "OA2xBiosMarkerStatus",
    "OA2xBiosMarkerMinorVersion",
    "OA3xOriginalProductKey",
    "OA3xOriginalProductKeyDescription",
    "OA3xOriginalProductKeyPkPn",
    "ADActivationObjectName",
    "ADActivationObjectDN",
    "ADActivationCsvlkPid",
    "ADActivationCsvlkSkuId",
    "IAID",
    "AutomaticVMActivationHostMachineName",
    "AutomaticVMActivationLastActivationTime",
    "AutomaticVMActivationHostDigitalPid2",
    "TokenActivationAdditionalInfo",
];

/// Whether the classes of this generation of Windows have a property; one they have not is absent,
/// and not null.
pub fn has(profile: Profile, property: &str) -> bool {
    profile != Profile::Windows7 || !SINCE_WINDOWS_8.contains(&property)
}

/// What a product shows of the ways to activate that a lab does not have: tokens, Active
/// Directory, automatic VM activation. All of it is empty.
pub fn product_elsewhere(profile: Profile) -> Map<String, Value> {
    let properties = [
        ("TokenActivationILID", json!("")),
        ("TokenActivationILVID", json!(u32::MAX)),
        ("TokenActivationGrantNumber", json!(u32::MAX)),
        ("TokenActivationCertificateThumbprint", json!("")),
        ("TokenActivationAdditionalInfo", json!("")),
        ("ADActivationObjectName", json!("")),
        ("ADActivationObjectDN", json!("")),
        ("ADActivationCsvlkPid", json!("")),
        ("ADActivationCsvlkSkuId", json!("")),
        ("IAID", json!("")),
        ("AutomaticVMActivationHostMachineName", json!("")),
        ("AutomaticVMActivationLastActivationTime", json!(NO_DATE)),
        ("AutomaticVMActivationHostDigitalPid2", json!("")),
    ];
    known(properties, profile)
}

/// What the service shows of a key in the firmware: there is none.
pub fn service_elsewhere(profile: Profile) -> Map<String, Value> {
    let properties = [
        ("OA2xBiosMarkerStatus", json!(0)),
        ("OA2xBiosMarkerMinorVersion", json!(0)),
        ("OA3xOriginalProductKey", json!("")),
        ("OA3xOriginalProductKeyDescription", json!("")),
        ("OA3xOriginalProductKeyPkPn", json!("")),
    ];
    known(properties, profile)
}

/// The edition's own word in a product's name, `LicenseFamily`: `ServerStandard`.
pub fn family(name: &str) -> Option<&str> {
    name.rsplit_once(", ").and_then(|(_, edition)| edition.strip_suffix(" edition"))
}

fn known<const N: usize>(properties: [(&str, Value); N], profile: Profile) -> Map<String, Value> {
    let known = properties.into_iter().filter(|(name, _)| has(profile, name));
    known.map(|(name, value)| (name.to_owned(), value)).collect()
}
