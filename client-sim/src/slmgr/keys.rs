//! The commands that change the product key and the grace period.

use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::windows::identity::Edition;
use kms_proto::windows::slmgr::reply::Reply;

use crate::license::License;
use crate::machine::Machine;

impl Machine {
    /// `/ipk`: takes the lab's key of this machine's own edition, five times its last group.
    ///
    /// The key of another edition is none of this product (`0xC004F069`); anything else, a genuine
    /// key among it, is no key here (`0xC004F050`).
    pub(super) fn install_key(&mut self, key: &str) -> Reply {
        match Edition::of_key(key) {
            None => Reply::error(HResult::INVALID_KEY),
            Some(edition) if edition != self.edition => Reply::error(HResult::SKU_NOT_FOUND),
            Some(_) => {
                self.take_key();
                Reply::line(&format!("Installed product key {key} successfully."))
            }
        }
    }

    /// A key begins a licence that is not bound to anything yet: in what is left of the grace
    /// period, or without one.
    fn take_key(&mut self) {
        self.installation.key = true;
        let in_grace = self.license.status == LicenseStatus::OOB_GRACE;
        if !in_grace {
            self.license = License::NEVER_BOUND;
        }
        self.activated_by = None;
    }

    /// `/upk`.
    pub(super) fn uninstall_key(&mut self, id: Option<&str>) -> Reply {
        match id {
            Some(id) if !self.is_product(id) => return Reply::no_key(),
            _ if !self.installation.key => return Reply::no_key(),
            _ => {}
        }
        self.installation.key = false;
        self.license = License::NO_KEY;
        self.activated_by = None;
        Reply::line("Uninstalled product key successfully.")
    }

    /// `/dti`.
    pub(super) fn installation_id(&self, id: Option<&str>) -> Reply {
        let product = self.product();
        if !id.map_or(self.installation.key, |id| self.is_product(id)) {
            return Reply::no_key();
        }
        Reply::installation_id(&product.installation_id)
    }

    /// `/atp`: nobody gives out confirmation ids for a lab's product, so that none is right.
    pub(super) fn deposit(&self, id: Option<&str>) -> Reply {
        if !id.map_or(self.installation.key, |id| self.is_product(id)) {
            return Reply::no_product();
        }
        Reply::error(HResult::INVALID_CONFIRMATION)
    }

    /// `/rearm`: the grace period begins again when the machine is restarted.
    pub(super) fn rearm(&mut self) -> Reply {
        match self.installation.rearm(self.profile) {
            Err(code) => Reply::error(code),
            Ok(()) => Reply::line(
                "Command completed successfully.\n\
                 Please restart the system for the changes to take effect.",
            ),
        }
    }

    /// `/rearm-app`, of the application this machine's product belongs to.
    pub(super) fn rearm_application(&mut self, id: &str) -> Reply {
        if self.edition.application_id().to_string().eq_ignore_ascii_case(id) {
            self.rearm()
        } else {
            Reply::no_product()
        }
    }

    /// `/rearm-sku`.
    pub(super) fn rearm_sku(&mut self, id: &str) -> Reply {
        if self.is_product(id) { self.rearm() } else { Reply::no_product() }
    }
}
