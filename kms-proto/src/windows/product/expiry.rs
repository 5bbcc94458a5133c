//! What `slmgr /xpr` says of a product.

use crate::kms::license_status::LicenseStatus;
use crate::time::{FileTime, TICKS_PER_SECOND};
use crate::windows::date::EnUs;
use crate::windows::product::Product;

impl Product {
    /// The text of `/xpr`: the name, and when the current state ends.
    ///
    /// `now` is what the machine's own clock shows on its wall, so the date is wrong by as much as
    /// that clock. Nothing is printed for a status slmgr does not know.
    pub fn expiry(&self, now: FileTime) -> String {
        if self.partial_key.is_none() {
            return "Error: product key not found.\n".to_owned();
        }
        let grace = u64::from(self.grace_minutes) * 60 * TICKS_PER_SECOND;
        let end = EnUs(now.later(grace));
        let line = match self.license_status {
            LicenseStatus::UNLICENSED => "Unlicensed".to_owned(),
            LicenseStatus::LICENSED if self.grace_minutes == 0 => {
                "The machine is permanently activated.".to_owned()
            }
            LicenseStatus::LICENSED => {
                format!("{} activation will expire {end}", self.expires_as())
            }
            LicenseStatus::OOB_GRACE => format!("Initial grace period ends {end}"),
            LicenseStatus::OOT_GRACE => format!("Additional grace period ends {end}"),
            LicenseStatus::NON_GENUINE_GRACE => format!("Non-genuine grace period ends {end}"),
            LicenseStatus::NOTIFICATION => "Windows is in Notification mode".to_owned(),
            LicenseStatus::EXTENDED_GRACE => format!("Extended grace period ends {end}"),
            _ => return String::new(),
        };
        format!("{}:\n    {line}\n", self.name)
    }
}
