//! What the registry says about the time service.
//!
//! Names, units and defaults from "Windows Time Service Tools and Settings" on
//! learn.microsoft.com.

use core::fmt;
use core::str::FromStr;

use kms_proto::text::TextError;
use kms_proto::time::duration::Nanos;

use crate::time_service::limit::Limit;
use crate::time_service::manual_peer::ManualPeer;

/// `Parameters\Type`: where the time comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SyncType {
    /// A domain controller.
    #[default]
    Nt5ds,
    /// The manual peers.
    Ntp,
    /// Both.
    AllSync,
    /// Nowhere.
    NoSync,
}

impl SyncType {
    /// Whether a domain controller is asked.
    pub const fn uses_domain(self) -> bool {
        matches!(self, Self::Nt5ds | Self::AllSync)
    }

    /// Whether the manual peers are asked.
    pub const fn uses_manual(self) -> bool {
        matches!(self, Self::Ntp | Self::AllSync)
    }
}

/// As the registry has it.
impl fmt::Display for SyncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nt5ds => "NT5DS",
            Self::Ntp => "NTP",
            Self::AllSync => "AllSync",
            Self::NoSync => "NoSync",
        })
    }
}

/// In small letters.
impl FromStr for SyncType {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "nt5ds" => Ok(Self::Nt5ds),
            "ntp" => Ok(Self::Ntp),
            "allsync" => Ok(Self::AllSync),
            "nosync" => Ok(Self::NoSync),
            _ => Err(TextError::new(1, "one of nt5ds, ntp, allsync, nosync")),
        }
    }
}

/// What a computer is in its domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// A member or a stand-alone computer: which of them, its type says.
    #[default]
    Computer,
    /// A domain controller.
    DomainController {
        /// It is the PDC emulator of the forest's root: nobody is above it.
        first: bool,
    },
}

/// Whose defaults hold where the registry is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    StandAlone,
    Member,
    DomainController,
}

/// The settings.
///
/// What is `None` has the default of the computer's standing: a domain controller by its role, a
/// member if it follows the domain, else stand-alone (`docs/choices.md`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What the computer is.
    pub role: Role,
    /// `Type`.
    pub sync: SyncType,
    /// `NtpServer`.
    pub manual_peers: Vec<ManualPeer>,
    /// `MaxPosPhaseCorrection`.
    pub max_positive: Option<Limit>,
    /// `MaxNegPhaseCorrection`.
    pub max_negative: Option<Limit>,
    /// `MaxAllowedPhaseOffset`, seconds: what is more is stepped.
    pub max_allowed_phase_offset: Option<u32>,
    /// `LargePhaseOffset`, ticks of 100 ns: from here on a sample is a spike.
    pub large_phase_offset: u32,
    /// `SpikeWatchPeriod`, seconds: how long a spike must persist before it is believed.
    pub spike_watch_period: u32,
    /// `HoldPeriod`: how many samples after a start spikes are believed at once.
    pub hold_period: u32,
    /// `TimeJumpAuditOffset`, seconds: a step by more is told in event 52.
    pub time_jump_audit_offset: u32,
    /// `MinPollInterval`, a power of two in seconds.
    pub min_poll_interval: Option<u8>,
    /// `MaxPollInterval`, a power of two in seconds.
    pub max_poll_interval: Option<u8>,
    /// `SpecialPollInterval`, seconds.
    pub special_poll_interval: Option<u32>,
    /// `PollAdjustFactor`: after how many good samples the interval doubles.
    pub poll_adjust_factor: u32,
    /// `PhaseCorrectRate`.
    pub phase_correct_rate: u32,
    /// `UpdateInterval`, in the clock's own ticks.
    pub update_interval: Option<u32>,
    /// `LocalClockDispersion`, seconds.
    pub local_clock_dispersion: u32,
    /// `AnnounceFlags`.
    pub announce_flags: u32,
    /// How often every peer is asked, whatever the intervals say; Windows has no such setting.
    pub every: Option<Nanos>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            role: Role::default(),
            sync: SyncType::default(),
            manual_peers: Vec::new(),
            max_positive: None,
            max_negative: None,
            max_allowed_phase_offset: None,
            large_phase_offset: 50_000_000,
            spike_watch_period: 900,
            hold_period: 5,
            time_jump_audit_offset: 28_800,
            min_poll_interval: None,
            max_poll_interval: None,
            special_poll_interval: None,
            poll_adjust_factor: 5,
            phase_correct_rate: 1,
            update_interval: None,
            local_clock_dispersion: 10,
            announce_flags: 10,
            every: None,
        }
    }
}

