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
use kms_proto::time::duration::Nanos;

/// How many seconds a machine's records may be kept: 20 minutes, as Windows registers them.
pub const TTL: u32 = 1200;

/// How often a machine registers its addresses again that are registered.
pub const EVERY: Nanos = Nanos::hours(24);

/// How long after a registration that failed it tries again, in turn and then from the beginning.
const RETRIES: [Nanos; 3] = [Nanos::minutes(5), Nanos::minutes(10), Nanos::minutes(50)];

/// How long after its `failures`-th failure in a row, from 1, a machine registers again.
pub fn retry(failures: u64) -> Nanos {
    let place = usize::try_from(failures.saturating_sub(1) % 3).unwrap_or(0);
    RETRIES.get(place).copied().unwrap_or(EVERY)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_that_fails_is_tried_again_sooner_and_then_later() {
        let minutes = |failures| retry(failures).0 / Nanos::minutes(1).0;
        assert_eq!([1, 2, 3, 4, 5, 6].map(minutes), [5, 10, 50, 5, 10, 50]);
        assert_eq!(minutes(u64::MAX), 50);
        assert_eq!(minutes(0), 5);
    }
}
