//! A machine registers its own addresses by dynamic update, stamped by its own clock.
//!
//! While that clock is more than five minutes off the server's, the server answers BADTIME: the
//! limit of a signature in DNS (RFC 8945 §10), as it is that of Kerberos, with which Windows signs.

use std::net::IpAddr;

use hickory_proto::rr::rdata::{A, AAAA};
use hickory_proto::rr::{Name, RData, RecordType};
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::update::{SentUpdate, Update, absent, add, delete_all};
use kms_proto::time::FileTime;

/// How many seconds a machine's records may be kept: 20 minutes, as Windows registers them.
pub const TTL: u32 = 1200;

/// What a machine registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Its full name.
    pub name: Name,
    /// The zone it stands in.
    pub zone: Name,
    /// Its addresses, which replace whatever was registered.
    pub addresses: Vec<IpAddr>,
}

impl Registration {
    /// The update, signed when the machine's clock reads `now`; unsigned without a key.
    pub fn send(&self, id: u16, key: Option<&TsigKey>, now: FileTime) -> SentUpdate {
        self.update().send(id, key.map(|key| (key, now)))
    }

    fn update(&self) -> Update {
        let mut changes =
            vec![delete_all(&self.name, RecordType::A), delete_all(&self.name, RecordType::AAAA)];
        changes.extend(self.addresses.iter().map(|address| {
            let data = match address {
                IpAddr::V4(address) => RData::A(A(*address)),
                IpAddr::V6(address) => RData::AAAA(AAAA(*address)),
            };
            add(&self.name, TTL, data)
        }));
        // A name that is an alias already is somebody's.
        let prerequisites = vec![absent(&self.name, RecordType::CNAME)];
        Update { zone: self.zone.clone(), prerequisites, changes }
    }
}
