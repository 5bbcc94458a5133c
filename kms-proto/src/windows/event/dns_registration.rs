//! Events 8015 to 8020: a computer could not register its addresses in DNS.
//!
//! Since Windows Vista the DNS client writes them under its own name; they are the six of `DnsApi`
//! (11162 to 11167 of netevent.h: "for the primary domain name"), in that order. That a
//! registration succeeded stands in no log.

use core::fmt;
use std::net::IpAddr;

use uuid::Uuid;

use crate::time::FileTime;
use crate::windows::event::{Event, Level, Log, OneLine};

/// The provider of these events; the Event Viewer calls it "DNS Client Events".
pub const PROVIDER: &str = "Microsoft-Windows-DNS-Client";

/// What stands where there is no address.
const NONE: &str = "<?>";

const RETRY: &str = "You can manually retry DNS registration of the network adapter and its settings \
    by typing 'ipconfig /registerdns' at the command prompt. If problems still persist, contact \
    your DNS server or network systems administrator.";

const BY_HAND: &str = "To register the DNS host (A or AAAA) resource records using the specific DNS \
    domain name and IP addresses for this adapter, contact your DNS server or network systems \
    administrator.";

const DETAILS: &str = " See event details for specific error code information.";

/// Why a registration failed, as the DNS client tells its causes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// 8015: no server answered.
    TimedOut,
    /// 8016: the server failed.
    ServerFailed,
    /// 8017: the server knows no dynamic updates.
    NotSupported,
    /// 8018: the server refused.
    Refused,
    /// 8019: the server does not take the signature; so it is where the clocks are too far apart.
    Security,
    /// 8020: whatever else.
    Other,
}

/// What a computer writes when it could not register its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRegistered {
    /// Why.
    pub cause: Cause,
    /// The network adapter.
    pub adapter: Uuid,
    /// The computer.
    pub host: String,
    /// Its primary DNS suffix.
    pub suffix: String,
    /// Its DNS servers.
    pub servers: Vec<IpAddr>,
    /// The server the update was sent to, where one answered.
    pub sent_to: Option<IpAddr>,
    /// The addresses that were to be registered.
    pub addresses: Vec<IpAddr>,
}

impl Cause {
    /// Every cause, in the order of the ids.
    pub const ALL: [Self; 6] = [
        Self::TimedOut,
        Self::ServerFailed,
        Self::NotSupported,
        Self::Refused,
        Self::Security,
        Self::Other,
    ];

    /// The event's id.
    pub const fn id(self) -> u16 {
        match self {
            Self::TimedOut => 8015,
            Self::ServerFailed => 8016,
            Self::NotSupported => 8017,
            Self::Refused => 8018,
            Self::Security => 8019,
            Self::Other => 8020,
        }
    }

    /// The reason, and what can be done.
    const fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::TimedOut => (
                "The reason the system could not register these RRs was because the update request \
                 it sent to the DNS server timed out. The most likely cause of this is that the DNS \
                 server authoritative for the name it was attempting to register or update is not \
                 running at this time.",
                RETRY,
                "",
            ),
            Self::ServerFailed => (
                "The reason the system could not register these RRs was because the DNS server \
                 failed the update request. The most likely cause of this is that the authoritative \
                 DNS server required to process this update request has a lock in place on the \
                 zone, probably because a zone transfer is in progress.",
                RETRY,
                "",
            ),
            Self::NotSupported => (
                "The reason the system could not register these RRs was because (a) the DNS server \
                 does not support the DNS dynamic update protocol, or (b) the authoritative zone \
                 where these records are to be registered does not allow dynamic updates.",
                BY_HAND,
                "",
            ),
            Self::Refused => (
                "The reason the system could not register these RRs was because the DNS server \
                 contacted refused the update request. The reasons for this might be (a) you are \
                 not allowed to update the specified DNS domain name, or (b) because the DNS server \
                 authoritative for this name does not support the DNS dynamic update protocol.",
                BY_HAND,
                "",
            ),
            Self::Security => (
                "The reason the system could not register these RRs was because of a security \
                 related problem. The cause of this could be (a) your computer does not have \
                 permissions to register and update the specific DNS domain name set for this \
                 adapter, or (b) there might have been a problem negotiating valid credentials with \
                 the DNS server during the processing of the update request.",
                RETRY,
                DETAILS,
            ),
            Self::Other => (
                "The reason the system could not register these RRs during the update request was \
                 because of a system problem.",
                RETRY,
                DETAILS,
            ),
        }
    }
}

impl NotRegistered {
    /// The entry, written when the computer's clock reads `time_created`.
    pub fn event(&self, time_created: FileTime) -> Event {
        let (log, provider, level) = (Log::System, PROVIDER, Level::Warning);
        let (id, message, info) = (self.cause.id(), self.to_string(), String::new());
        Event { id, log, provider, level, time_created, message, info }
    }
}

/// The message; its lines and blanks are those of public logs.
impl fmt::Display for NotRegistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reason, remedy, details) = self.cause.texts();
        let sent_to = self.sent_to.map_or_else(|| NONE.to_owned(), |server| server.to_string());
        write!(
            f,
            "The system failed to register host (A or AAAA) resource records (RRs) for network \
             adapter\nwith settings:\n\n\n          Adapter Name : {}\n\n          Host Name : {}\n\n\
             \u{20}         Primary Domain Suffix : {}\n\n          DNS server list :\n\n\
             \u{20}           \t{}\n\n          Sent update to server : {sent_to}\n\n\
             \u{20}         IP Address(es) :\n\n            {}\n\n{reason}\n\n{remedy}{details}",
            self.adapter.braced().to_string().to_uppercase(),
            OneLine(&self.host),
            OneLine(&self.suffix),
            list(&self.servers),
            list(&self.addresses),
        )
    }
}

/// Addresses with commas between them.
fn list(addresses: &[IpAddr]) -> String {
    if addresses.is_empty() {
        return NONE.to_owned();
    }
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
