//! What `slmgr.vbs /dli` and `/dlv` print on a KMS host.

use core::fmt::{self, Write};

use kms_proto::windows::product::{Detail, service_version};
use kms_proto::windows::profile::Profile;
use kms_proto::windows::slmgr::reply::Reply;

use crate::cim::numbers::Numbers;
use crate::config::Priority;
use crate::snapshot::Snapshot;

/// The text, each line ended by `\n`.
///
/// The cumulative block is part of `/dli` as well. Where KMS is not enabled there is no key, and so
/// nothing but the error. A number of requests is what CIM says it is: at most 32 bits.
pub fn text(snapshot: &Snapshot, detail: Detail) -> String {
    if !snapshot.enabled {
        return version(snapshot.profile, detail) + &Reply::no_key().text;
    }
    all(snapshot, detail)
}

/// The same of the product whether or not it has a key, as it is shown where all are asked for.
pub(super) fn all(snapshot: &Snapshot, detail: Detail) -> String {
    let mut out = version(snapshot.profile, detail);
    // A String takes whatever is written to it.
    let _ = write(&mut out, snapshot, detail);
    out
}

/// The line `/dlv` begins with; nothing of `/dli`.
pub(super) fn version(profile: Profile, detail: Detail) -> String {
    match detail {
        Detail::Dli => String::new(),
        Detail::Dlv => {
            format!("Software licensing service version: {}\n", service_version(profile))
        }
    }
}

fn write(out: &mut String, snapshot: &Snapshot, detail: Detail) -> fmt::Result {
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
