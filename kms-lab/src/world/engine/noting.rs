//! What is written into event logs, and what came of registrations, for whoever listens.

use kms_proto::dns::update::UpdateReply;
use kms_proto::windows::event::Event as LogEntry;

use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::noted::{Licensed, Noted, Registered};

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

    /// What came of registrations in DNS since somebody began to listen, in that order.
    pub fn registrations(&self) -> &[Registered] {
        self.noting.as_ref().map_or(&[], |noting| &noting.registrations)
    }

    /// A machine was told what came of its registration in DNS.
    pub(super) fn note_registered(&mut self, machine: usize, reply: UpdateReply) {
        let (at, clock) = (self.since_start(), self.shows(Actor::Machine(machine)));
        let Some((noting, dns)) = self.noting.as_mut().zip(self.dns.as_ref()) else { return };
        if let Some(of) = self.machines.get(machine) {
            let name = format!("{}.{}", of.machine.name, dns.domain);
            noting.registrations.push(Registered { at, machine, clock, name, reply });
        }
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
