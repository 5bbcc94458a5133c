//! The machines counted for one application.

use std::collections::{HashMap, VecDeque};

use kms_proto::guid::Uuid;
use kms_proto::time::{FileTime, TICKS_PER_SECOND};

/// Machines a list holds at most, whatever its requests ask for: twice an N policy of 1000.
pub const MOST: usize = 2000;

/// How long after its last contact a machine leaves: 30 days, in ticks.
///
/// It is listed while less than this has passed, and gone at the tick when it has.
pub const LIFETIME: u64 = 30 * 86_400 * TICKS_PER_SECOND;

/// Machines by their last contact.
///
/// Every reading of the host's clock is taken as it is: a contact made after the clock stepped back
/// counts as earlier than those made before, and stays listed accordingly.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The last contact of each machine. Never iterated.
    contacts: HashMap<Uuid, Contact>,
    /// The same, oldest first.
    ///
    /// INVARIANT: strictly ascending, and holds `(contacts[cmid], cmid)` for every cmid.
    ordered: VecDeque<(Contact, Uuid)>,
    /// The largest N policy of the granted requests; 0 before the first.
    largest_n: u32,
    /// The ordinal of the last contact.
    ordinal: u64,
}

/// When a machine was last in contact: by the host's clock, then by order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Contact {
    time: FileTime,
    ordinal: u64,
}

impl List {
    /// Enters or refreshes a machine; those whose time is over leave first.
    ///
    /// A newcomer to a full list takes the place of the machine with the oldest contact, by the
    /// host's clock and then by order of arrival. N 0 is taken as 1.
    pub fn contact(&mut self, cmid: Uuid, n: u32, now: FileTime) {
        if self.largest_n < n.max(1) {
            self.largest_n = n.max(1);
            self.reserve();
        }
        while let Some((contact, oldest)) = self.ordered.front().copied()
            && is_over(contact, now)
        {
            self.ordered.pop_front();
            self.contacts.remove(&oldest);
        }
        self.ordinal = self.ordinal.saturating_add(1);
        let contact = Contact { time: now, ordinal: self.ordinal };
        if let Some(before) = self.contacts.insert(cmid, contact) {
            if let Ok(at) = self.ordered.binary_search(&(before, cmid)) {
                self.ordered.remove(at);
            }
        } else if self.ordered.len() >= self.limit()
            && let Some((_, oldest)) = self.ordered.pop_front()
        {
            self.contacts.remove(&oldest);
        }
        let at = self.ordered.partition_point(|(other, _)| *other < contact);
        self.ordered.insert(at, (contact, cmid));
    }

    /// Strikes a machine; whether it was there.
    pub fn evict(&mut self, cmid: Uuid) -> bool {
        let Some(contact) = self.contacts.remove(&cmid) else { return false };
        if let Ok(at) = self.ordered.binary_search(&(contact, cmid)) {
            self.ordered.remove(at);
        }
        true
    }

    /// How many machines are listed at `now`.
    pub fn count(&self, now: FileTime) -> usize {
        let over = self.ordered.partition_point(|(contact, _)| is_over(*contact, now));
        self.ordered.len().saturating_sub(over)
    }

    /// The largest N policy of the granted requests; 0 before the first.
    pub fn largest_n(&self) -> u32 {
        self.largest_n
    }

    /// How many machines it holds at most: twice the largest N policy, [`MOST`] at most.
    pub fn limit(&self) -> usize {
        usize::try_from(self.largest_n).unwrap_or(usize::MAX).saturating_mul(2).min(MOST)
    }

    /// The machines listed at `now`, oldest contact first, each with the time of that contact.
    pub fn machines(&self, now: FileTime) -> impl Iterator<Item = (Uuid, FileTime)> {
        self.ordered
            .iter()
            .filter(move |(contact, _)| !is_over(*contact, now))
            .map(|(contact, cmid)| (*cmid, contact.time))
    }

    /// Forgets everything but the room it takes.
    pub fn clear(&mut self) {
        self.contacts.clear();
        self.ordered.clear();
        self.largest_n = 0;
    }

    /// Makes room for as many as the limit allows, so that nothing grows while requests come.
    ///
    /// Twice that in the map: it then clears the marks of those who left where it stands.
    fn reserve(&mut self) {
        let limit = self.limit();
        self.contacts.reserve((2 * limit).saturating_sub(self.contacts.len()));
        self.ordered.reserve(limit.saturating_sub(self.ordered.len()));
    }
}

/// Whether a machine has left: [`LIFETIME`] or more has passed since its last contact.
fn is_over(contact: Contact, now: FileTime) -> bool {
    now.0.checked_sub(contact.time.0).is_some_and(|age| LIFETIME <= age)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: FileTime = FileTime(134_000_000_000_000_000);

    fn machine(number: u32) -> Uuid {
        Uuid::from_u128(number.into())
    }

    #[test]
    fn a_machine_leaves_at_the_tick_that_makes_thirty_days() {
        let mut list = List::default();
        list.contact(machine(1), 25, START);
        let thirty_days = 25_920_000_000_000;
        assert_eq!(list.count(START.later(thirty_days - 1)), 1);
        assert_eq!(list.count(START.later(thirty_days)), 0);
        list.contact(machine(2), 25, START.later(thirty_days));
        assert_eq!(list.machines(START).map(|m| m.0).collect::<Vec<_>>(), [machine(2)]);
    }

    #[test]
    fn it_holds_twice_the_largest_n_and_never_more_than_two_thousand() {
        let mut list = List::default();
        for (n, limit) in [(0, 2), (5, 10), (1, 10), (25, 50), (1000, 2000), (u32::MAX, 2000)] {
            list.contact(machine(n), n, START);
            assert_eq!(list.limit(), limit, "N {n}");
        }
        for number in 0..2500 {
            list.contact(machine(number), 5, START.later(number.into()));
        }
        assert_eq!(list.count(START), 2000);
        assert_eq!(list.machines(START).next(), Some((machine(500), START.later(500))));
    }

    #[test]
    fn nothing_grows_once_the_limit_is_known() {
        let mut list = List::default();
        let room = |list: &List| [list.contacts.capacity(), list.ordered.capacity()];
        list.contact(machine(0), 25, START);
        let at_first = room(&list);
        for number in 1..2_000 {
            list.contact(machine(number), 25, START.later(number.into()));
            // A map counts the marks of those who left as room it has not.
            let grew = room(&list).iter().zip(at_first).any(|(now, first)| *now > first);
            assert!(!grew, "after {number}: {:?}, at first {at_first:?}", room(&list));
        }
    }

    #[test]
    fn a_clock_set_back_makes_the_next_contact_the_oldest() {
        let mut list = List::default();
        list.contact(machine(1), 1, START);
        list.contact(machine(2), 1, FileTime(START.0 - 1));
        list.contact(machine(3), 1, START);
        let listed: Vec<_> = list.machines(START).map(|m| m.0).collect();
        assert_eq!(listed, [machine(1), machine(3)]);
    }
}
