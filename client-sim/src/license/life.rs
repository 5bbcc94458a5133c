//! How a licence lives: what follows a state, and what changes it besides an attempt.
//!
//! "KMS Activation Timing and Discovery" and "Understanding KMS" on learn.microsoft.com: an
//! activation holds for 180 days and turns into a grace period when it is not renewed, which ends in
//! notification. That the second grace period is as long as the first, 30 days,
//! no page of it says.

use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;

use crate::installation::Service;
use crate::license::{License, OOT_GRACE};
use crate::machine::Machine;

impl License {
    /// The state this one ends in, where it has an end.
    ///
    /// A grace period ends in notification: with `SL_E_GRACE_TIME_EXPIRED`, and one because of
    /// missing genuineness with `SL_E_NONGENUINE_GRACE_TIME_EXPIRED`.
    pub fn follows(self) -> Option<Self> {
        let expired = |reason| Self { reason, ..Self::new(LicenseStatus::NOTIFICATION, 0) };
        match self.status {
            LicenseStatus::LICENSED if self.minutes > 0 => {
                Some(Self::new(LicenseStatus::OOT_GRACE, OOT_GRACE))
            }
            LicenseStatus::OOB_GRACE | LicenseStatus::OOT_GRACE | LicenseStatus::EXTENDED_GRACE => {
                Some(expired(HResult(0xC004_F009)))
            }
            LicenseStatus::NON_GENUINE_GRACE => Some(expired(HResult(0xC004_F064))),
            _ => None,
        }
    }

    /// What it is so many minutes later, nothing else having happened.
    #[must_use]
    pub fn after(mut self, mut minutes: u64) -> Self {
        while let Some(next) = self.follows() {
            let left = u64::from(self.minutes);
            if minutes < left {
                let rest = u32::try_from(left - minutes).unwrap_or(self.minutes);
                return Self { minutes: rest, ..self };
            }
            minutes -= left;
            self = next;
        }
        self
    }

    /// What the hardware's change makes of it: an activation was bound to the hardware as it was,
    /// and turns into a grace period (`SL_E_OUT_OF_TOLERANCE`). Other states are bound to nothing.
    #[must_use]
    pub const fn on_other_hardware(self) -> Self {
        match self.status {
            LicenseStatus::LICENSED => Self {
                reason: HResult(0xC004_F00F),
                ..Self::new(LicenseStatus::OOT_GRACE, OOT_GRACE)
            },
            _ => self,
        }
    }
}

impl Machine {
    /// Its hardware changes beyond what an activation tolerates.
    pub const fn hardware_changed(&mut self) {
        self.license = self.license.on_other_hardware();
    }

    /// Windows starts: the licensing service is ready, and a re-arm takes effect, which begins the
    /// initial grace period again.
    pub const fn restart(&mut self) {
        self.installation.service = Service::Ready;
        if self.installation.rearm_pending {
            self.installation.rearm_pending = false;
            if self.installation.key {
                self.license = License::INITIAL;
                self.activated_by = None;
            }
        }
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
            let license = License::ACTIVATED.after(days * DAY);
            assert_eq!((license.status, u64::from(license.minutes)), (status, left), "{days}");
        }
        let forever = License::new(LicenseStatus::LICENSED, 0);
        assert_eq!(forever.after(DAY), forever);
    }

    #[test]
    fn each_grace_period_ends_for_its_reason() {
        for (status, reason) in [
            (LicenseStatus::OOB_GRACE, 0xC004_F009),
            (LicenseStatus::OOT_GRACE, 0xC004_F009),
            (LicenseStatus::NON_GENUINE_GRACE, 0xC004_F064),
            (LicenseStatus::EXTENDED_GRACE, 0xC004_F009),
        ] {
            let ended = License::new(status, 10).after(10);
            assert_eq!((ended.status, ended.reason.0), (LicenseStatus::NOTIFICATION, reason));
        }
    }

    #[test]
    fn other_hardware_ends_an_activation_and_nothing_else() {
        let changed = License::ACTIVATED.on_other_hardware();
        assert_eq!((changed.status, changed.reason.0), (LicenseStatus::OOT_GRACE, 0xC004_F00F));
        for license in [License::INITIAL, License::NEVER_BOUND, License::NO_KEY, changed] {
            assert_eq!(license.on_other_hardware(), license);
        }
    }
}
