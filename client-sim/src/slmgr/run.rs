//! A command carried out on a machine.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::FileTime;
use kms_proto::windows::product::Detail;
use kms_proto::windows::slmgr::command::{Command, Which};
use kms_proto::windows::slmgr::reply::{Effect, Reply};

use crate::installation::{ActivationType, Service};
use crate::machine::Machine;
use crate::slmgr::{ato, elevation, information};

impl Machine {
    /// Does what slmgr was told, as far as it needs no network.
    ///
    /// `wall` is what this machine's clock shows on its wall, right or wrong, and the licence is
    /// counted down to it; `elevated` is whether the prompt has an administrator's rights. After
    /// [`Effect::Activate`] the caller makes an attempt and appends [`ato::result`].
    pub fn slmgr(&mut self, command: &Command, wall: FileTime, elevated: bool) -> Reply {
        if let Some(code) = elevation::refused(command, elevated, self.installation.user_operations)
        {
            return Reply::error(code);
        }
        if self.installation.service == Service::Stopping && *command != Command::Usage {
            return match command {
                Command::Activate(_) => self.failed(HResult::SERVICE_STOPPING),
                _ => Reply::error(HResult::SERVICE_STOPPING),
            };
        }
        match command {
            Command::Usage => Reply::usage(self.profile),
            Command::InstallKey(key) => self.install_key(key),
            Command::Activate(id) => self.activate(id.as_deref()),
            Command::Display(detail, which) => self.display(*detail, which),
            Command::Expiry(id) => self.expiry(id.as_deref(), wall),
            Command::ClearKeyFromRegistry => {
                Reply::line("Product key from registry cleared successfully.")
            }
            Command::InstallLicense(file) => {
                Reply::line(&format!("License file {file} installed successfully."))
            }
            Command::ReinstallLicenses => Reply::line(
                "Re-installing license files ...\nLicense files re-installed successfully.",
            ),
            Command::Rearm => self.rearm(),
            Command::RearmApplication(id) => self.rearm_application(id),
            Command::RearmSku(id) => self.rearm_sku(id),
            Command::UninstallKey(id) => self.uninstall_key(id.as_deref()),
            Command::InstallationId(id) => self.installation_id(id.as_deref()),
            Command::Deposit { id, .. } => self.deposit(id.as_deref()),
            Command::SetHost { host, id } => self.of_product(id.as_deref(), |m| m.set_host(host)),
            Command::ClearHost(id) => self.of_product(id.as_deref(), Self::clear_host),
            Command::SetDomain { domain, id } => {
                self.of_product(id.as_deref(), |m| m.set_domain(domain))
            }
            Command::ClearDomain(id) => self.of_product(id.as_deref(), Self::clear_domain),
            Command::HostCaching(on) => self.set_host_caching(*on),
            Command::ActivationType { kind, id } => {
                self.of_product(id.as_deref(), |m| m.set_activation_type(kind.as_deref()))
            }
            Command::SetPort(_) => Reply::line(
                "Warning: KMS port can only be set on a KMS machine that is also activated.",
            ),
            Command::SetActivationInterval(_) => Reply::line(
                "Warning: Volume activation interval can only be set on a KMS machine that is also \
                 activated.",
            ),
            Command::SetRenewalInterval(_) => Reply::line(
                "Warning: Volume renewal interval can only be set on a KMS machine that is also \
                 activated.",
            ),
            Command::DnsPublishing(_) => Reply::line(
                "Warning: DNS Publishing can only be set on a KMS machine that is also activated.",
            ),
            Command::NormalPriority(_) => Reply::line(
                "Warning: Priority can only be set on a KMS machine that is also activated.",
            ),
            Command::Elsewhere(option) => Reply::elsewhere(option),
        }
    }

    /// Whether an activation id is that of this machine's product.
    pub(super) fn is_product(&self, id: &str) -> bool {
        self.edition.activation_id(&self.realm).to_string().eq_ignore_ascii_case(id.trim())
    }

    /// Does something to the product with this id, or to the whole machine where none is given.
    fn of_product(&mut self, id: Option<&str>, command: impl FnOnce(&mut Self) -> Reply) -> Reply {
        match id {
            Some(id) if !self.is_product(id) => Reply::no_such_id(id),
            _ => command(self),
        }
    }

    /// `/ato`, until it needs a host.
    fn activate(&self, id: Option<&str>) -> Reply {
        match id {
            Some(id) if !self.is_product(id) => return Reply::no_product(),
            None if !self.installation.key => return Reply::no_product(),
            _ => {}
        }
        match self.activation_type {
            ActivationType::Token => {
                return Reply::line(
                    "This system is configured for Token-based activation only. Use slmgr.vbs \
                     /fta to initiate Token-based activation, or slmgr.vbs /act-type to change the \
                     activation type setting.",
                );
            }
            // There is no object in Active Directory, and nothing else may be tried.
            ActivationType::Ad => return self.failed(HResult::SERVICE_UNAVAILABLE),
            ActivationType::All | ActivationType::Kms => {}
        }
        if !self.installation.key {
            return self.failed(HResult::NO_KEY);
        }
        let text = ato::announcement(self);
        Reply { text, code: HResult::OK, effect: Some(Effect::Activate) }
    }

    /// An attempt that came to an end before it began.
    fn failed(&self, code: HResult) -> Reply {
        let error = Reply::error(code);
        Reply { text: ato::announcement(self) + &error.text, ..error }
    }

    /// `/xpr`.
    fn expiry(&self, id: Option<&str>, wall: FileTime) -> Reply {
        let found = id.is_none_or(|id| self.is_product(id));
        if !found || !self.installation.key {
            return Reply::no_key();
        }
        Reply { text: information::expiry(self, wall), ..Reply::default() }
    }

    /// `/dli` and `/dlv`.
    fn display(&self, detail: Detail, which: &Which) -> Reply {
        let shown = match which {
            Which::Installed => self.installation.key,
            Which::All => true,
            Which::Id(id) => self.is_product(id),
        };
        if !shown {
            let version = information::version(self, detail);
            let none = Reply::no_key();
            return Reply { text: version + &none.text, ..none };
        }
        let text = match which {
            Which::Id(_) => information::one(self, detail),
            Which::Installed | Which::All => information::text(self, detail),
        };
        Reply { text, ..Reply::default() }
    }
}
