//! Who comes from which local port.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kms_sim::fault::known::Caller;

/// Which machine has which local port: told before the port connects, so that a host knows who
/// comes as it does in virtual time.
#[derive(Debug, Default)]
pub(super) struct Guests(Mutex<BTreeMap<u16, (String, Caller, u64)>>);

impl Guests {
    fn known(&self) -> MutexGuard<'_, BTreeMap<u16, (String, Caller, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A machine is about to connect from a port, by a connection of its world.
    pub(super) fn announce(&self, port: u16, id: String, caller: Caller, wire: u64) {
        self.known().insert(port, (id, caller, wire));
    }

    /// Who connects; of somebody who is no machine of this world, only the address is known.
    pub(super) fn caller(&self, peer: SocketAddr) -> Caller {
        let stranger = || Caller { peer: Some(peer.ip()), ..Caller::default() };
        self.known().get(&peer.port()).map_or_else(stranger, |(_, caller, _)| caller.clone())
    }

    /// The machine that connects from an address, and by which connection of its world.
    pub(super) fn guest(&self, peer: SocketAddr) -> Option<(String, u64)> {
        self.known().get(&peer.port()).map(|(id, _, wire)| (id.clone(), *wire))
    }
}
