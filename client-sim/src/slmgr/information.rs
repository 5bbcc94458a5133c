//! `slmgr /dli`, `/dlv` and `/xpr` of a machine.

use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::time::FileTime;
use kms_proto::windows::product::{Detail, service_version};
use kms_proto::windows::profile::Profile;

use crate::machine::Machine;
use crate::slmgr::kms_client;

/// The line `/dlv` begins with; nothing of `/dli`.
pub(super) fn version(machine: &Machine, detail: Detail) -> String {
    match detail {
        Detail::Dli => String::new(),
        Detail::Dlv => {
            format!("Software licensing service version: {}\n", service_version(machine.profile))
        }
    }
}

/// The text of `/dli` or `/dlv`, no activation id being asked for.
pub fn text(machine: &Machine, detail: Detail) -> String {
    one(machine, detail) + "\n"
}

/// The same of the one product that was asked for by its id: without the empty line behind it.
pub(super) fn one(machine: &Machine, detail: Detail) -> String {
    let mut out = version(machine, detail);
    let product = machine.product();
    out.push('\n');
    product.write(&mut out, detail, machine.profile);
    if product.is_kms_client() && product.partial_key.is_some() {
        if machine.profile == Profile::Windows8 {
            let kind = machine.activation_type.word();
            out.push_str("Configured Activation Type: ");
            out.push_str(kind);
            out.push('\n');
        }
        if shows_client_block(machine) {
            kms_client::write(machine, &mut out);
        } else {
            out.push_str(
                "Please use slmgr.vbs /ato to activate and update KMS client information in order \
                 to update values.\n",
            );
        }
    }
    out
}

/// Windows 8 and later say nothing of KMS before the machine is activated; Windows 7 always does.
fn shows_client_block(machine: &Machine) -> bool {
    machine.profile == Profile::Windows7 || machine.license.status == LicenseStatus::LICENSED
}

/// The text of `/xpr`, `now` being the wall clock of this machine, right or wrong.
pub fn expiry(machine: &Machine, now: FileTime) -> String {
    machine.product().expiry(now)
}
