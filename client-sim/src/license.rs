//! The licence a machine holds.

mod life;
pub mod tally;

use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use serde::Serialize;

/// Minutes of the initial (out-of-box) grace period: 30 days.
pub const INITIAL_GRACE: u32 = 43_200;

/// Minutes of the additional grace period, after an activation that ran out or on other hardware:
/// 30 days.
pub const OOT_GRACE: u32 = 43_200;

/// Minutes an activation by KMS holds: 180 days.
pub const ACTIVATION: u32 = 259_200;

/// A state and how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct License {
    /// `LicenseStatus`.
    pub status: LicenseStatus,
    /// `LicenseStatusReason`: why it is in this state.
    pub reason: HResult,
    /// `GracePeriodRemaining`: minutes left in it, 0 where it has no end.
    pub minutes: u32,
}

impl License {
    /// A fresh installation: the initial grace period.
    pub const INITIAL: Self = Self::new(LicenseStatus::OOB_GRACE, INITIAL_GRACE);

    /// Just activated by a KMS host.
    pub const ACTIVATED: Self = Self::new(LicenseStatus::LICENSED, ACTIVATION);

    /// A volume key without a grace period that never saw a host: notification, because the product
    /// could not be bound (`SL_E_VL_MACHINE_NOT_BOUND`).
    pub const NEVER_BOUND: Self =
        Self { status: LicenseStatus::NOTIFICATION, reason: HResult::NOT_BOUND, minutes: 0 };

    /// Without a product key (`SL_E_PKEY_NOT_INSTALLED`).
    pub const NO_KEY: Self =
        Self { status: LicenseStatus::UNLICENSED, reason: HResult::NO_KEY, minutes: 0 };

    /// A state with `minutes` left and the reason that goes with it on a KMS client:
    /// `SL_I_VL_INFO_PRODUCT_USER_RIGHT` when licensed, the grace period's own code in one,
    /// `SL_E_GRACE_TIME_EXPIRED` in notification, else `SL_E_VL_MACHINE_NOT_BOUND`.
    pub const fn new(status: LicenseStatus, minutes: u32) -> Self {
        let reason = match status {
            LicenseStatus::LICENSED => 0x4004_F040,
            LicenseStatus::OOB_GRACE | LicenseStatus::EXTENDED_GRACE => 0x4004_F00C,
            LicenseStatus::OOT_GRACE => 0x4004_F00D,
            LicenseStatus::NON_GENUINE_GRACE => 0x4004_F065,
            LicenseStatus::NOTIFICATION => 0xC004_F009,
            _ => 0xC004_F056,
        };
        Self { status, reason: HResult(reason), minutes }
    }
}

/// A fresh installation.
impl Default for License {
    fn default() -> Self {
        Self::INITIAL
    }
}
