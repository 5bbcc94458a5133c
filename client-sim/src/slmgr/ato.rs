//! `slmgr /ato`.

use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::windows::slmgr::reply::Reply;

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
    announcement(machine) + &result(outcome).text
}

/// What is printed below the first line, and how the command ends, an attempt having come to
/// `outcome`: the last of those that were made.
pub fn result(outcome: &Outcome) -> Reply {
    if !outcome.shown.is_ok() {
        return Reply::error(outcome.shown);
    }
    match outcome.license.status {
        LicenseStatus::LICENSED => Reply::line("Product activated successfully."),
        LicenseStatus::NON_GENUINE_GRACE => Reply::line(
            "Error: The machine is running within the non-genuine grace period. Run 'slui.exe' to \
             go online and make the machine genuine.",
        ),
        LicenseStatus::EXTENDED_GRACE => {
            Reply::line("Product activated successfully.\nLicense Status: Extended grace period")
        }
        _ => Reply::failed(HResult(1), "Error: Product activation failed."),
    }
}
