//! `w32tm /query /peers`.

use core::fmt::{self, Write};

use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::time_service::Running;
use crate::time_service::peer::Peer;
use crate::w32tm::seconds::Plain;
use crate::w32tm::status::{interval, stratum};

pub(super) fn text(running: &Running, now: Moment, verbose: bool) -> String {
    let mut out = format!("#Peers: {}\n", running.peers().len());
    for peer in running.peers() {
        // A String takes whatever is written to it.
        let _ = write(peer, running, now, verbose, &mut out);
    }
    out
}

fn write(
    peer: &Peer,
    running: &Running,
    now: Moment,
    verbose: bool,
    out: &mut String,
) -> fmt::Result {
    writeln!(out, "\nPeer: {}", peer.name())?;
    let found = peer.from.is_some() && !peer.lost;
    writeln!(out, "State: {}", if found { "Active" } else { "Pending" })?;
    let remaining = Nanos(peer.next.since(now).0.max(0));
    writeln!(out, "Time Remaining: {}", Plain(remaining))?;
    if let Some(sample) = peer.sample.filter(|_| found) {
        let own = i8::try_from(running.poll_interval()).unwrap_or(i8::MAX);
        writeln!(out, "Mode: {}", peer.mode())?;
        writeln!(out, "Stratum: {}", stratum(sample.packet.stratum))?;
        writeln!(out, "PeerPoll Interval: {}", interval(sample.packet.poll))?;
        writeln!(out, "HostPoll Interval: {}", interval(own))?;
    } else {
        writeln!(out, "Mode: 0 (reserved)")?;
        writeln!(out, "Stratum: {}", stratum(0))?;
        writeln!(out, "PeerPoll Interval: {}", interval(0))?;
        writeln!(out, "HostPoll Interval: {}", interval(0))?;
    }
    if !verbose {
        return Ok(());
    }
    let error = if peer.valid || peer.failures == 0 && !peer.lost {
        "0x00000000 (Succeeded)"
    } else if peer.lost && peer.from.is_none() {
        "0x80072AF9 (No such host is known. )"
    } else {
        "0x800705B4 (This operation returned because the timeout period expired. )"
    };
    writeln!(out, "LastSyncError: {error}")?;
    writeln!(out, "Resolve Attempts: {}", peer.backoffs)?;
    writeln!(out, "Reachability: {}", peer.reachability)
}
