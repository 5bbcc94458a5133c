//! How a licence runs down by its machine's own clock.

use client_sim::license::License;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::time::FileTime;

/// Ticks of 100 ns in a minute.
const TICKS_PER_MINUTE: u64 = 600_000_000;

/// Minutes of the additional grace period after an activation has run out: 30 days.
const OOT_GRACE: u32 = 43_200;

/// A licence, and the reading of the machine's clock it was last counted at.
///
/// Minutes are counted down by the machine's wall clock, right or wrong: a clock that jumps ahead
/// by 180 days ends an activation, and one that is set back gives no minute back.
#[derive(Clone, Copy, Debug)]
pub struct Tally {
    counted: FileTime,
}

impl Tally {
    /// Begins to count when the machine's clock reads `wall`.
    pub const fn from(wall: FileTime) -> Self {
        Self { counted: wall }
    }

    /// Takes from `license` the whole minutes since the last count.
    ///
    /// An activation that ends turns into additional grace, a grace period into notification.
    pub fn count(&mut self, license: &mut License, wall: FileTime) {
        let Some(ticks) = wall.0.checked_sub(self.counted.0) else {
            // Set back: what has passed has passed, and counting goes on from here.
            self.counted = wall;
            return;
        };
        let minutes = ticks / TICKS_PER_MINUTE;
        self.counted = self.counted.later(minutes * TICKS_PER_MINUTE);
        *license = after(*license, minutes);
    }
}

/// What `license` is `minutes` later.
fn after(mut license: License, mut minutes: u64) -> License {
    loop {
        let next = match license.status {
            LicenseStatus::LICENSED if license.minutes > 0 => {
                License::new(LicenseStatus::OOT_GRACE, OOT_GRACE)
            }
            LicenseStatus::OOB_GRACE
            | LicenseStatus::OOT_GRACE
            | LicenseStatus::NON_GENUINE_GRACE
            | LicenseStatus::EXTENDED_GRACE => License::new(LicenseStatus::NOTIFICATION, 0),
            // Without an end.
            _ => return license,
        };
        let left = u64::from(license.minutes);
        if minutes < left {
            let rest = u32::try_from(left - minutes).unwrap_or(license.minutes);
            return License { minutes: rest, ..license };
        }
        minutes -= left;
        license = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 1440;

    #[test]
    fn an_activation_ends_in_grace_and_grace_in_notification() {
        for (days, status, left) in [
            (0, LicenseStatus::LICENSED, 180 * DAY),
            (179, LicenseStatus::LICENSED, DAY),
            (180, LicenseStatus::OOT_GRACE, 30 * DAY),
            (209, LicenseStatus::OOT_GRACE, DAY),
            (210, LicenseStatus::NOTIFICATION, 0),
            (9999, LicenseStatus::NOTIFICATION, 0),
        ] {
            let license = after(License::ACTIVATED, days * DAY);
            assert_eq!((license.status, u64::from(license.minutes)), (status, left), "{days}");
        }
        assert_eq!(after(License::INITIAL, 30 * DAY).status, LicenseStatus::NOTIFICATION);
        let forever = License::new(LicenseStatus::LICENSED, 0);
        assert_eq!(after(forever, DAY), forever);
    }

    #[test]
    fn a_clock_set_back_gives_nothing_back_and_parts_of_minutes_are_kept() {
        let mut license = License::ACTIVATED;
        let mut tally = Tally::from(FileTime(1000 * TICKS_PER_MINUTE));
        tally.count(&mut license, FileTime(1001 * TICKS_PER_MINUTE + TICKS_PER_MINUTE / 2));
        assert_eq!(license.minutes, License::ACTIVATED.minutes - 1);
        tally.count(&mut license, FileTime(1002 * TICKS_PER_MINUTE));
        assert_eq!(license.minutes, License::ACTIVATED.minutes - 2);
        tally.count(&mut license, FileTime(10));
        tally.count(&mut license, FileTime(10 + TICKS_PER_MINUTE));
        assert_eq!(license.minutes, License::ACTIVATED.minutes - 3);
    }
}
