//! The options of slmgr, in the order of its usage.

use crate::windows::product::Detail;
use crate::windows::slmgr::command::Command;
use crate::windows::slmgr::entry::{Arguments, Entry, Group, Since};

/// An activation id that may be left out.
const ID: &str = "[Activation ID]";

const fn entry(
    name: &'static str,
    parameters: &'static [&'static str],
    help: &'static str,
    group: Group,
    command: fn(&Arguments<'_>) -> Command,
) -> Entry {
    Entry { name, parameters, help, group, since: Since::Ever, command }
}

const fn since8(entry: Entry) -> Entry {
    Entry { since: Since::Windows8, ..entry }
}

const fn until8(entry: Entry) -> Entry {
    Entry { since: Since::Windows7Only, ..entry }
}

/// Every option.
pub const OPTIONS: &[Entry] = &[
    entry(
        "ipk",
        &["<Product Key>"],
        "Install product key (replaces existing key)",
        Group::Global,
        |a| Command::InstallKey(a.text(0)),
    ),
    entry("ato", &[ID], "Activate Windows", Group::Global, |a| Command::Activate(a.optional(0))),
    entry(
        "dli",
        &["[Activation ID | All]"],
        "Display license information (default: current license)",
        Group::Global,
        |a| Command::Display(Detail::Dli, a.which()),
    ),
    entry(
        "dlv",
        &["[Activation ID | All]"],
        "Display detailed license information (default: current license)",
        Group::Global,
        |a| Command::Display(Detail::Dlv, a.which()),
    ),
    entry("xpr", &[ID], "Expiration date for current license state", Group::Global, |a| {
        Command::Expiry(a.optional(0))
    }),
    entry(
        "cpky",
        &[],
        "Clear product key from the registry (prevents disclosure attacks)",
        Group::Advanced,
        |_| Command::ClearKeyFromRegistry,
    ),
    entry("ilc", &["<License file>"], "Install license", Group::Advanced, |a| {
        Command::InstallLicense(a.text(0))
    }),
    entry("rilc", &[], "Re-install system license files", Group::Advanced, |_| {
        Command::ReinstallLicenses
    }),
    entry("rearm", &[], "Reset the licensing status of the machine", Group::Advanced, |_| {
        Command::Rearm
    }),
    since8(entry(
        "rearm-app",
        &["<Application ID>"],
        "Reset the licensing status of the given app",
        Group::Advanced,
        |a| Command::RearmApplication(a.text(0)),
    )),
    since8(entry(
        "rearm-sku",
        &["<Activation ID>"],
        "Reset the licensing status of the given sku",
        Group::Advanced,
        |a| Command::RearmSku(a.text(0)),
    )),
    entry("upk", &[ID], "Uninstall product key", Group::Advanced, |a| {
        Command::UninstallKey(a.optional(0))
    }),
    entry("dti", &[ID], "Display Installation ID for offline activation", Group::Advanced, |a| {
        Command::InstallationId(a.optional(0))
    }),
    entry(
        "atp",
        &["<Confirmation ID>", ID],
        "Activate product with user-provided Confirmation ID",
        Group::Advanced,
        |a| Command::Deposit { confirmation: a.text(0), id: a.optional(1) },
    ),
    entry(
        "skms",
        &["<Name[:Port] | : port>", ID],
        "Set the name and/or the port for the KMS computer this machine will use. IPv6 address \
         must be specified in the format [hostname]:port",
        Group::KmsClient,
        |a| Command::SetHost { host: a.text(0), id: a.optional(1) },
    ),
    entry(
        "ckms",
        &[ID],
        "Clear name of KMS computer used (sets the port to the default)",
        Group::KmsClient,
        |a| Command::ClearHost(a.optional(0)),
    ),
    since8(entry(
        "skms-domain",
        &["<FQDN>", ID],
        "Set the specific DNS domain in which all KMS SRV records can be found. This setting has \
         no effect if the specific single KMS host is set via /skms option.",
        Group::KmsClient,
        |a| Command::SetDomain { domain: a.text(0), id: a.optional(1) },
    )),
    since8(entry(
        "ckms-domain",
        &[ID],
        "Clear the specific DNS domain in which all KMS SRV records can be found. The specific \
         KMS host will be used if set via /skms. Otherwise default KMS auto-discovery will be \
         used.",
        Group::KmsClient,
        |a| Command::ClearDomain(a.optional(0)),
    )),
    entry("skhc", &[], "Enable KMS host caching", Group::KmsClient, |_| Command::HostCaching(true)),
    entry("ckhc", &[], "Disable KMS host caching", Group::KmsClient, |_| {
        Command::HostCaching(false)
    }),
    entry(
        "lil",
        &[],
        "List installed Token-based Activation Issuance Licenses",
        Group::Token,
        |_| Command::Elsewhere("/lil"),
    ),
    entry(
        "ril",
        &["<ILID>", "<ILvID>"],
        "Remove installed Token-based Activation Issuance License",
        Group::Token,
        |_| Command::Elsewhere("/ril"),
    ),
    until8(entry("stao", &[], "Set the Token-based Activation Only flag", Group::Token, |_| {
        Command::Elsewhere("/stao")
    })),
    until8(entry("ctao", &[], "Clear the Token-based Activation Only flag", Group::Token, |_| {
        Command::Elsewhere("/ctao")
    })),
    entry("ltc", &[], "List Token-based Activation Certificates", Group::Token, |_| {
        Command::Elsewhere("/ltc")
    }),
    entry(
        "fta",
        &["<Certificate Thumbprint>", "[<PIN>]"],
        "Force Token-based Activation",
        Group::Token,
        |_| Command::Elsewhere("/fta"),
    ),
    entry(
        "sprt",
        &["<Port>"],
        "Set TCP port KMS will use to communicate with clients",
        Group::KmsHost,
        |a| Command::SetPort(a.text(0)),
    ),
    entry(
        "sai",
        &["<Activation Interval>"],
        "Set interval (minutes) for unactivated clients to attempt KMS connection. The activation \
         interval must be between 15 minutes (min) and 30 days (max) although the default (2 \
         hours) is recommended.",
        Group::KmsHost,
        |a| Command::SetActivationInterval(a.text(0)),
    ),
    entry(
        "sri",
        &["<Renewal Interval>"],
        "Set renewal interval (minutes) for activated clients to attempt KMS connection. The \
         renewal interval must be between 15 minutes (min) and 30 days (max) although the default \
         (7 days) is recommended.",
        Group::KmsHost,
        |a| Command::SetRenewalInterval(a.text(0)),
    ),
    entry("sdns", &[], "Enable DNS publishing by KMS (default)", Group::KmsHost, |_| {
        Command::DnsPublishing(true)
    }),
    entry("cdns", &[], "Disable DNS publishing by KMS", Group::KmsHost, |_| {
        Command::DnsPublishing(false)
    }),
    entry("spri", &[], "Set KMS priority to normal (default)", Group::KmsHost, |_| {
        Command::NormalPriority(true)
    }),
    entry("cpri", &[], "Set KMS priority to low", Group::KmsHost, |_| {
        Command::NormalPriority(false)
    }),
    since8(entry(
        "act-type",
        &["[Activation-Type]", ID],
        "Set activation type to 1 (for AD) or 2 (for KMS) or 3 (for Token) or 0 (for all).",
        Group::KmsHost,
        |a| Command::ActivationType { kind: a.optional(0), id: a.optional(1) },
    )),
    since8(entry(
        "ad-activation-online",
        &["<Product Key>", "[Activation Object name]"],
        "Activate AD (Active Directory) forest with user-provided product key",
        Group::ActiveDirectory,
        |_| Command::Elsewhere("/ad-activation-online"),
    )),
    since8(entry(
        "ad-activation-get-iid",
        &["<Product Key>"],
        "Display Installation ID for AD (Active Directory) forest",
        Group::ActiveDirectory,
        |_| Command::Elsewhere("/ad-activation-get-iid"),
    )),
    since8(entry(
        "ad-activation-apply-cid",
        &["<Product Key>", "<Confirmation ID>", "[Activation Object name]"],
        "Activate AD (Active Directory) forest with user-provided product key and Confirmation ID",
        Group::ActiveDirectory,
        |_| Command::Elsewhere("/ad-activation-apply-cid"),
    )),
    since8(entry(
        "ao-list",
        &[],
        "Display Activation Objects in AD (Active Directory)",
        Group::ActiveDirectory,
        |_| Command::Elsewhere("/ao-list"),
    )),
    since8(entry(
        "del-ao",
        &["<Activation Object DN | Activation Object RDN>"],
        "Delete Activation Objects in AD (Active Directory) for user-provided Activation Object",
        Group::ActiveDirectory,
        |_| Command::Elsewhere("/del-ao"),
    )),
];
