//! Which commands need an administrator's rights.

use kms_proto::kms::hresult::HResult;
use kms_proto::windows::slmgr::command::Command;

/// The code a command ends with that needs an elevated prompt and has none.
///
/// What only shows needs no rights, and neither does activation by KMS. Changes of keys and
/// licences are refused by the licensing service (`SL_E_LUA_ACCESSDENIED`), but where standard
/// users may make them; settings are refused by the registry they stand in (`E_ACCESSDENIED`).
/// Microsoft documents both codes and not which command gives which.
pub(super) fn refused(command: &Command, elevated: bool, users_may: bool) -> Option<HResult> {
    if elevated {
        return None;
    }
    match command {
        Command::Usage
        | Command::Activate(_)
        | Command::Display(..)
        | Command::Expiry(_)
        | Command::InstallationId(_) => None,
        Command::InstallKey(_)
        | Command::InstallLicense(_)
        | Command::Rearm
        | Command::RearmApplication(_)
        | Command::RearmSku(_)
            if users_may =>
        {
            None
        }
        Command::InstallKey(_)
        | Command::InstallLicense(_)
        | Command::ReinstallLicenses
        | Command::Rearm
        | Command::RearmApplication(_)
        | Command::RearmSku(_)
        | Command::UninstallKey(_)
        | Command::Deposit { .. }
        | Command::Elsewhere(_) => Some(HResult::NOT_ELEVATED),
        Command::ClearKeyFromRegistry
        | Command::SetHost { .. }
        | Command::ClearHost(_)
        | Command::SetDomain { .. }
        | Command::ClearDomain(_)
        | Command::HostCaching(_)
        | Command::SetPort(_)
        | Command::SetActivationInterval(_)
        | Command::SetRenewalInterval(_)
        | Command::DnsPublishing(_)
        | Command::NormalPriority(_)
        | Command::ActivationType { .. } => Some(HResult::ACCESS_DENIED),
    }
}
