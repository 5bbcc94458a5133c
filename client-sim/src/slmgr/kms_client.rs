//! The block "Key Management Service client information".

use core::fmt::{self, Write};

use kms_proto::windows::profile::Profile;

use crate::machine::Machine;

/// Writes the block, an empty line before it.
pub(super) fn write(machine: &Machine, out: &mut String) {
    // A String takes whatever is written to it.
    let _ = block(machine, out);
}

fn block(machine: &Machine, out: &mut String) -> fmt::Result {
    let newer = machine.profile == Profile::Windows8;
    out.push('\n');
    if newer {
        out.push_str("Most recent activation information:\n");
    }
    out.push_str("Key Management Service client information\n");
    writeln!(out, "    Client Machine ID (CMID): {}", machine.cmid)?;
    // Windows 7 has no /skms-domain.
    let domain = machine.lookup_domain.as_deref().filter(|_| newer);
    if let Some(domain) = domain {
        writeln!(out, "    Registered KMS SRV record lookup domain: {domain}")?;
    }
    match (&machine.registered_host, &machine.discovered_host) {
        (Some(host), _) => writeln!(out, "    Registered KMS machine name: {host}")?,
        (None, Some(host)) => writeln!(out, "    KMS machine name from DNS: {host}")?,
        (None, None) => writeln!(out, "    DNS auto-discovery: KMS name not available")?,
    }
    if newer {
        out.push_str("    KMS machine IP address: ");
        match machine.activated_by.and_then(|host| host.address) {
            Some(address) => writeln!(out, "{address}")?,
            None => writeln!(out, "not available")?,
        }
    }
    // Before the first activation the label stands alone, its blank included.
    out.push_str("    KMS machine extended PID: ");
    match machine.activated_by {
        Some(host) => writeln!(out, "{}", host.pid)?,
        None => out.push('\n'),
    }
    writeln!(out, "    Activation interval: {} minutes", machine.activation_interval)?;
    writeln!(out, "    Renewal interval: {} minutes", machine.renewal_interval)?;
    let caching = if machine.host_caching { "enabled" } else { "disabled" };
    writeln!(out, "    KMS host caching is {caching}")?;
    if let (Some(_), Some(host)) = (domain, &machine.registered_host) {
        out.push_str("\nWarning: /skms setting overrides the /skms-domain setting. ");
        writeln!(out, "{host} will be used for activation.")?;
    }
    Ok(())
}
