//! What a pedantic host remembers of each machine's last requests.

use std::collections::HashMap;

use kms_proto::guid::Uuid;
use kms_proto::time::FileTime;

/// Machines remembered at once, as many as the longest client list holds; the one that came first
/// leaves.
pub const MOST: usize = 2000;

/// IVs remembered of a machine; the oldest leaves.
pub const SALTS: usize = 8;

/// The memory of a host. Empty, and without room, until the first request is noted.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    /// Where each machine stands in `machines`. Never iterated.
    places: HashMap<Uuid, usize>,
    machines: Vec<(Uuid, Last)>,
    /// The place whose machine leaves next, once all are taken.
    next: usize,
}

/// The last request of a machine, and the IVs of those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// What the host's clock read when it came.
    pub host_time: FileTime,
    /// What the machine's clock read in it.
    pub client_time: FileTime,
    /// IVs, newest first.
    salts: [Option<[u8; 16]>; SALTS],
}

impl Last {
    /// Whether one of the requests remembered was sealed under this IV.
    pub fn has_salt(&self, salt: [u8; 16]) -> bool {
        self.salts.contains(&Some(salt))
    }
}

impl Recent {
    /// What is remembered of a machine.
    pub fn of(&self, cmid: Uuid) -> Option<&Last> {
        let place = *self.places.get(&cmid)?;
        self.machines.get(place).map(|(_, last)| last)
    }

    /// Notes a request of a machine; `salt` is its IV, which version 4 has not.
    pub fn note(
        &mut self,
        cmid: Uuid,
        client_time: FileTime,
        salt: Option<[u8; 16]>,
        host_time: FileTime,
    ) {
        let mut salts = self.of(cmid).map_or([None; SALTS], |last| last.salts);
        if salt.is_some() {
            salts.rotate_right(1);
            if let Some(newest) = salts.first_mut() {
                *newest = salt;
            }
        }
        let entry = (cmid, Last { host_time, client_time, salts });
        let place = self.places.get(&cmid).copied().unwrap_or_else(|| self.enter(cmid));
        match self.machines.get_mut(place) {
            Some(stands) => *stands = entry,
            None => self.machines.push(entry),
        }
    }

    /// Whether there is no machine it remembers.
    pub const fn is_empty(&self) -> bool {
        self.machines.is_empty()
    }

    /// Forgets every machine, but not the room.
    pub fn clear(&mut self) {
        self.places.clear();
        self.machines.clear();
        self.next = 0;
    }

    /// The place for a machine that has none.
    fn enter(&mut self, cmid: Uuid) -> usize {
        if self.machines.capacity() == 0 {
            self.machines.reserve(MOST);
            // Twice the room: the map then clears the marks of those who left where it stands.
            self.places.reserve(2 * MOST);
        }
        let mut place = self.machines.len();
        if place >= MOST {
            place = self.next;
            self.next = (self.next + 1) % MOST;
            if let Some((leaves, _)) = self.machines.get(place) {
                self.places.remove(leaves);
            }
        }
        self.places.insert(cmid, place);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(recent: &mut Recent, machine: u128, salt: u8) {
        recent.note(Uuid::from_u128(machine), FileTime(7), Some([salt; 16]), FileTime(9));
    }

    #[test]
    fn the_last_eight_salts_of_a_machine_are_kept() {
        let mut recent = Recent::default();
        (0..9).for_each(|salt| note(&mut recent, 1, salt));
        let last = recent.of(Uuid::from_u128(1)).unwrap();
        assert!(!last.has_salt([0; 16]) && (1..9).all(|salt| last.has_salt([salt; 16])));
        assert_eq!((last.client_time, last.host_time), (FileTime(7), FileTime(9)));
        assert_eq!(recent.of(Uuid::from_u128(2)), None);
    }

    #[test]
    fn the_machine_that_came_first_makes_room() {
        let mut recent = Recent::default();
        (0..2003).for_each(|machine| note(&mut recent, machine, 1));
        let known = |machine| recent.of(Uuid::from_u128(machine)).is_some();
        assert!((0..3).all(|machine| !known(machine)) && (3..2003).all(known));
        assert_eq!((recent.machines.len(), recent.places.len()), (MOST, MOST));
        recent.clear();
        assert_eq!(recent.of(Uuid::from_u128(9)), None);
    }
}
