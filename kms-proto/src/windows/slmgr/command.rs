//! What slmgr was told to do.

use crate::windows::product::Detail;

/// A whole command line: where, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// Another computer, where one is named.
    pub target: Option<Target>,
    /// What to do there.
    pub command: Command,
}

/// The computer a command is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub machine: String,
    /// The account to act as, with its password.
    pub account: Option<(String, String)>,
}

/// What to do. Arguments stand as they were typed; whoever carries a command out reads them.
///
/// An `id` is an activation id, where one was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Nothing: the usage is printed, and that is an error.
    Usage,
    /// `/ipk`: installs a product key.
    InstallKey(String),
    /// `/ato`: activates.
    Activate(Option<String>),
    /// `/dli` and `/dlv`: shows products.
    Display(Detail, Which),
    /// `/xpr`: shows when the current state ends.
    Expiry(Option<String>),
    /// `/cpky`: removes the product key from the registry.
    ClearKeyFromRegistry,
    /// `/ilc`: installs a licence file.
    InstallLicense(String),
    /// `/rilc`: installs the system's licence files again.
    ReinstallLicenses,
    /// `/rearm`: begins the initial grace period again at the next start.
    Rearm,
    /// `/rearm-app`: the same of one application.
    RearmApplication(String),
    /// `/rearm-sku`: the same of one product.
    RearmSku(String),
    /// `/upk`: removes the product key.
    UninstallKey(Option<String>),
    /// `/dti`: shows the installation id.
    InstallationId(Option<String>),
    /// `/atp`: activates by a confirmation id.
    Deposit {
        /// The confirmation id.
        confirmation: String,
        /// The product.
        id: Option<String>,
    },
    /// `/skms`: names the host, its port, or both.
    SetHost {
        /// `name`, `name:port` or `:port`.
        host: String,
        /// The product.
        id: Option<String>,
    },
    /// `/ckms`: forgets the host and the port that were set.
    ClearHost(Option<String>),
    /// `/skms-domain`: names the domain whose SRV records are looked up.
    SetDomain {
        /// The domain.
        domain: String,
        /// The product.
        id: Option<String>,
    },
    /// `/ckms-domain`: forgets it.
    ClearDomain(Option<String>),
    /// `/skhc` and `/ckhc`: whether a host that answered is kept.
    HostCaching(bool),
    /// `/sprt`: the port a host listens on.
    SetPort(String),
    /// `/sai`: minutes between attempts of clients that are not activated.
    SetActivationInterval(String),
    /// `/sri`: minutes between renewals of those that are.
    SetRenewalInterval(String),
    /// `/sdns` and `/cdns`: whether a host publishes itself in DNS.
    DnsPublishing(bool),
    /// `/spri` and `/cpri`: whether a host runs at normal priority.
    NormalPriority(bool),
    /// `/act-type`: which ways of volume activation are tried.
    ActivationType {
        /// 0 all, 1 Active Directory, 2 KMS, 3 token; all where it is left out.
        kind: Option<String>,
        /// The product.
        id: Option<String>,
    },
    /// An option of token-based activation or of activation by Active Directory, by its name.
    Elsewhere(&'static str),
}

/// Which products are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// The one whose key is installed.
    #[default]
    Installed,
    /// Every one.
    All,
    /// The one with this activation id.
    Id(String),
}
