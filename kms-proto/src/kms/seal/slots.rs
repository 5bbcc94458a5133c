//! The keys of version 6's MAC: one for every slot of four hours of client time.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::kms::seal::keys::Root;
use crate::time::FileTime;

/// Ticks of a slot: four hours.
const TICKS: u64 = 144_000_000_000;

/// How many keyed states are kept. Machines in one lab share few slots, and a neighbour of a slot
/// never takes its place.
const KEPT: usize = 8;

/// The slot of a time.
pub(crate) const fn slot(time: FileTime) -> u64 {
    time.0 / TICKS
}

/// HMAC-SHA-256 states keyed for the slots used last; each slot has one place, by its number.
#[derive(Clone, Default)]
pub(crate) struct SlotMacs {
    kept: [Option<(u64, Hmac<Sha256>)>; KEPT],
}

impl SlotMacs {
    /// The last 16 bytes of HMAC-SHA-256 over `first` and `rest` under the key of `slot`.
    pub(crate) fn tag(
        &mut self,
        root: &Root,
        slot: u64,
        first: &[u8; 16],
        rest: &[u8],
    ) -> [u8; 16] {
        let mut mac = self.keyed(root, slot);
        mac.update(first);
        mac.update(rest);
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        whole.last_chunk().copied().unwrap_or_default()
    }

    fn keyed(&mut self, root: &Root, slot: u64) -> Hmac<Sha256> {
        let place = usize::try_from(slot).unwrap_or(0) % KEPT;
        let Some(kept) = self.kept.get_mut(place) else { return derive(root, slot) };
        match kept {
            Some((number, mac)) if *number == slot => mac.clone(),
            other => other.insert((slot, derive(root, slot))).1.clone(),
        }
    }
}

fn derive(root: &Root, slot: u64) -> Hmac<Sha256> {
    // A key shorter than HMAC's block is the block that starts with it, the rest being zero.
    let mut block = [0; 64];
    if let Some(start) = block.first_chunk_mut::<16>() {
        *start = root.key(&[b"v6 mac", &slot.to_le_bytes()]);
    }
    Hmac::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kms::realm::Realm;

    /// Slots that have one place take it from each other, and never each other's key.
    #[test]
    fn what_was_kept_of_another_slot_makes_no_difference() {
        let root = Root::of(&Realm::default());
        let fresh = |slot| SlotMacs::default().tag(&root, slot, &[1; 16], b"rest");
        let mut kept = SlotMacs::default();
        for slot in [7, 15, 7, 7, 8, 23, 15, 15] {
            assert_eq!(kept.tag(&root, slot, &[1; 16], b"rest"), fresh(slot), "{slot}");
        }
        assert_ne!(fresh(7), fresh(15));
    }
}
