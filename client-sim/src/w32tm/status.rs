//! `w32tm /query /status` and `/source`.

use core::fmt::{self, Write};

use kms_proto::ntp::packet::Leap;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::date::EnUs;

use crate::time_service::Running;
use crate::time_service::correction::CLOCK_TICK;
use crate::time_service::discipline::State;
use crate::time_service::peer::Peer;
use crate::time_service::settings::Role;
use crate::w32tm::seconds::Plain;

/// The name of the source, or of what stands in for one.
pub(super) fn source(running: &Running) -> String {
    running.source().map_or_else(|| "Local CMOS Clock".to_owned(), Peer::name)
}

pub(super) fn text(running: &Running, now: Moment, verbose: bool) -> String {
    let mut out = String::new();
    // A String takes whatever is written to it.
    let _ = write(running, now, verbose, &mut out);
    out
}

/// A stratum with its meaning.
pub(super) fn stratum(number: u8) -> String {
    let meaning = match number {
        0 => "unspecified",
        1 => "primary reference - syncd by radio clock",
        2..=15 => "secondary reference - syncd by (S)NTP",
        _ => "reserved",
    };
    format!("{number} ({meaning})")
}

/// An interval with its length.
pub(super) fn interval(power: i8) -> String {
    match power {
        0 => "0 (unspecified)".to_owned(),
        1..=16 => format!("{power} ({}s)", 1_u32 << power),
        _ => format!("{power} (out of valid range)"),
    }
}

fn write(running: &Running, now: Moment, verbose: bool, out: &mut String) -> fmt::Result {
    let source = running.source().and_then(|peer| Some((peer, peer.sample?)));
    let leap = match source.map(|(_, sample)| sample.packet.leap) {
        Some(Leap::None) => "0(no warning)",
        Some(Leap::Longer) => "1(last minute has 61 seconds)",
        Some(Leap::Shorter) => "2(last minute has 59 seconds)",
        Some(Leap::Unknown) | None => "3(not synchronized)",
    };
    writeln!(out, "Leap Indicator: {leap}")?;
    let own = source.map_or(0, |(_, sample)| sample.packet.stratum.saturating_add(1));
    writeln!(out, "Stratum: {}", stratum(own))?;
    writeln!(out, "Precision: -23 (119.209ns per tick)")?;
    let last = source.map(|(_, sample)| sample).or_else(|| running.peers().first()?.sample);
    let (delay, dispersion) = last.map_or((Nanos(0), Nanos(0)), |sample| {
        let packet = sample.packet;
        (Nanos(packet.root_delay.nanos().0 + sample.delay.0.max(0)), packet.root_dispersion.nanos())
    });
    writeln!(out, "Root Delay: {}", Plain(delay))?;
    writeln!(out, "Root Dispersion: {}", Plain(dispersion))?;
    match source.and_then(|(peer, _)| peer.from.as_ref()) {
        Some(from) => {
            let id = from.reference_id();
            let (number, address) = (id.number(), from.address.ip());
            writeln!(out, "ReferenceId: 0x{number:08X} (source IP:  {address})")?;
        }
        None => writeln!(out, "ReferenceId: 0x00000000 (unspecified)")?,
    }
    let (since, shown) = running.synced();
    match shown {
        Some(time) => writeln!(out, "Last Successful Sync Time: {}", EnUs(time))?,
        None => writeln!(out, "Last Successful Sync Time: unspecified")?,
    }
    writeln!(out, "Source: {}", self::source(running))?;
    let power = i8::try_from(running.poll_interval()).unwrap_or(i8::MAX);
    writeln!(out, "Poll Interval: {}", interval(power))?;
    if !verbose {
        return Ok(());
    }
    let state = match running.discipline().state() {
        State::Unset => "0 (Unset)",
        State::Hold(_) => "1 (Hold)",
        State::Sync => "2 (Sync)",
        State::Spike { .. } => "3 (Spike)",
    };
    let role = match running.settings().role {
        Role::Computer => "0 (None)",
        Role::DomainController { .. } if running.settings().announce_flags & 4 != 0 => {
            "576 (Reliable Time Service)"
        }
        Role::DomainController { .. } => "64 (Time Service)",
    };
    let last = running.last();
    writeln!(out)?;
    writeln!(out, "Phase Offset: {}", Plain(running.offset()))?;
    writeln!(out, "ClockRate: {}", Plain(CLOCK_TICK))?;
    writeln!(out, "State Machine: {state}")?;
    writeln!(out, "Time Source Flags: 0 (None)")?;
    writeln!(out, "Server Role: {role}")?;
    writeln!(out, "Last Sync Error: {} ({})", last.number(), last.text())?;
    writeln!(out, "Time since Last Good Sync Time: {}", Plain(now.since(since)))
}
