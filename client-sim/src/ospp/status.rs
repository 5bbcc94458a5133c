//! The block of `ospp.vbs /dstatus`.

use core::fmt::{self, Write as _};

use kms_proto::kms::catalogue;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::windows::profile::Profile;

use crate::machine::Machine;

/// The product of a machine.
pub(super) fn product(machine: &Machine) -> String {
    let mut out = String::new();
    // A String takes whatever is written to it.
    let _ = write(machine, &mut out);
    out
}

fn write(machine: &Machine, out: &mut String) -> fmt::Result {
    let (product, license) = (machine.product(), machine.license);
    writeln!(out, "PRODUCT ID: {}", product.extended_pid.unwrap_or_default())?;
    writeln!(out, "SKU ID: {}", product.activation_id)?;
    writeln!(out, "LICENSE NAME: {}", product.name)?;
    writeln!(out, "LICENSE DESCRIPTION: {}", product.description)?;
    writeln!(out, "BETA EXPIRATION: 1601/1/1")?;
    let word = match license.status {
        LicenseStatus::UNLICENSED => "UNLICENSED",
        LicenseStatus::LICENSED => "LICENSED",
        LicenseStatus::OOB_GRACE => "OOB_GRACE",
        LicenseStatus::OOT_GRACE => "OOT_GRACE",
        LicenseStatus::NON_GENUINE_GRACE => "NON_GENUINE_GRACE",
        LicenseStatus::NOTIFICATION => "NOTIFICATIONS",
        LicenseStatus::EXTENDED_GRACE => "EXTENDED GRACE",
        _ => "UNKNOWN",
    };
    writeln!(out, "LICENSE STATUS:  ---{word}---")?;
    if license.status != LicenseStatus::LICENSED {
        write!(out, "ERROR CODE: {}\n{}", license.reason, description(license.reason))?;
    }
    if license.minutes > 0 {
        // A day that has begun is none, unlike in slmgr.
        let (minutes, days) = (license.minutes, license.minutes / 1440);
        writeln!(out, "REMAINING GRACE: {days} days  ({minutes} minute(s) before expiring)")?;
    }
    let key = product.partial_key.unwrap_or_default();
    writeln!(out, "Last 5 characters of installed product key: {key}")?;
    let kind = machine.activation_type.word().to_uppercase();
    // Windows 7 has no choice of activation types.
    if machine.profile == Profile::Windows8 {
        writeln!(out, "Activation Type Configuration: {kind}")?;
    }
    match machine.cached_host() {
        Some(host) => writeln!(out, "        KMS machine name from DNS: {host}")?,
        None => writeln!(out, "        DNS auto-discovery: KMS name not available")?,
    }
    if let Some(host) = &machine.registered_host {
        writeln!(out, "        KMS machine registry override defined: {host}")?;
    }
    writeln!(out, "        Activation Interval: {} minutes", machine.activation_interval)?;
    writeln!(out, "        Renewal Interval: {} minutes", machine.renewal_interval)?;
    let caching = if machine.host_caching { "Enabled" } else { "Disabled" };
    writeln!(out, "        KMS host caching: {caching}")
}

/// The line that describes a code, where there is a description: Office says "Licensing Service" of
/// what Microsoft's pages call "Protection Service".
pub(super) fn description(code: HResult) -> String {
    let message = catalogue::find(code).and_then(|entry| entry.message);
    message.map_or_else(String::new, |message| {
        let message = message.replace("Software Protection Service", "Software Licensing Service");
        format!("ERROR DESCRIPTION: {message}\n")
    })
}
