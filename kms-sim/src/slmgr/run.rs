//! A command carried out on a KMS host.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::FileTime;
use kms_proto::windows::identity::Edition;
use kms_proto::windows::product::Detail;
use kms_proto::windows::slmgr::command::{Command, Which};
use kms_proto::windows::slmgr::reply::Reply;

use crate::host::Host;
use crate::slmgr::information;

impl Host {
    /// Does what slmgr was told; it needs no network.
    ///
    /// `now` is what this host's clock shows, `elevated` whether the prompt has an administrator's
    /// rights. Options of KMS clients and of grace periods mean nothing on a lab's host, which has
    /// neither: they end with `0x80070032`.
    pub fn slmgr(&mut self, command: &Command, now: FileTime, elevated: bool) -> Reply {
        if !elevated && let Some(code) = refused(command) {
            return Reply::error(code);
        }
        match command {
            Command::Usage => Reply::usage(self.config().profile),
            Command::Activate(id) => self.activate(id.as_deref(), now),
            Command::Display(detail, which) => self.display(*detail, which, now),
            Command::Expiry(id) => self.expiry(id.as_deref(), now),
            Command::InstallationId(id) => self.installation_id(id.as_deref(), now),
            Command::InstallKey(key) => self.install_key(key),
            Command::UninstallKey(id) => self.uninstall_key(id.as_deref()),
            Command::ClearKeyFromRegistry => {
                Reply::line("Product key from registry cleared successfully.")
            }
            Command::SetPort(port) => self.set_port(port),
            Command::SetActivationInterval(minutes) => self.set_activation_interval(minutes),
            Command::SetRenewalInterval(minutes) => self.set_renewal_interval(minutes),
            Command::DnsPublishing(on) => self.set_dns_publishing(*on),
            Command::NormalPriority(normal) => self.set_priority(*normal),
            Command::Elsewhere(option) => Reply::elsewhere(option),
            Command::InstallLicense(_)
            | Command::ReinstallLicenses
            | Command::Rearm
            | Command::RearmApplication(_)
            | Command::RearmSku(_)
            | Command::Deposit { .. }
            | Command::SetHost { .. }
            | Command::ClearHost(_)
            | Command::SetDomain { .. }
            | Command::ClearDomain(_)
            | Command::HostCaching(_)
            | Command::ActivationType { .. } => Reply::error(HResult::NOT_SUPPORTED),
        }
    }

    fn is_product(&self, id: &str) -> bool {
        let own = Edition::ServerKmsHost.activation_id(&self.config().realm);
        own.to_string().eq_ignore_ascii_case(id.trim())
    }

    /// `/ato`: a host activates itself with Microsoft, once; in a lab that always succeeds.
    fn activate(&mut self, id: Option<&str>, now: FileTime) -> Reply {
        if id.is_some_and(|id| !self.is_product(id)) || !self.config().enabled {
            return Reply::no_product();
        }
        let product = self.snapshot(now).product;
        let begins = format!("Activating {} ({}) ...\n", product.name, product.activation_id);
        let said = if self.config().virtual_unsupported {
            Reply::error(HResult::VM_NOT_SUPPORTED)
        } else {
            let mut config = self.config().clone();
            config.activated = true;
            self.reconfigure(config);
            Reply::line("Product activated successfully.")
        };
        Reply { text: begins + &said.text, ..said }
    }

    fn display(&self, detail: Detail, which: &Which, now: FileTime) -> Reply {
        let shown = match which {
            Which::Installed => self.config().enabled,
            Which::All => true,
            Which::Id(id) => self.is_product(id),
        };
        if !shown {
            let version = information::version(self.config().profile, detail);
            let none = Reply::no_key();
            return Reply { text: version + &none.text, ..none };
        }
        let mut text = information::all(&self.snapshot(now), detail);
        if matches!(which, Which::Id(_)) {
            text.truncate(text.trim_end_matches('\n').len() + 1);
        }
        Reply { text, ..Reply::default() }
    }

    fn expiry(&self, id: Option<&str>, now: FileTime) -> Reply {
        if id.is_some_and(|id| !self.is_product(id)) || !self.config().enabled {
            return Reply::no_key();
        }
        Reply { text: self.snapshot(now).product.expiry(now), ..Reply::default() }
    }

    fn installation_id(&self, id: Option<&str>, now: FileTime) -> Reply {
        if !id.map_or(self.config().enabled, |id| self.is_product(id)) {
            return Reply::no_key();
        }
        Reply::installation_id(&self.snapshot(now).product.installation_id)
    }

    /// `/ipk` with the lab's key of a host makes a KMS host of it, which is not activated yet; where
    /// the same key is there already nothing changes.
    fn install_key(&mut self, key: &str) -> Reply {
        let host = Edition::ServerKmsHost;
        match Edition::of_key(key) {
            None => Reply::error(HResult::INVALID_KEY),
            Some(edition) if edition != host => Reply::error(HResult::SKU_NOT_FOUND),
            Some(_) => {
                let mut config = self.config().clone();
                config.activated &= config.enabled;
                config.enabled = true;
                self.reconfigure(config);
                Reply::line(&format!("Installed product key {key} successfully."))
            }
        }
    }

    /// `/upk`: without its key it is no KMS host, and what was activated was the key.
    fn uninstall_key(&mut self, id: Option<&str>) -> Reply {
        if id.is_some_and(|id| !self.is_product(id)) || !self.config().enabled {
            return Reply::no_key();
        }
        let mut config = self.config().clone();
        config.enabled = false;
        config.activated = false;
        self.reconfigure(config);
        Reply::line("Uninstalled product key successfully.")
    }
}

/// The code a command ends with that needs an elevated prompt and has none: keys are guarded by the
/// licensing service, settings by the registry.
const fn refused(command: &Command) -> Option<HResult> {
    match command {
        Command::Usage | Command::Display(..) | Command::Expiry(_) | Command::InstallationId(_) => {
            None
        }
        Command::Activate(_) | Command::InstallKey(_) | Command::UninstallKey(_) => {
            Some(HResult::NOT_ELEVATED)
        }
        _ => Some(HResult::ACCESS_DENIED),
    }
}
