//! What is written into event logs, for whoever listens.

use kms_proto::windows::event::Event as LogEntry;

use crate::world::engine::World;
use crate::world::noted::{Licensed, Noted};

impl World {
    /// Keeps what is written into event logs from now on, with its true time.
    pub fn note_events(&mut self) {
        self.noting.get_or_insert_default();
    }

    /// What was written into event logs since somebody began to listen, in that order.
    pub fn noted(&self) -> &[Noted] {
        self.noting.as_ref().map_or(&[], |noting| &noting.entries)
    }

    /// Licences that changed since somebody began to listen, in that order.
    pub fn licensed(&self) -> &[Licensed] {
        self.noting.as_ref().map_or(&[], |noting| &noting.licenses)
    }

    /// A machine's licence may have changed.
    pub(super) fn note_license(&mut self, place: usize) {
        if self.noting.is_none() {
            return;
        }
        let (at, machine) = (self.since_start(), self.machine_now(place));
        if let Some((noting, machine)) = self.noting.as_mut().zip(machine) {
            noting.license(at, place, machine.license);
        }
    }

    /// A machine writes into its log.
    pub(super) fn log_of_machine(&mut self, place: usize, events: &[LogEntry]) {
        let at = self.since_start();
        if let Some(machine) = self.machines.get_mut(place) {
            machine.write_log(events);
        }
        if let Some(noting) = &mut self.noting {
            noting.machine(at, place, events);
        }
        self.note_license(place);
    }

    /// A host may have written into its log.
    pub(super) fn log_of_host(&mut self, place: usize) {
        let at = self.since_start();
        if let Some((noting, host)) = self.noting.as_mut().zip(self.hosts.get(place)) {
            noting.host(at, place, host.host.events());
        }
    }
}
