//! The machines a host counts: one list for each application.
//!
//! Documented by Microsoft: a host keeps twice the clients that products need, and forgets a
//! client 30 days after its last contact. Only granted requests enter or refresh.

pub mod list;

use kms_proto::guid::Uuid;
use kms_proto::time::FileTime;

use crate::clients::list::List;

/// Applications listed at once, so that a peer who makes them up cannot fill the memory.
///
/// Microsoft documents two; each list is bounded by [`list::MOST`].
pub const MOST_APPLICATIONS: usize = 64;

/// The client lists of a host.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    /// In the order the applications came; a list that leaves is replaced where it stood.
    applications: Vec<Application>,
    /// How many contacts there were, which orders the applications whatever the clock does.
    contacts: u64,
}

/// One application and its list.
#[derive(Clone, Debug)]
struct Application {
    id: Uuid,
    /// The ordinal of the last contact.
    last_contact: u64,
    list: List,
}

impl Clients {
    /// Enters or refreshes a machine whose request was granted, and returns how many are listed.
    ///
    /// A new application beyond [`MOST_APPLICATIONS`] takes the place of the one that went longest
    /// without a contact, by order of contacts.
    pub fn contact(&mut self, application: Uuid, cmid: Uuid, n: u32, now: FileTime) -> usize {
        self.contacts = self.contacts.saturating_add(1);
        let last_contact = self.contacts;
        let Some(entry) = self.place(application) else { return 0 };
        entry.last_contact = last_contact;
        entry.list.contact(cmid, n, now);
        entry.list.count(now)
    }

    /// How many machines are listed for `application` at `now`.
    pub fn count(&self, application: Uuid, now: FileTime) -> usize {
        self.list(application).map_or(0, |list| list.count(now))
    }

    /// The list of `application`, if it has one.
    pub fn list(&self, application: Uuid) -> Option<&List> {
        self.applications.iter().find(|entry| entry.id == application).map(|entry| &entry.list)
    }

    /// The applications that have a list, in the order they came.
    pub fn applications(&self) -> impl Iterator<Item = (Uuid, &List)> {
        self.applications.iter().map(|entry| (entry.id, &entry.list))
    }

    /// Strikes a machine from every list; whether it was in one.
    pub fn evict(&mut self, cmid: Uuid) -> bool {
        let struck = self.applications.iter_mut().map(|entry| entry.list.evict(cmid));
        struck.fold(false, |any, one| any | one)
    }

    /// Whether no machine was ever entered, since it was cleared last.
    pub const fn is_empty(&self) -> bool {
        self.applications.is_empty()
    }

    /// Forgets every machine, as a host does that is restarted.
    pub fn clear(&mut self) {
        self.applications.clear();
    }

    /// The entry of `application`, made where there is none.
    fn place(&mut self, application: Uuid) -> Option<&mut Application> {
        if let Some(at) = self.applications.iter().position(|entry| entry.id == application) {
            return self.applications.get_mut(at);
        }
        if self.applications.len() < MOST_APPLICATIONS {
            let list = List::default();
            self.applications.push(Application { id: application, last_contact: 0, list });
            return self.applications.last_mut();
        }
        let oldest = self.applications.iter_mut().min_by_key(|entry| entry.last_contact)?;
        oldest.id = application;
        oldest.list.clear();
        Some(oldest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_longest_without_contact_makes_room() {
        let mut clients = Clients::default();
        let (now, machine) = (FileTime(1), Uuid::from_u128(1));
        for id in 0..64 {
            clients.contact(Uuid::from_u128(id), machine, 25, now);
        }
        clients.contact(Uuid::from_u128(0), machine, 25, now);
        clients.contact(Uuid::from_u128(64), machine, 5, FileTime(0));
        assert_eq!(clients.applications().count(), 64);
        assert!(clients.list(Uuid::from_u128(1)).is_none(), "it was the oldest");
        assert!(clients.list(Uuid::from_u128(0)).is_some(), "it was refreshed");
        assert_eq!(
            clients.list(Uuid::from_u128(64)).map(List::limit),
            Some(10),
            "it is a new list"
        );
    }

    #[test]
    fn a_machine_that_is_struck_leaves_every_list_and_no_other_leaves() {
        let mut clients = Clients::default();
        assert!(clients.is_empty());
        let [one, other] = [1, 2].map(Uuid::from_u128);
        for (application, machine) in [(7, one), (8, one), (8, other)] {
            clients.contact(Uuid::from_u128(application), machine, 25, FileTime(1));
        }
        assert!(clients.evict(one));
        assert_eq!([7, 8].map(|id| clients.count(Uuid::from_u128(id), FileTime(1))), [0, 1]);
        assert!(!clients.evict(one), "it is gone");
        assert!(clients.evict(other));
        assert!(!clients.is_empty(), "there were machines");
        clients.clear();
        assert!(clients.is_empty());
    }
}
