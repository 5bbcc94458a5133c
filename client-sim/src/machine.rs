//! A simulated Windows computer.

use std::net::IpAddr;

use kms_proto::guid::Uuid;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::windows::identity::{Edition, cmid};
use kms_proto::windows::product::Product;
use kms_proto::windows::profile::Profile;

use crate::installation::{ActivationType, Installation};
use crate::kms_host::KmsHost;
use crate::license::License;
use crate::no_name::NoName;

/// Minutes between attempts before activation, until a host says otherwise.
pub const ACTIVATION_INTERVAL: u32 = 120;

/// Minutes between renewals after activation, until a host says otherwise.
pub const RENEWAL_INTERVAL: u32 = 10_080;

/// A machine: who it is, what it runs, what it holds, and what it knows of its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The computer's name.
    pub name: MachineName,
    /// The realm whose seal it speaks.
    pub realm: Realm,
    /// The product to be activated.
    pub edition: Edition,
    /// Whose texts it prints.
    pub profile: Profile,
    /// The client machine id.
    pub cmid: Uuid,
    /// The id before this one; nil if none.
    pub previous_cmid: Uuid,
    /// Whether it is virtual.
    pub virtual_machine: bool,
    /// What was installed: the product key, the re-arms, the licensing service.
    pub installation: Installation,
    /// The licence.
    pub license: License,
    /// Which ways of volume activation it tries; `/act-type`.
    pub activation_type: ActivationType,
    /// The host set by `/skms`.
    pub registered_host: Option<KmsHost>,
    /// The port set by `/skms :port` without a name; 0 if none was.
    pub registered_port: u16,
    /// The domain set by `/skms-domain`.
    pub lookup_domain: Option<String>,
    /// The code by which its Windows calls a name that DNS does not know.
    pub no_name: NoName,
    /// The host found in DNS that last answered.
    pub discovered_host: Option<KmsHost>,
    /// Whether a host that answered is kept; `/skhc`.
    pub host_caching: bool,
    /// Minutes between attempts before activation.
    pub activation_interval: u32,
    /// Minutes between renewals after it.
    pub renewal_interval: u32,
    /// The host that activated it last.
    pub activated_by: Option<ActivatedBy>,
}

/// What a machine remembers of the host that activated it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivatedBy {
    /// The host's extended product id.
    pub pid: Pid,
    /// The address it answered from, where known.
    pub address: Option<IpAddr>,
}

impl Machine {
    /// A fresh installation: initial grace, no host known, an id from the realm and the name.
    pub fn new(name: MachineName, realm: Realm, edition: Edition) -> Self {
        let cmid = cmid(&realm, &name.to_string());
        Self {
            name,
            realm,
            edition,
            profile: Profile::default(),
            cmid,
            previous_cmid: Uuid::nil(),
            virtual_machine: false,
            installation: Installation::FRESH,
            license: License::INITIAL,
            activation_type: ActivationType::All,
            registered_host: None,
            registered_port: 0,
            lookup_domain: None,
            no_name: NoName::NameError,
            discovered_host: None,
            host_caching: true,
            activation_interval: ACTIVATION_INTERVAL,
            renewal_interval: RENEWAL_INTERVAL,
            activated_by: None,
        }
    }

    /// What this machine asks of a host when its clock reads `client_time`.
    pub fn request(&self, version: Version, client_time: FileTime) -> Request {
        Request {
            version,
            vm_info: u32::from(self.virtual_machine),
            license_status: self.license.status,
            binding_expiration: self.license.minutes,
            application_id: self.edition.application_id(),
            activation_id: self.edition.activation_id(&self.realm),
            kms_counted_id: self.edition.counted_id(&self.realm),
            cmid: self.cmid,
            n_policy: self.edition.n_policy(),
            client_time,
            previous_cmid: self.previous_cmid,
            machine_name: self.name,
        }
    }

    /// The product as slmgr and CIM show it; without its key it has neither channel nor ids.
    pub fn product(&self) -> Product {
        let mut product = Product {
            license_status: self.license.status,
            status_reason: self.license.reason,
            grace_minutes: self.license.minutes,
            windows_rearm_count: self.installation.rearms_left(self.profile),
            ..self.edition.product(&self.realm, self.profile)
        };
        if self.profile == Profile::Windows8 {
            product.sku_rearm_count = product.windows_rearm_count;
        }
        if !self.installation.key {
            product.partial_key = None;
            product.extended_pid = None;
            product.channel = String::new();
        }
        product
    }
}
