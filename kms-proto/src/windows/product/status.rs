//! The one or two lines on a product's licence status.

use core::fmt::{self, Write};

use crate::kms::hresult::HResult;
use crate::kms::license_status::LicenseStatus;
use crate::windows::product::{Product, days};
use crate::windows::profile::Profile;

/// `SL_E_NOT_GENUINE`.
const NOT_GENUINE: HResult = HResult(0xC004_F200);
/// `SL_E_GRACE_TIME_EXPIRED`.
const GRACE_TIME_EXPIRED: HResult = HResult(0xC004_F009);

/// Writes the lines of `product`.
pub(super) fn lines(product: &Product, out: &mut String, profile: Profile) -> fmt::Result {
    let (minutes, days) = (product.grace_minutes, days(product.grace_minutes, profile));
    let remaining =
        |out: &mut String| writeln!(out, "Time remaining: {minutes} minute(s) ({days} day(s))");
    out.push_str("License Status: ");
    match product.license_status {
        LicenseStatus::UNLICENSED => writeln!(out, "Unlicensed"),
        LicenseStatus::LICENSED => {
            writeln!(out, "Licensed")?;
            if minutes == 0 {
                return Ok(());
            }
            let kind = product.expires_as();
            writeln!(out, "{kind} activation expiration: {minutes} minute(s) ({days} day(s))")
        }
        LicenseStatus::OOB_GRACE => {
            writeln!(out, "Initial grace period")?;
            remaining(out)
        }
        LicenseStatus::OOT_GRACE => {
            out.push_str("Additional grace period ");
            writeln!(out, "(KMS license expired or hardware out of tolerance)")?;
            remaining(out)
        }
        LicenseStatus::NON_GENUINE_GRACE => {
            writeln!(out, "Non-genuine grace period.")?;
            remaining(out)
        }
        LicenseStatus::NOTIFICATION => {
            writeln!(out, "Notification")?;
            let reason = match product.status_reason {
                NOT_GENUINE => " (non-genuine)",
                GRACE_TIME_EXPIRED => " (grace time expired)",
                _ => "",
            };
            writeln!(out, "Notification Reason: 0x{:X}{reason}.", product.status_reason.0)
        }
        LicenseStatus::EXTENDED_GRACE => {
            writeln!(out, "Extended grace period")?;
            remaining(out)
        }
        _ => writeln!(out, "Unknown"),
    }
}
