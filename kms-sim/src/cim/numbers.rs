//! A host's counters as CIM holds them: unsigned 32-bit numbers.

use crate::snapshot::Snapshot;

/// What CIM shows for a number that is not available: −1.
pub const NOT_AVAILABLE: u32 = u32::MAX;

/// The nine numbers of a KMS host.
///
/// A number too large for CIM stands at the largest below [`NOT_AVAILABLE`], which is shown by a
/// machine on which KMS is not enabled, and by no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// `KeyManagementServiceCurrentCount`.
    pub current_count: u32,
    /// `KeyManagementServiceTotalRequests`.
    pub total: u32,
    /// `KeyManagementServiceFailedRequests`.
    pub failed: u32,
    /// `KeyManagementServiceUnlicensedRequests`.
    pub unlicensed: u32,
    /// `KeyManagementServiceLicensedRequests`.
    pub licensed: u32,
    /// `KeyManagementServiceOOBGraceRequests`.
    pub oob_grace: u32,
    /// `KeyManagementServiceOOTGraceRequests`.
    pub oot_grace: u32,
    /// `KeyManagementServiceNonGenuineGraceRequests`.
    pub non_genuine_grace: u32,
    /// `KeyManagementServiceNotificationRequests`.
    pub notification: u32,
}

impl Numbers {
    /// The numbers of `snapshot`.
    pub fn of(snapshot: &Snapshot) -> Self {
        let held = |number: u64| {
            let held = u32::try_from(number).unwrap_or(u32::MAX).min(NOT_AVAILABLE - 1);
            if snapshot.enabled { held } else { NOT_AVAILABLE }
        };
        let counters = &snapshot.counters;
        Self {
            current_count: held(snapshot.count.into()),
            total: held(counters.total),
            failed: held(counters.failed),
            unlicensed: held(counters.unlicensed),
            licensed: held(counters.licensed),
            oob_grace: held(counters.oob_grace),
            oot_grace: held(counters.oot_grace),
            non_genuine_grace: held(counters.non_genuine_grace),
            notification: held(counters.notification),
        }
    }
}
