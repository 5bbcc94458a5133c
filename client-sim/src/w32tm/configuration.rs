//! `w32tm /query /configuration`.

use core::fmt::{self, Write};

use crate::time_service::settings::{Role, Settings};

pub(super) fn text(settings: &Settings) -> String {
    let mut out = "[Configuration]\n\n".to_owned();
    // A String takes whatever is written to it.
    let _ = write(settings, &mut out);
    out
}

fn write(settings: &Settings, out: &mut String) -> fmt::Result {
    let mut numbers = |list: &[(&str, u32)]| {
        list.iter().try_for_each(|(name, number)| writeln!(out, "{name}: {number} (Local)"))?;
        out.push('\n');
        Ok(())
    };
    numbers_of(settings, &mut numbers)?;
    provider(settings, out)
}

type Numbers<'a> = dyn FnMut(&[(&str, u32)]) -> fmt::Result + 'a;

fn numbers_of(settings: &Settings, write: &mut Numbers<'_>) -> fmt::Result {
    write(&[
        ("EventLogFlags", 2),
        ("AnnounceFlags", settings.announce_flags),
        ("TimeJumpAuditOffset", settings.time_jump_audit_offset),
        ("MinPollInterval", settings.min_poll_interval().into()),
        ("MaxPollInterval", settings.max_poll_interval().into()),
        ("MaxNegPhaseCorrection", settings.max_negative().0),
        ("MaxPosPhaseCorrection", settings.max_positive().0),
        ("MaxAllowedPhaseOffset", settings.max_allowed_phase_offset()),
    ])?;
    write(&[
        ("FrequencyCorrectRate", 4),
        ("PollAdjustFactor", settings.poll_adjust_factor),
        ("LargePhaseOffset", settings.large_phase_offset),
        ("SpikeWatchPeriod", settings.spike_watch_period),
        ("LocalClockDispersion", settings.local_clock_dispersion),
        ("HoldPeriod", settings.hold_period),
        ("PhaseCorrectRate", settings.phase_correct_rate),
        ("UpdateInterval", settings.update_interval()),
    ])
}

fn provider(settings: &Settings, out: &mut String) -> fmt::Result {
    const DLL: &str = "DllName: C:\\Windows\\system32\\w32time.dll (Local)";
    writeln!(out, "\n[TimeProviders]\n\nNtpClient (Local)\n{DLL}")?;
    writeln!(out, "Enabled: 1 (Local)\nInputProvider: 1 (Local)")?;
    if settings.sync.uses_domain() {
        writeln!(out, "CrossSiteSyncFlags: 2 (Local)")?;
    }
    writeln!(out, "AllowNonstandardModeCombinations: 1 (Local)")?;
    writeln!(out, "ResolvePeerBackoffMinutes: 15 (Local)\nResolvePeerBackoffMaxTimes: 7 (Local)")?;
    writeln!(out, "CompatibilityFlags: 2147483648 (Local)\nEventLogFlags: 1 (Local)")?;
    writeln!(out, "LargeSampleSkew: 3 (Local)")?;
    writeln!(out, "SpecialPollInterval: {} (Local)", settings.special_poll_interval())?;
    writeln!(out, "Type: {} (Local)", settings.sync)?;
    if settings.sync.uses_manual() {
        let list: Vec<String> = settings.manual_peers.iter().map(ToString::to_string).collect();
        writeln!(out, "NtpServer: {} (Local)", list.join(" "))?;
    }
    let serves = u8::from(matches!(settings.role, Role::DomainController { .. }));
    writeln!(out, "\nNtpServer (Local)\n{DLL}\nEnabled: {serves} (Local)")?;
    writeln!(out, "InputProvider: 0 (Local)")?;
    if serves == 1 {
        writeln!(out, "AllowNonstandardModeCombinations: 1 (Local)")?;
    }
    writeln!(out)
}
