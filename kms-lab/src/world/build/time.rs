//! From a machine's `time` to the settings of its time service.

use std::net::{Ipv4Addr, SocketAddr};

use client_sim::time_service::limit::Limit;
use client_sim::time_service::manual_peer::ManualPeer;
use client_sim::time_service::settings::Settings;
use kms_proto::ntp::PORT;
use kms_proto::time::duration::Nanos;

use crate::scenario::time::TimePlan as Written;
use crate::world::plan::TimePlan;

/// The time service that `written` describes; its source has this place and this name.
pub fn plan(written: &Written, source: usize, name: &str) -> TimePlan {
    let peer = ManualPeer { name: name.to_owned(), flags: ManualPeer::CLIENT };
    let settings = Settings {
        role: written.role,
        manual_peers: vec![peer],
        max_positive: written.max_correction,
        max_negative: written.max_correction,
        every: written.every,
        ..Settings::default()
    };
    let watch = |default| written.spike_watch.unwrap_or(default);
    let (settings, first) = if let Some(sync) = written.kind {
        (Settings { sync, spike_watch_period: watch(900), ..settings }, Nanos(0))
    } else {
        // It takes over what the source says: no watch, no slew, and the first time only after a
        // whole interval.
        let every = written.every.unwrap_or(Nanos::hours(1));
        let limit = written.max_correction.unwrap_or(Limit::STAND_ALONE);
        let settings = Settings {
            max_positive: Some(limit),
            max_negative: Some(limit),
            max_allowed_phase_offset: Some(0),
            spike_watch_period: watch(0),
            every: Some(every),
            ..settings
        };
        (settings, every)
    };
    TimePlan { settings, source, first: written.running.then_some(first) }
}

/// The address of the time source of this place: 10.0.0.10 and what follows.
pub fn address(place: usize) -> SocketAddr {
    let number = u32::try_from(place).unwrap_or(0) & 0x00ff_ffff;
    let address = Ipv4Addr::from_bits(Ipv4Addr::new(10, 0, 0, 10).to_bits().wrapping_add(number));
    (address, PORT).into()
}