impl Settings {
    /// A computer that belongs to no domain and asks this list.
    pub fn stand_alone(peers: &str) -> Self {
        let manual_peers = ManualPeer::list(peers);
        Self { sync: SyncType::Ntp, manual_peers, ..Self::default() }
    }

    const fn standing(&self) -> Standing {
        match (self.role, self.sync.uses_domain()) {
            (Role::DomainController { .. }, _) => Standing::DomainController,
            (Role::Computer, true) => Standing::Member,
            (Role::Computer, false) => Standing::StandAlone,
        }
    }

    const fn limit(&self) -> Limit {
        match self.standing() {
            Standing::StandAlone => Limit::STAND_ALONE,
            Standing::Member => Limit::ANY,
            Standing::DomainController => Limit::DOMAIN_CONTROLLER,
        }
    }

    /// The largest correction forwards.
    pub fn max_positive(&self) -> Limit {
        self.max_positive.unwrap_or_else(|| self.limit())
    }

    /// The largest correction backwards.
    pub fn max_negative(&self) -> Limit {
        self.max_negative.unwrap_or_else(|| self.limit())
    }

    /// The limit for a correction.
    pub fn limit_of(&self, correction: Nanos) -> Limit {
        if correction.0 < 0 { self.max_negative() } else { self.max_positive() }
    }

    /// Seconds up to which a correction is slewed.
    pub fn max_allowed_phase_offset(&self) -> u32 {
        let default = if self.standing() == Standing::StandAlone { 1 } else { 300 };
        self.max_allowed_phase_offset.unwrap_or(default)
    }

    /// The shortest interval between two questions.
    pub fn min_poll_interval(&self) -> u8 {
        let default = if self.standing() == Standing::DomainController { 6 } else { 10 };
        self.min_poll_interval.unwrap_or(default).min(17)
    }

    /// The longest one.
    pub fn max_poll_interval(&self) -> u8 {
        let default = if self.standing() == Standing::DomainController { 10 } else { 15 };
        self.max_poll_interval.unwrap_or(default).clamp(self.min_poll_interval(), 17)
    }

    /// Seconds between two questions to a peer that has an interval of its own.
    pub fn special_poll_interval(&self) -> u32 {
        let default = if self.standing() == Standing::StandAlone { 604_800 } else { 3600 };
        self.special_poll_interval.unwrap_or(default).max(1)
    }

    /// Ticks of the clock over which a correction is slewed, the rate not counted.
    pub fn update_interval(&self) -> u32 {
        let default = match self.standing() {
            Standing::StandAlone => 360_000,
            Standing::Member => 30_000,
            Standing::DomainController => 100,
        };
        self.update_interval.unwrap_or(default).max(1)
    }

    /// From how far off a sample is a spike.
    pub fn spike(&self) -> Nanos {
        Nanos(i64::from(self.large_phase_offset) * 100)
    }

    /// How long a spike must persist.
    pub fn watch(&self) -> Nanos {
        Nanos::seconds(self.spike_watch_period.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_follow_the_standing() {
        let controller = Role::DomainController { first: false };
        for (role, sync, limit, slewed, polls) in [
            (Role::Computer, SyncType::Nt5ds, Limit::ANY, 300, (10, 15)),
            (Role::Computer, SyncType::AllSync, Limit::ANY, 300, (10, 15)),
            (Role::Computer, SyncType::Ntp, Limit::STAND_ALONE, 1, (10, 15)),
            (Role::Computer, SyncType::NoSync, Limit::STAND_ALONE, 1, (10, 15)),
            (controller, SyncType::Nt5ds, Limit::DOMAIN_CONTROLLER, 300, (6, 10)),
            (controller, SyncType::Ntp, Limit::DOMAIN_CONTROLLER, 300, (6, 10)),
        ] {
            let settings = Settings { role, sync, ..Settings::default() };
            assert_eq!((settings.max_positive(), settings.max_negative()), (limit, limit));
            assert_eq!(settings.max_allowed_phase_offset(), slewed);
            let found = (settings.min_poll_interval(), settings.max_poll_interval());
            assert_eq!(found, polls, "{role:?} {sync}");
        }
    }
}
