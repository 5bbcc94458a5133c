//! What was installed with Windows, and what became of it since.

use kms_proto::kms::hresult::HResult;
use kms_proto::windows::profile::Profile;
use serde::Serialize;

/// The product key, the firmware's mark, the re-arms and the licensing service of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each named by its source")]
pub struct Installation {
    /// Whether the product has its key.
    pub key: bool,
    /// Whether the firmware bears the mark of an operating system that qualifies for the upgrade
    /// which a volume edition is; without it no volume key activates (`0xC004F035`).
    pub firmware_mark: bool,
    /// How often the grace period was begun again.
    pub rearmed: u32,
    /// Whether it is to begin again at the next start.
    pub rearm_pending: bool,
    /// The state of the licensing service.
    pub service: Service,
    /// Whether standard users may install keys and licences and re-arm (the registry's value
    /// `UserOperations`).
    pub user_operations: bool,
}

/// The Software Protection service (sppsvc).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// It runs.
    #[default]
    Ready,
    /// It was stopped, and starts as soon as somebody calls it.
    Stopped,
    /// It is shutting down: whatever is asked of it ends with `0xC004F075`.
    Stopping,
}

impl Installation {
    /// A fresh one: with its key, on firmware that qualifies, never re-armed.
    pub const FRESH: Self = Self {
        key: true,
        firmware_mark: true,
        rearmed: 0,
        rearm_pending: false,
        service: Service::Ready,
        user_operations: false,
    };

    /// How often the grace period can still be begun again, of the number this generation of
    /// Windows begins with: 3, and 1001 since Windows 8.
    pub const fn rearms_left(self, profile: Profile) -> u32 {
        let most: u32 = match profile {
            Profile::Windows7 => 3,
            Profile::Windows8 => 1001,
        };
        most.saturating_sub(self.rearmed)
    }

    /// Plans that the grace period begins again at the next start.
    ///
    /// # Errors
    ///
    /// When it was begun again as often as it can be.
    pub const fn rearm(&mut self, profile: Profile) -> Result<(), HResult> {
        if self.rearms_left(profile) == 0 {
            return Err(HResult::REARMED_OUT);
        }
        self.rearmed += 1;
        self.rearm_pending = true;
        Ok(())
    }
}

/// A fresh installation.
impl Default for Installation {
    fn default() -> Self {
        Self::FRESH
    }
}

/// Which ways of volume activation a machine tries (`/act-type`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ActivationType {
    /// Active Directory, then KMS.
    #[default]
    All,
    /// Active Directory only.
    Ad,
    /// KMS only.
    Kms,
    /// A token only.
    Token,
}

impl ActivationType {
    /// Every type by its number.
    const ALL: [Self; 4] = [Self::All, Self::Ad, Self::Kms, Self::Token];

    /// The type of a number from 0 to 3.
    pub fn of(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// `VLActivationTypeEnabled`.
    pub const fn number(self) -> u32 {
        match self {
            Self::All => 0,
            Self::Ad => 1,
            Self::Kms => 2,
            Self::Token => 3,
        }
    }

    /// As slmgr writes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Ad => "AD",
            Self::Kms => "KMS",
            Self::Token => "Token",
        }
    }
}
