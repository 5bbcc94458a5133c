//! What is known of who is at the other end of a connection.

use std::net::IpAddr;

use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::seal::Opened;

use crate::fault::about::{About, Direction};
use crate::fault::memory::Memory;

/// Who connects, as far as whoever drives the connection knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// Where from.
    pub peer: Option<IpAddr>,
    /// The machine's name; without it, it is learnt from the first request that can be read.
    pub client: Option<String>,
    /// Which machine of its kind, counted from 1; without it, machines are counted as they come.
    pub nth_client: Option<u64>,
    /// The machine's id; without it, it is learnt from the first request that can be read.
    pub cmid: Option<Uuid>,
    /// What names the connection in draws; its ordinal where it is `None`.
    pub key: Option<u64>,
}

/// What is known of a connection now.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    caller: Caller,
    connection: u64,
    /// Which turn it is.
    pub(crate) turn: u64,
    /// Which call on the host this turn takes; 0 for none.
    pub(crate) exchange: u64,
    pub(crate) direction: Direction,
    pub(crate) result: Option<HResult>,
    machine: Option<u64>,
    cmid: Option<Uuid>,
    version: Option<u16>,
}

impl Known {
    /// What is known as a client connects.
    pub(crate) const fn new(caller: Caller, connection: u64) -> Self {
        Self {
            cmid: caller.cmid,
            caller,
            connection,
            turn: 0,
            exchange: 0,
            direction: Direction::ToClient,
            result: None,
            machine: None,
            version: None,
        }
    }

    /// Learns from a request who sends it; what was known of an earlier one stays where this one
    /// cannot be read.
    pub(crate) fn learn(&mut self, opened: &Opened, version: Option<u16>, memory: &mut Memory) {
        self.version = version;
        let (Opened::Lab { request, .. } | Opened::Foreign { readable: Some(request), .. }) =
            opened
        else {
            return;
        };
        self.cmid = Some(request.cmid);
        self.machine = memory.machine(request.cmid);
        self.caller.client.get_or_insert_with(|| request.machine_name.to_string());
    }

    /// The machine's id, where it is known.
    pub(crate) const fn cmid(&self) -> Option<Uuid> {
        self.cmid
    }

    /// What rules are asked about.
    pub(crate) fn about(&self) -> About<'_> {
        About {
            connection: self.connection,
            key: self.caller.key,
            message: self.turn,
            exchange: self.exchange,
            direction: self.direction,
            client: self.caller.client.as_deref(),
            nth_client: self.caller.nth_client.or(self.machine),
            cmid: self.cmid,
            version: self.version,
            result: self.result,
            peer: self.caller.peer,
        }
    }
}
