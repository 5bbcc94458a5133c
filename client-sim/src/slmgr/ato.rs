//! `slmgr /ato`.

use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::windows::slmgr_error::error_line;

use crate::activation::Outcome;
use crate::machine::Machine;

/// The first line, printed before anything is sent.
pub fn announcement(machine: &Machine) -> String {
    let name = machine.edition.name(machine.profile);
    let id = machine.edition.activation_id(&machine.realm);
    format!("Activating {name} ({id}) ...\n")
}

/// The whole text of an attempt that came to `outcome`.
pub fn text(machine: &Machine, outcome: &Outcome) -> String {
    let mut out = announcement(machine);
    if !outcome.shown.is_ok() {
        out.push_str(&error_line(outcome.shown));
        out.push('\n');
        return out;
    }
    out.push_str(match outcome.license.status {
        LicenseStatus::LICENSED => "Product activated successfully.\n",
        LicenseStatus::NON_GENUINE_GRACE => {
            "Error: The machine is running within the non-genuine grace period. Run 'slui.exe' to \
             go online and make the machine genuine.\n"
        }
        LicenseStatus::EXTENDED_GRACE => {
            "Product activated successfully.\nLicense Status: Extended grace period\n"
        }
        _ => "Error: Product activation failed.\n",
    });
    out
}
