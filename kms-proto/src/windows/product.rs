//! The product block of slmgr's `/dli` and `/dlv`: what host and machine print alike.

mod expiry;
mod status;

use core::fmt::{self, Write};

use uuid::Uuid;

use crate::kms::hresult::HResult;
use crate::kms::license_status::LicenseStatus;
use crate::windows::application::WINDOWS;
use crate::windows::profile::Profile;

/// `Version` of `SoftwareLicensingService`: of Windows 7 SP1, and of Windows 8.1.
pub const fn service_version(profile: Profile) -> &'static str {
    match profile {
        Profile::Windows7 => "6.1.7601.17514",
        Profile::Windows8 => "6.3.9600.16384",
    }
}

/// Minutes as slmgr counts days: Windows 7 drops a begun day, Windows 8 and later count it.
pub const fn days(minutes: u32, profile: Profile) -> u32 {
    match profile {
        Profile::Windows7 => minutes / 1440,
        Profile::Windows8 => minutes.div_ceil(1440),
    }
}

/// How much slmgr tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// `/dli`.
    Dli,
    /// `/dlv`.
    Dlv,
}

/// One licensed product: the properties of `SoftwareLicensingProduct` that slmgr prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// `Name`.
    pub name: String,
    /// `Description`; the words before `channel` say how the product is licensed.
    pub description: String,
    /// `ID`.
    pub activation_id: Uuid,
    /// `ApplicationID`.
    pub application_id: Uuid,
    /// `ProductKeyID`; none without a key.
    pub extended_pid: Option<String>,
    /// `ProductKeyChannel`; empty without a key.
    pub channel: String,
    /// `OfflineInstallationId`, digits.
    pub installation_id: String,
    /// `PartialProductKey`; none without a key.
    pub partial_key: Option<String>,
    /// `LicenseStatus`.
    pub license_status: LicenseStatus,
    /// `LicenseStatusReason`.
    pub status_reason: HResult,
    /// `GracePeriodRemaining`, minutes; of a licensed product the time to its next renewal at the
    /// latest, 0 when it needs none.
    pub grace_minutes: u32,
    /// How many re-arms are left to Windows, or to another application.
    pub windows_rearm_count: u32,
    /// `RemainingSkuReArmCount`.
    pub sku_rearm_count: u32,
}

impl Product {
    /// Whether this product is activated by a KMS host, as slmgr tells: by its description.
    pub fn is_kms_client(&self) -> bool {
        self.description.contains("VOLUME_KMSCLIENT")
    }

    /// Writes the block from `Name:` to the re-arm lines.
    pub fn write(&self, out: &mut String, detail: Detail, profile: Profile) {
        // A String takes whatever is written to it.
        let _ = self.block(out, detail, profile);
    }

    fn block(&self, out: &mut String, detail: Detail, profile: Profile) -> fmt::Result {
        writeln!(out, "Name: {}", self.name)?;
        writeln!(out, "Description: {}", self.description)?;
        if detail == Detail::Dlv {
            self.identity(out, profile)?;
        }
        match &self.partial_key {
            Some(key) => writeln!(out, "Partial Product Key: {key}")?,
            None => writeln!(out, "This license is not in use.")?,
        }
        status::lines(self, out, profile)?;
        if detail == Detail::Dlv {
            self.rearms(out, profile)?;
        }
        Ok(())
    }

    fn identity(&self, out: &mut String, profile: Profile) -> fmt::Result {
        writeln!(out, "Activation ID: {}", self.activation_id)?;
        writeln!(out, "Application ID: {}", self.application_id)?;
        writeln!(out, "Extended PID: {}", self.extended_pid.as_deref().unwrap_or_default())?;
        if profile == Profile::Windows8 {
            writeln!(out, "Product Key Channel: {}", self.channel)?;
        }
        writeln!(out, "Installation ID: {}", self.installation_id)?;
        // A simulated product has no activation servers. Windows 8 and later leave the lines of
        // empty addresses out; Windows 7 prints four labels for any product but a KMS client.
        if profile == Profile::Windows7 && !self.is_kms_client() {
            out.push_str("Processor Certificate URL: \nMachine Certificate URL: \n");
            out.push_str("Use License URL: \nProduct Key Certificate URL: \n");
        }
        Ok(())
    }

    fn rearms(&self, out: &mut String, profile: Profile) -> fmt::Result {
        let of_windows = profile == Profile::Windows7 || self.application_id == WINDOWS;
        let whose = if of_windows { "Windows" } else { "App" };
        writeln!(out, "Remaining {whose} rearm count: {}", self.windows_rearm_count)?;
        if profile == Profile::Windows8 {
            writeln!(out, "Remaining SKU rearm count: {}", self.sku_rearm_count)?;
        }
        Ok(())
    }

    /// Whether the grace of a licensed product is that of a time-based licence, of an automatic VM
    /// activation, or of volume activation: the words slmgr uses, in that order.
    fn expires_as(&self) -> &'static str {
        if self.description.contains("TIMEBASED_") {
            "Timebased"
        } else if self.description.contains("VIRTUAL_MACHINE_ACTIVATION") {
            "Automatic VM"
        } else {
            "Volume"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_public_samples_and_at_the_edges() {
        for (minutes, seven, eight) in [
            (0, 0, 0),
            (1, 0, 1),
            (1439, 0, 1),
            (1440, 1, 1),
            (1441, 1, 2),
            (243_720, 169, 170),
            (251_100, 174, 175),
            (253_564, 176, 177),
            (259_200, 180, 180),
            (u32::MAX, 2_982_616, 2_982_617),
        ] {
            assert_eq!(days(minutes, Profile::Windows7), seven, "{minutes}");
            assert_eq!(days(minutes, Profile::Windows8), eight, "{minutes}");
        }
    }
}
