//! What the CIM classes of a host and of a machine have in common (namespace `root\CIMV2`).

use crate::windows::profile::Profile;

/// A datetime of CIM that stands for none: FILETIME 0.
pub const NO_DATE: &str = "16010101000000.000000-000";

/// The properties that came with Windows 8 and Windows Server 2012, as Microsoft documents
/// `SoftwareLicensingService` and `SoftwareLicensingProduct`.
pub const SINCE_WINDOWS_8: [&str; 7] = [
    "KeyManagementServiceLookupDomain",
    "DiscoveredKeyManagementServiceMachineIpAddress",
    "ProductKeyChannel",
    "RemainingAppReArmCount",
    "RemainingSkuReArmCount",
    "VLActivationTypeEnabled",
    "VLActivationType",
];

/// Whether the classes of this generation of Windows have a property; one they have not is absent,
/// and not null.
pub fn has(profile: Profile, property: &str) -> bool {
    profile != Profile::Windows7 || !SINCE_WINDOWS_8.contains(&property)
}
