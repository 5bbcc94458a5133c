//! How many bytes of each call that is not complete came.

/// The calls whose fragments are kept: as many as are under reassembly, which is few.
#[derive(Debug, Default)]
pub(crate) struct Arrived {
    calls: Vec<(u32, usize)>,
}

impl Arrived {
    /// A fragment of `bytes` came and is kept.
    pub(crate) fn kept(&mut self, call_id: u32, bytes: usize) {
        match self.calls.iter_mut().find(|(id, _)| *id == call_id) {
            Some((_, sum)) => *sum = sum.saturating_add(bytes),
            None => self.calls.push((call_id, bytes)),
        }
    }

    /// The call is complete or given up: how many bytes of it were kept.
    pub(crate) fn take(&mut self, call_id: u32) -> usize {
        let place = self.calls.iter().position(|(id, _)| *id == call_id);
        place.map_or(0, |place| self.calls.swap_remove(place).1)
    }
}
