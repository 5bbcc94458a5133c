//! How many requests came, and what became of them.

use kms_proto::kms::license_status::LicenseStatus;
use serde::Serialize;

use crate::decision::Decision;

/// The cumulative counters of a host.
///
/// INVARIANT: `total == granted + failed == unlicensed + licensed + oob_grace + oot_grace +
/// non_genuine_grace + notification + other`, and `foreign <= failed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Requests the policy judged, foreign ones among them.
    pub total: u64,
    /// Those that were granted.
    pub granted: u64,
    /// Those that were answered with an error.
    pub failed: u64,
    /// Those of the failed that were not sealed with this realm's keys.
    pub foreign: u64,
    /// Messages that were no request; in none of the other counters.
    pub malformed: u64,
    /// Requests from machines in licence status 0.
    pub unlicensed: u64,
    /// Requests from machines in licence status 1.
    pub licensed: u64,
    /// Requests from machines in licence status 2, initial grace.
    pub oob_grace: u64,
    /// Requests from machines in licence status 3, additional grace.
    pub oot_grace: u64,
    /// Requests from machines in licence status 4, non-genuine grace.
    pub non_genuine_grace: u64,
    /// Requests from machines in licence status 5.
    pub notification: u64,
    /// Requests none of the six counts: extended grace (6), numbers above, and status unread.
    pub other: u64,
}

impl Ledger {
    /// The only place where a counter moves: once for each message, by what became of it.
    ///
    /// `status` is the licence status to count the request under, `None` where it could not be
    /// read or is not to be counted.
    pub fn record(&mut self, decision: Decision, status: Option<LicenseStatus>) {
        match decision {
            Decision::Malformed => return up(&mut self.malformed),
            Decision::Granted => up(&mut self.granted),
            Decision::Refused => up(&mut self.failed),
            Decision::Foreign => {
                up(&mut self.failed);
                up(&mut self.foreign);
            }
        }
        up(&mut self.total);
        up(match status {
            Some(LicenseStatus::UNLICENSED) => &mut self.unlicensed,
            Some(LicenseStatus::LICENSED) => &mut self.licensed,
            Some(LicenseStatus::OOB_GRACE) => &mut self.oob_grace,
            Some(LicenseStatus::OOT_GRACE) => &mut self.oot_grace,
            Some(LicenseStatus::NON_GENUINE_GRACE) => &mut self.non_genuine_grace,
            Some(LicenseStatus::NOTIFICATION) => &mut self.notification,
            _ => &mut self.other,
        });
    }
}

/// One more; no run lasts long enough to reach the end.
fn up(counter: &mut u64) {
    *counter = counter.saturating_add(1);
}
