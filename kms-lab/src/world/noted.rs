//! Entries of event logs, licences and registrations with their true time, for a telling of the run.

use client_sim::license::License;
use kms_proto::dns::update::UpdateReply;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::event::Event;

use crate::world::actor::Actor;

/// An entry of a computer's event log.
#[derive(Clone, Debug)]
pub struct Noted {
    /// When it was written, of true time since the start; the entry has the computer's own time.
    pub at: Nanos,
    /// Whose log.
    pub actor: Actor,
    /// The entry.
    pub event: Event,
}

/// A machine's licence, where it is in another state than before or for another reason.
#[derive(Clone, Copy, Debug)]
pub struct Licensed {
    /// When it was seen, since the start.
    pub at: Nanos,
    /// Whose it is.
    pub machine: usize,
    /// The licence.
    pub license: License,
}

/// What came of a machine's registration in DNS.
#[derive(Clone, Debug)]
pub struct Registered {
    /// When the machine was told, since the start.
    pub at: Nanos,
    /// Whose it is.
    pub machine: usize,
    /// What the machine's clock showed.
    pub clock: FileTime,
    /// The name that it registers.
    pub name: String,
    /// What it was told.
    pub reply: UpdateReply,
}

/// What was written since somebody began to listen.
#[derive(Clone, Debug, Default)]
pub struct Noting {
    /// The entries, in the order they were written.
    pub entries: Vec<Noted>,
    /// Licences that changed, in that order.
    pub licenses: Vec<Licensed>,
    /// Registrations in DNS that came to an end, in that order.
    pub registrations: Vec<Registered>,
    /// The number of the last entry seen of each host, by its place.
    seen: Vec<u64>,
}

impl Noting {
    /// Takes entries of a machine.
    pub fn machine(&mut self, at: Nanos, place: usize, events: &[Event]) {
        let actor = Actor::Machine(place);
        let noted = events.iter().map(|event| Noted { at, actor, event: event.clone() });
        self.entries.extend(noted);
    }

    /// Takes the licence of a machine, if there is anything new in it.
    pub fn license(&mut self, at: Nanos, machine: usize, license: License) {
        let last = self.licenses.iter().rev().find(|seen| seen.machine == machine);
        let same = |seen: &Licensed| {
            (seen.license.status, seen.license.reason) == (license.status, license.reason)
        };
        if !last.is_some_and(same) {
            self.licenses.push(Licensed { at, machine, license });
        }
    }

    /// Takes what is new in the log of a host.
    pub fn host(&mut self, at: Nanos, place: usize, log: &kms_sim::event_log::EventLog) {
        if self.seen.len() <= place {
            self.seen.resize(place + 1, 0);
        }
        let Some(seen) = self.seen.get_mut(place) else { return };
        let actor = Actor::Host(place);
        for (number, event) in log.since(*seen) {
            *seen = number;
            self.entries.push(Noted { at, actor, event });
        }
    }
}
