//! What is done to a host, besides asking it: settings, restarts, and hands in its lists.

use kms_proto::draw::Draw;
use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::seal::Seal;
use kms_proto::time::FileTime;
use kms_proto::windows::event::dns_published::DnsPublished;

use crate::config::HostConfig;
use crate::host::Host;
use crate::ledger::Ledger;
use crate::registry::Registry;
use crate::strictness::Strictness;

/// Machines entered at once; a list holds no more.
const MOST_FILLED: u32 = 2000;

impl Host {
    /// Notes that the host was published in DNS, or was not: event 12294 or 12293.
    pub fn dns_published(&mut self, domain: &str, result: HResult, now: FileTime) {
        self.events.dns(DnsPublished { domain: domain.to_owned(), result }, now);
    }

    /// Forgets the machines it counts, as a genuine host does that is restarted, and reads its
    /// settings from the registry; the cumulative counters stay.
    pub fn restart(&mut self) {
        self.registry.apply(&mut self.config);
        self.clients.clear();
        self.recent.clear();
    }

    /// Whether it remembers any machine.
    pub const fn remembers(&self) -> bool {
        !self.clients.is_empty() || !self.recent.is_empty()
    }

    /// Forgets the machines and the counters, as a genuine host does that is installed anew; the
    /// event log stays, so that what happened can be read.
    pub fn reinstall(&mut self) {
        self.clients.clear();
        self.recent.clear();
        self.ledger = Ledger::default();
    }

    /// Strikes a machine from every list; whether it was in one.
    pub fn evict(&mut self, cmid: Uuid) -> bool {
        self.clients.evict(cmid)
    }

    /// Enters `count` machines that never asked into the list of an application, as if each had
    /// just been granted a request with N policy `n`.
    pub fn fill(&mut self, application: Uuid, count: u32, n: u32, now: FileTime) {
        let draw = Draw::new(self.config.seed);
        for ordinal in 0..count.min(MOST_FILLED) {
            let bits = draw.keyed(&self.config.name, "fill", 0, ordinal.into(), "cmid");
            self.clients.contact(application, Uuid::from_u128(bits), n, now);
        }
    }

    /// Takes another configuration; what was counted, listed and logged stays. What slmgr set and
    /// no start has put in force yet is forgotten.
    pub fn configure(&mut self, config: HostConfig) {
        self.registry = Registry::of(&config);
        self.reconfigure(config);
    }

    /// The same, and what slmgr set still waits for the next start.
    pub(crate) fn reconfigure(&mut self, config: HostConfig) {
        if config.realm != self.config.realm {
            self.seal = Seal::for_realm(&config.realm);
        }
        self.events.set_capacity(config.event_capacity);
        if config.strictness != Strictness::Pedantic {
            self.recent.clear();
        }
        self.config = config;
    }
}
