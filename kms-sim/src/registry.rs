//! The settings of a KMS host that its registry holds and its service reads when it starts.

use crate::config::{HostConfig, Priority};

/// What slmgr sets on a host: shown at once, in force after the service's next start ("a KMS
/// reboot is needed for this setting to take effect").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registry {
    /// The TCP port (`/sprt`).
    pub port: u16,
    /// Minutes between attempts of clients that are not activated (`/sai`).
    pub activation_interval: u32,
    /// Minutes between renewals of those that are (`/sri`).
    pub renewal_interval: u32,
    /// Whether it publishes itself in DNS (`/sdns`, `/cdns`).
    pub dns_publishing: bool,
    /// The priority of its service (`/spri`, `/cpri`).
    pub priority: Priority,
}

impl Registry {
    /// The settings in force in `config`.
    pub const fn of(config: &HostConfig) -> Self {
        Self {
            port: config.port,
            activation_interval: config.activation_interval,
            renewal_interval: config.renewal_interval,
            dns_publishing: config.dns_publishing,
            priority: config.priority,
        }
    }

    /// Puts them in force in `config`.
    pub const fn apply(self, config: &mut HostConfig) {
        config.port = self.port;
        config.activation_interval = self.activation_interval;
        config.renewal_interval = self.renewal_interval;
        config.dns_publishing = self.dns_publishing;
        config.priority = self.priority;
    }
}
