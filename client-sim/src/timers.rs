//! When a machine tries on its own.
//!
//! "KMS Activation Timing and Discovery" (learn.microsoft.com): a machine that is not activated
//! tries when it starts and every activation interval, one that is activated renews after the
//! renewal interval; both intervals are the host's once it has told them. After a renewal that
//! failed it watches for changes of the network for 15 minutes, and then tries every activation
//! interval. How far a machine's wake-ups are strewn is not documented.

use kms_proto::draw::Draw;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::time::duration::Nanos;

use crate::installation::{ActivationType, Service};
use crate::machine::Machine;

/// How long after Windows the licensing service starts: its start is delayed by two minutes.
pub const SERVICE_DELAY: Nanos = Nanos::minutes(2);

/// How far wake-ups are strewn, so that machines that started together do not ask together.
pub const STREWN: Nanos = Nanos::minutes(1);

/// How long a machine watches for a change of the network after a renewal failed.
pub const NETWORK_WATCH: Nanos = Nanos::minutes(15);

/// When and why a machine tries next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// How long from now, of true time: a timer runs by the crystal, not by the date.
    pub after: Nanos,
    /// Why.
    pub why: Why,
    /// A change of the network within this long makes it try at once.
    pub watch: Option<Nanos>,
}

/// Why a machine tries on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The licensing service started.
    Start,
    /// It is not activated.
    Retry,
    /// It is activated, and renews that.
    Renewal,
}

/// How the last attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Activated, or renewed.
    Activated,
    /// Not so.
    Failed,
}

impl Machine {
    /// Whether this machine tries on its own at all: nothing [holds it back](Self::held_back).
    pub const fn tries(&self) -> bool {
        self.held_back().is_none()
    }

    /// What an attempt comes to before anything is sent, where the machine cannot try: its service
    /// shuts down (`0xC004F075`), it has no key (`0xC004F069`), or KMS is not among the ways it may
    /// be activated by (`0xC004F074`). A service that was stopped starts when it is called.
    pub const fn held_back(&self) -> Option<HResult> {
        match (self.installation.service, self.activation_type) {
            (Service::Stopping, _) => Some(HResult::SERVICE_STOPPING),
            _ if !self.installation.key => Some(HResult::SKU_NOT_FOUND),
            (_, ActivationType::Ad | ActivationType::Token) => Some(HResult::SERVICE_UNAVAILABLE),
            (_, ActivationType::All | ActivationType::Kms) => None,
        }
    }

    /// When it tries first after Windows started for the `starts`th time; `id` is its name in
    /// draws.
    pub fn at_start(&self, draw: Draw, id: &str, starts: u64) -> Option<Next> {
        let after = plus(SERVICE_DELAY, strewn(draw, id, "start", starts));
        self.tries().then_some(Next { after, why: Why::Start, watch: None })
    }

    /// When it tries next after its `attempt`th attempt ended so.
    pub fn next(&self, ended: Ended, draw: Draw, id: &str, attempt: u64) -> Option<Next> {
        let licensed = self.license.status == LicenseStatus::LICENSED;
        let (why, interval, watch) = match ended {
            Ended::Activated => (Why::Renewal, self.renewal_interval, None),
            Ended::Failed if licensed => {
                (Why::Renewal, self.activation_interval, Some(NETWORK_WATCH))
            }
            Ended::Failed => (Why::Retry, self.activation_interval, None),
        };
        let after = plus(Nanos::minutes(interval.into()), strewn(draw, id, "timer", attempt));
        self.tries().then_some(Next { after, why, watch })
    }
}

/// A length below [`STREWN`], on the wire's grain of 100 ns.
fn strewn(draw: Draw, id: &str, purpose: &str, ordinal: u64) -> Nanos {
    let most = u64::try_from(STREWN.0).unwrap_or_default();
    let drawn = draw.below(most, id, purpose, (ordinal, 0), "strewn");
    Nanos(i64::try_from(drawn).unwrap_or_default()).on_grain()
}

fn plus(length: Nanos, by: Nanos) -> Nanos {
    Nanos(length.0.saturating_add(by.0))
}

#[cfg(test)]
mod tests {
    use kms_proto::kms::machine_name::MachineName;
    use kms_proto::kms::realm::Realm;
    use kms_proto::windows::identity::Edition;

    use super::*;
    use crate::license::License;

    fn machine(license: License) -> Machine {
        let name = MachineName::new("PC").unwrap();
        Machine { license, ..Machine::new(name, Realm::default(), Edition::Enterprise) }
    }

    fn within(next: Option<Next>, least: Nanos) -> (Why, Option<Nanos>) {
        let next = next.unwrap();
        assert!((least.0..least.0 + STREWN.0).contains(&next.after.0), "{next:?}");
        (next.why, next.watch)
    }

    #[test]
    fn a_machine_tries_at_its_start_then_by_the_interval_of_its_state() {
        let (fresh, licensed) = (machine(License::INITIAL), machine(License::ACTIVATED));
        for attempt in 0..200 {
            let draw = Draw::new(7);
            let next = |machine: &Machine, ended| machine.next(ended, draw, "PC", attempt);
            let start = fresh.at_start(draw, "PC", attempt);
            assert_eq!(within(start, SERVICE_DELAY), (Why::Start, None));
            let retry = next(&fresh, Ended::Failed);
            assert_eq!(within(retry, Nanos::hours(2)), (Why::Retry, None));
            let renewal = next(&licensed, Ended::Activated);
            assert_eq!(within(renewal, Nanos::hours(168)), (Why::Renewal, None));
            let failed = next(&licensed, Ended::Failed);
            assert_eq!(within(failed, Nanos::hours(2)), (Why::Renewal, Some(NETWORK_WATCH)));
        }
    }

    #[test]
    fn the_intervals_are_the_hosts_once_it_told_them() {
        let mut told = machine(License::INITIAL);
        (told.activation_interval, told.renewal_interval) = (15, 30);
        let next = |ended| told.next(ended, Draw::new(1), "PC", 1);
        within(next(Ended::Failed), Nanos::minutes(15));
        within(next(Ended::Activated), Nanos::minutes(30));
    }

    #[test]
    fn who_cannot_be_activated_by_kms_does_not_try() {
        let mut no_key = machine(License::NO_KEY);
        no_key.installation.key = false;
        let mut stopping = machine(License::INITIAL);
        stopping.installation.service = Service::Stopping;
        let token = Machine { activation_type: ActivationType::Token, ..machine(License::INITIAL) };
        for (machine, code) in [
            (no_key, HResult::SKU_NOT_FOUND),
            (stopping, HResult::SERVICE_STOPPING),
            (token, HResult::SERVICE_UNAVAILABLE),
        ] {
            assert_eq!(machine.held_back(), Some(code));
            assert_eq!(machine.at_start(Draw::new(1), "PC", 1), None);
            assert_eq!(machine.next(Ended::Failed, Draw::new(1), "PC", 1), None);
        }
    }

    #[test]
    fn machines_that_start_together_do_not_ask_together() {
        let pc = machine(License::INITIAL);
        let at = |id: &str| pc.at_start(Draw::new(1), id, 1).unwrap().after;
        assert_ne!(at("PC-1"), at("PC-2"));
        assert_eq!(at("PC-1"), at("PC-1"));
    }
}
