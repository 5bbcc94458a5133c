//! Stubs that come in several fragments, as far as they have come.

use std::collections::BTreeMap;

use crate::rpc::header::PacketType;

/// Bytes kept of all calls together.
const MOST_BYTES: usize = 1024 * 1024;
/// Calls kept.
const MOST_CALLS: usize = 1024;
/// Bytes that keeping a call costs besides its own, rounded up.
const COST: usize = 256;

/// The calls of one connection of which fragments are missing; by type, so that both directions may
/// share it.
///
/// Holds at most a mebibyte and 1 024 calls; one more lets go of all.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    open: BTreeMap<(PacketType, u32), Vec<u8>>,
    held: usize,
}

impl Calls {
    /// What is kept costs so many bytes.
    pub fn cost(&self) -> usize {
        self.held + self.open.len() * COST
    }

    /// The first fragment of a call comes.
    pub(crate) fn begin(&mut self, key: (PacketType, u32)) {
        self.room(0);
        self.end(key);
        self.open.insert(key, Vec::new());
    }

    /// A fragment of a call comes.
    pub(crate) fn extend(&mut self, key: (PacketType, u32), bytes: &[u8]) {
        self.room(bytes.len());
        if let Some(stub) = self.open.get_mut(&key) {
            stub.extend_from_slice(bytes);
            self.held += bytes.len();
        }
    }

    /// The last fragment of a call has come: its stub, if the first is here.
    pub(crate) fn end(&mut self, key: (PacketType, u32)) -> Option<Vec<u8>> {
        let stub = self.open.remove(&key)?;
        self.held -= stub.len();
        Some(stub)
    }

    fn room(&mut self, more: usize) {
        if self.held + more > MOST_BYTES || self.open.len() >= MOST_CALLS {
            self.open.clear();
            self.held = 0;
        }
    }
}
