//! The commands that set up a KMS host.

use kms_proto::kms::hresult::HResult;
use kms_proto::windows::slmgr::reply::Reply;

use crate::config::Priority;
use crate::host::Host;

/// Behind every setting that the service reads only when it starts.
const REBOOT: &str = "Warning: a KMS reboot is needed for this setting to take effect.";

/// The minutes an interval may have (`SetVLActivationInterval`, `SetVLRenewalInterval`).
const INTERVAL: core::ops::RangeInclusive<u32> = 15..=43_200;

impl Host {
    /// `/sprt`.
    pub(super) fn set_port(&mut self, typed: &str) -> Reply {
        if !self.may_be_set() {
            return Reply::line(
                "Warning: KMS port can only be set on a KMS machine that is also activated.",
            );
        }
        match typed.parse::<u16>() {
            Ok(port) if port > 0 => {
                self.registry_mut().port = port;
                set(&format!("KMS port set to {port} successfully."))
            }
            _ => Reply::error(HResult::INVALID_ARGUMENT),
        }
    }

    /// `/sai`.
    pub(super) fn set_activation_interval(&mut self, typed: &str) -> Reply {
        if !self.may_be_set() {
            return Reply::line(
                "Warning: Volume activation interval can only be set on a KMS machine that is also \
                 activated.",
            );
        }
        match minutes(typed) {
            Err(reply) => reply,
            Ok(minutes) => {
                self.registry_mut().activation_interval = minutes;
                set(&format!("Volume activation interval set to {minutes} minutes successfully."))
            }
        }
    }

    /// `/sri`.
    pub(super) fn set_renewal_interval(&mut self, typed: &str) -> Reply {
        if !self.may_be_set() {
            return Reply::line(
                "Warning: Volume renewal interval can only be set on a KMS machine that is also \
                 activated.",
            );
        }
        match minutes(typed) {
            Err(reply) => reply,
            Ok(minutes) => {
                self.registry_mut().renewal_interval = minutes;
                set(&format!("Volume renewal interval set to {minutes} minutes successfully."))
            }
        }
    }

    /// `/sdns` and `/cdns`.
    pub(super) fn set_dns_publishing(&mut self, on: bool) -> Reply {
        if !self.may_be_set() {
            return Reply::line(
                "Warning: DNS Publishing can only be set on a KMS machine that is also activated.",
            );
        }
        self.registry_mut().dns_publishing = on;
        set(if on { "DNS publishing enabled" } else { "DNS publishing disabled" })
    }

    /// `/spri` and `/cpri`.
    pub(super) fn set_priority(&mut self, normal: bool) -> Reply {
        if !self.may_be_set() {
            return Reply::line(
                "Warning: Priority can only be set on a KMS machine that is also activated.",
            );
        }
        let (priority, word) =
            if normal { (Priority::Normal, "Normal") } else { (Priority::Low, "Low") };
        self.registry_mut().priority = priority;
        set(&format!("KMS priority set to {word}"))
    }

    /// Whether this is a KMS host that is activated itself.
    fn may_be_set(&self) -> bool {
        self.config().enabled && self.config().activated
    }
}

fn set(line: &str) -> Reply {
    Reply::line(line).and(REBOOT)
}

/// Minutes as slmgr takes them: the script refuses what is no number or below 0, the service what
/// is out of its range.
fn minutes(typed: &str) -> Result<u32, Reply> {
    match typed.parse::<i64>().map(u32::try_from) {
        Ok(Ok(minutes)) if INTERVAL.contains(&minutes) => Ok(minutes),
        Ok(number) if number.is_ok() || !typed.starts_with('-') => {
            Err(Reply::error(HResult::INVALID_ARGUMENT))
        }
        _ => Err(Reply::failed(HResult::INVALID_DATA, "Error: The data is invalid")),
    }
}
