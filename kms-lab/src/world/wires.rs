//! The connections of a world, by number.

use std::collections::VecDeque;

use crate::world::wire::Wire;

/// Connections by number, from 1, in the order they were opened.
///
/// Numbers only grow, so one is found where it stands; those that are gone leave from the front.
#[derive(Debug, Default)]
pub struct Wires {
    kept: VecDeque<Option<Box<Wire>>>,
    /// How many left from the front.
    gone: u64,
    live: usize,
}

impl Wires {
    /// Adds a connection; its number.
    pub fn open(&mut self, wire: Wire) -> u64 {
        self.kept.push_back(Some(Box::new(wire)));
        self.live += 1;
        self.opened()
    }

    /// How many were ever opened: the last one's number.
    pub fn opened(&self) -> u64 {
        self.gone.saturating_add(u64::try_from(self.kept.len()).unwrap_or(u64::MAX))
    }

    /// A connection that is not gone.
    pub fn get(&self, id: u64) -> Option<&Wire> {
        self.kept.get(self.place(id)?)?.as_deref()
    }

    /// A connection that is not gone.
    pub fn get_mut(&mut self, id: u64) -> Option<&mut Wire> {
        let place = self.place(id)?;
        self.kept.get_mut(place)?.as_deref_mut()
    }

    /// Forgets a connection.
    pub fn remove(&mut self, id: u64) {
        let kept = self.place(id).and_then(|place| self.kept.get_mut(place));
        if kept.is_some_and(|kept| kept.take().is_some()) {
            self.live -= 1;
        }
        while self.kept.front().is_some_and(Option::is_none) {
            self.kept.pop_front();
            self.gone += 1;
        }
    }

    /// How many are not gone.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether all are gone.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Those that are not gone, in the order they were opened.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &Wire)> {
        let first = self.gone.saturating_add(1);
        (first..).zip(&self.kept).filter_map(|(id, wire)| Some((id, wire.as_deref()?)))
    }

    fn place(&self, id: u64) -> Option<usize> {
        usize::try_from(id.checked_sub(self.gone)?.checked_sub(1)?).ok()
    }
}
