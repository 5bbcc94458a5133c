//! Orders to a host's clock that wait for its exchanges, where these are numbered: on its sockets.

use std::collections::BTreeMap;

use client_sim::clock::applied::{Applied, Ask};
use kms_sim::host::Host;

use crate::world::outside::Standing;

/// Orders to a host's clock that wait for its exchanges, and what they need.
#[derive(Debug)]
pub(super) struct Orders {
    standing: Vec<Standing>,
    /// Exchanges of the host so far.
    pub(super) exchanges: u64,
    /// The host as it was saved, by name.
    pub(super) saved: BTreeMap<Box<str>, Host>,
}

impl Orders {
    /// These orders, of a host that had no exchange yet.
    pub(super) const fn new(standing: Vec<Standing>) -> Self {
        Self { standing, exchanges: 0, saved: BTreeMap::new() }
    }

    /// Whether none is left.
    pub(super) const fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    /// The next order that waits for the exchange that may come now; it is given once.
    pub(super) fn next(&mut self) -> Option<Standing> {
        let nth = self.exchanges.saturating_add(1);
        let place = self.standing.iter().position(|order| order.nth == nth)?;
        Some(self.standing.remove(place))
    }

    /// Saves the host or has it return, where an order asks for that; the host as it was saved.
    pub(super) fn oblige(&mut self, applied: &Applied, host: &mut Host) -> Option<Box<Host>> {
        match applied.asks.as_ref()? {
            Ask::Pause(_) => None,
            Ask::Save(name) => {
                self.saved.insert(name.clone(), host.clone());
                Some(Box::new(host.clone()))
            }
            Ask::Restore(name) => {
                if let Some(saved) = self.saved.get(name) {
                    host.clone_from(saved);
                }
                None
            }
        }
    }
}
