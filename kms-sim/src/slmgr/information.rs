//! What `slmgr.vbs /dli` and `/dlv` print on a KMS host.

use core::fmt::{self, Write};

use kms_proto::windows::product::{Detail, service_version};

use crate::cim::numbers::Numbers;
use crate::config::Priority;
use crate::snapshot::Snapshot;

/// The text, each line ended by `\n`.
///
/// The cumulative block is part of `/dli` as well. A machine that is no KMS host (KMS not enabled)
/// has the product's block alone. A number of requests is what CIM says it is: at most 32 bits.
pub fn text(snapshot: &Snapshot, detail: Detail) -> String {
    let mut out = String::new();
    // A String takes whatever is written to it.
    let _ = write(&mut out, snapshot, detail);
    out
}

fn write(out: &mut String, snapshot: &Snapshot, detail: Detail) -> fmt::Result {
    if detail == Detail::Dlv {
        let version = service_version(snapshot.profile);
        writeln!(out, "Software licensing service version: {version}")?;
    }
    writeln!(out)?;
    snapshot.product.write(out, detail, snapshot.profile);
    if snapshot.enabled {
        settings(out, snapshot)?;
        requests(out, snapshot)?;
    }
    writeln!(out)
}

fn settings(out: &mut String, snapshot: &Snapshot) -> fmt::Result {
    let publishing = if snapshot.dns_publishing { "enabled" } else { "disabled" };
    let priority = match snapshot.priority {
        Priority::Normal => "Normal",
        Priority::Low => "Low",
    };
    writeln!(out)?;
    writeln!(out, "Key Management Service is enabled on this machine")?;
    writeln!(out, "    Current count: {}", Numbers::of(snapshot).current_count)?;
    writeln!(out, "    Listening on Port: {}", snapshot.port)?;
    writeln!(out, "    DNS publishing {publishing}")?;
    writeln!(out, "    KMS priority: {priority}")
}

fn requests(out: &mut String, snapshot: &Snapshot) -> fmt::Result {
    const STATUS: &str = "Requests with License Status";
    let counters = Numbers::of(snapshot);
    writeln!(out)?;
    writeln!(out, "Key Management Service cumulative requests received from clients")?;
    writeln!(out, "    Total requests received: {}", counters.total)?;
    writeln!(out, "    Failed requests received: {}", counters.failed)?;
    writeln!(out, "    {STATUS} Unlicensed: {}", counters.unlicensed)?;
    writeln!(out, "    {STATUS} Licensed: {}", counters.licensed)?;
    writeln!(out, "    {STATUS} Initial grace period: {}", counters.oob_grace)?;
    writeln!(
        out,
        "    {STATUS} License expired or Hardware out of tolerance: {}",
        counters.oot_grace
    )?;
    writeln!(out, "    {STATUS} Non-genuine grace period: {}", counters.non_genuine_grace)?;
    writeln!(out, "    {STATUS} Notification: {}", counters.notification)
}
