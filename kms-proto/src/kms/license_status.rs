//! The licence state a machine says it is in.

use core::fmt;

use serde::Serialize;

/// `LicenseStatus` of the request and of `SoftwareLicensingProduct`; values above 6 travel as data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LicenseStatus(pub u32);

impl LicenseStatus {
    /// Unlicensed.
    pub const UNLICENSED: Self = Self(0);
    /// Licensed.
    pub const LICENSED: Self = Self(1);
    /// Initial grace period, out of box (OOB).
    pub const OOB_GRACE: Self = Self(2);
    /// Additional grace period, out of tolerance (OOT).
    pub const OOT_GRACE: Self = Self(3);
    /// Non-genuine grace period.
    pub const NON_GENUINE_GRACE: Self = Self(4);
    /// Notification.
    pub const NOTIFICATION: Self = Self(5);
    /// Extended grace period.
    pub const EXTENDED_GRACE: Self = Self(6);

    /// The name in the CIM schema's table of values; `Unknown` above 6.
    pub const fn name(self) -> &'static str {
        match self.0 {
            0 => "Unlicensed",
            1 => "Licensed",
            2 => "OOBGrace",
            3 => "OOTGrace",
            4 => "NonGenuineGrace",
            5 => "Notification",
            6 => "ExtendedGrace",
            _ => "Unknown",
        }
    }
}

/// The name with its number: `Licensed (1)`.
impl fmt::Display for LicenseStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}
