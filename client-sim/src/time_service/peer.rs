//! A peer as the service knows it.

use core::fmt;
use core::net::{IpAddr, SocketAddr};

use kms_proto::ntp::packet::{Mode, Packet, Version};
use kms_proto::ntp::reference_id::ReferenceId;
use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::{FileTime, Moment};

use crate::time_service::act::{Query, Whom};
use crate::time_service::manual_peer::ManualPeer;
use crate::time_service::sample::Sample;

/// Failures in a row after which a peer is given up.
pub const ATTEMPTS: u32 = 8;

/// Where an answer came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    /// The server's name.
    pub name: String,
    /// Its address.
    pub address: SocketAddr,
}

impl From {
    /// The address as a reference id; of an IPv6 one its parts, one over the other.
    pub fn reference_id(&self) -> ReferenceId {
        match self.address.ip() {
            IpAddr::V4(address) => ReferenceId::from(address),
            IpAddr::V6(address) => {
                let folded = address.octets().chunks(4).fold(0, |sum: u32, part| {
                    sum ^ part.iter().fold(0, |four, byte| four << 8 | u32::from(*byte))
                });
                ReferenceId(folded.to_be_bytes())
            }
        }
    }
}

/// A question that has no answer yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) id: u64,
    pub(super) transmit: Timestamp,
}

/// A peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The manual peer; the domain's where `None`.
    pub manual: Option<ManualPeer>,
    /// When it is asked next.
    pub next: Moment,
    /// Whether its last answer was good.
    pub valid: bool,
    /// Its last good answer.
    pub sample: Option<Sample>,
    /// Failures in a row.
    pub failures: u32,
    /// Whether it could not be found, or was given up.
    pub lost: bool,
    /// How often in a row it was not found.
    pub backoffs: u32,
    /// Where it answers from.
    pub from: Option<From>,
    /// Of its last eight questions, the latest lowest, which were answered well.
    pub reachability: u8,
    pub(super) asked: Option<Asked>,
}

impl Peer {
    /// A peer that is asked from `next` on.
    pub(super) fn new(manual: Option<ManualPeer>, next: Moment) -> Self {
        Self {
            manual,
            next,
            valid: false,
            sample: None,
            failures: 0,
            lost: false,
            backoffs: 0,
            from: None,
            reachability: 0,
            asked: None,
        }
    }

    /// Asks it, the clock reading `wall`.
    pub(super) fn ask(&mut self, id: u64, wall: FileTime) -> Query {
        let transmit = Timestamp::of(wall);
        self.asked = Some(Asked { id, transmit });
        self.reachability <<= 1;
        let whom = match &self.manual {
            None => Whom::Domain,
            Some(peer) => Whom::Manual(peer.name.clone()),
        };
        Query { id, whom, packet: Packet::request(Version::V3, self.mode(), transmit) }
    }

    /// As what it is asked: a client's question, unless a manual peer's flags say nothing.
    pub fn mode(&self) -> Mode {
        match &self.manual {
            Some(peer) if !peer.has(ManualPeer::CLIENT) => Mode::SYMMETRIC_ACTIVE,
            _ => Mode::CLIENT,
        }
    }

    /// Its name as `w32tm` shows it: `DC01.lab.example`, `time.lab.example,0x8`.
    pub fn name(&self) -> String {
        match (&self.manual, &self.from) {
            (Some(peer), _) => peer.to_string(),
            (None, Some(from)) => from.name.clone(),
            (None, None) => String::new(),
        }
    }

    /// Whether it is used only where no other answers.
    pub(super) fn is_fallback(&self) -> bool {
        self.manual.as_ref().is_some_and(|peer| peer.has(ManualPeer::FALLBACK))
    }
}

/// Its name as events have it: `DC01.lab.example (ntp.d|0.0.0.0:123->10.0.0.10:123)`.
impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())?;
        let Some(From { address, .. }) = &self.from else { return Ok(()) };
        let own = if address.is_ipv6() { "[::]:123" } else { "0.0.0.0:123" };
        match &self.manual {
            None => write!(f, " (ntp.d|{own}->{address})"),
            Some(peer) => write!(f, " (ntp.m|0x{:x}|{own}->{address})", peer.flags),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(manual: Option<&str>, address: &str) -> Peer {
        let manual = manual.and_then(|text| ManualPeer::list(text).pop());
        let from = From { name: "DC01.lab.example".to_owned(), address: address.parse().unwrap() };
        Peer { from: Some(from), ..Peer::new(manual, Moment(0)) }
    }

    #[test]
    fn names_as_events_have_them() {
        for (peer, shown) in [
            (peer(None, "10.0.0.10:123"), "DC01.lab.example (ntp.d|0.0.0.0:123->10.0.0.10:123)"),
            (peer(Some("t,0x8"), "10.0.0.1:123"), "t,0x8 (ntp.m|0x8|0.0.0.0:123->10.0.0.1:123)"),
            (peer(Some("t"), "[fd00::1]:123"), "t (ntp.m|0x0|[::]:123->[fd00::1]:123)"),
            (Peer { from: None, ..peer(Some("t"), "10.0.0.1:123") }, "t"),
        ] {
            assert_eq!(peer.to_string(), shown);
        }
    }

    #[test]
    fn addresses_are_reference_ids() {
        let id = |address| peer(None, address).from.unwrap().reference_id().number();
        assert_eq!(id("10.0.0.10:123"), 0x0A00_000A);
        assert_eq!(id("[fd00::1]:123"), 0xfd00_0001);
    }
}
