//! `w32tm /config`.

use crate::time_service::manual_peer::ManualPeer;
use crate::time_service::outcome::Outcome;
use crate::time_service::settings::{Settings, SyncType};
use crate::w32tm::command::{Config, SyncFrom};
use crate::w32tm::reply::Reply;
use crate::w32tm::target::{Target, not_started};

/// `AnnounceFlags` of a reliable source, and of one that is so by its role.
const ALWAYS_RELIABLE: u32 = 5;
const AUTOMATIC: u32 = 10;

pub(super) fn run(change: &Config, target: &mut Target<'_>) -> Reply {
    apply(change, &mut target.service.registry);
    let done = Reply::done(format!("{}\n", Outcome::Success.text()));
    if !change.update {
        return done;
    }
    if !target.service.is_running() {
        return not_started();
    }
    Reply { acts: target.service.update(target.now, target.wall), ..done }
}

fn apply(change: &Config, settings: &mut Settings) {
    if let Some(SyncFrom { manual, domain }) = change.sync_from {
        settings.sync = match (manual, domain) {
            (true, true) => SyncType::AllSync,
            (true, false) => SyncType::Ntp,
            (false, true) => SyncType::Nt5ds,
            (false, false) => SyncType::NoSync,
        };
    }
    if let Some(list) = &change.manual_peers {
        settings.manual_peers = ManualPeer::list(list);
    }
    if let Some(reliable) = change.reliable {
        settings.announce_flags = if reliable { ALWAYS_RELIABLE } else { AUTOMATIC };
    }
    if let Some(milliseconds) = change.large_phase_offset {
        settings.large_phase_offset = milliseconds.saturating_mul(10_000);
    }
    if let Some(seconds) = change.local_clock_dispersion {
        settings.local_clock_dispersion = seconds;
    }
}
