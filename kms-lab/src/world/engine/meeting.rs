//! Wrong clocks that somebody reads for something.

use client_sim::clock::reading::Reading;
use kms_proto::kms::license_status::LicenseStatus;

use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::meetings::{Came, Cause};

impl World {
    /// An actor's clock, as it is now, is shown to somebody, or something is judged by it.
    pub(super) fn clock_is_read(&mut self, actor: Actor) {
        let now = self.now;
        if let Some(reading) = self.clock(actor).map(|clock| clock.peek(now)) {
            self.is_read(actor, &reading);
        }
    }

    /// Somebody read an actor's clock for something, and this is what it gave.
    pub(super) fn is_read(&mut self, actor: Actor, reading: &Reading) {
        self.meet_in_exchanges();
        self.meetings.read(actor, reading);
    }

    /// The licence of a machine was counted down by this reading: one that became another was judged
    /// by it.
    pub(super) fn was_counted(&mut self, place: usize, reading: &Reading, before: LicenseStatus) {
        let status = self.machines.get(place).map(|machine| machine.machine.license.status);
        if status.is_some_and(|status| status != before) {
            self.is_read(Actor::Machine(place), reading);
        }
    }

    /// Exchanges since the last look: both clocks were read for each that came to a skew.
    pub(super) fn meet_in_exchanges(&mut self) {
        let (all, seen) = (&self.history.exchanges, self.meetings.exchanges);
        for exchanged in all.get(seen..).unwrap_or_default() {
            if exchanged.exchange.skew().is_some() {
                self.meetings.read(Actor::Machine(exchanged.machine), &exchanged.client);
                self.meetings.read(Actor::Host(exchanged.host), &exchanged.judged);
            }
        }
        self.meetings.exchanges = all.len();
    }

    /// A clock is set by the source of this name.
    pub(super) fn source_is_read(&mut self, name: &str) {
        let source = self.sources.iter().position(|source| source.id == name);
        if let Some(source) = source {
            self.clock_is_read(Actor::Source(source));
        }
    }

    /// The end: nobody reads a clock any more.
    pub fn end_meetings(&mut self) {
        self.meet_in_exchanges();
        for place in 0..self.machines.len() {
            let as_shown = self.machine_now(place).map(|machine| machine.license.status);
            let as_kept = self.machines.get(place).map(|machine| machine.machine.license.status);
            if as_shown != as_kept {
                self.clock_is_read(Actor::Machine(place));
            }
        }
        let now = self.now;
        for actor in self.actors() {
            if let Some(shows) = self.clock(actor).map(|clock| clock.peek(now)) {
                self.meetings.end(actor, &shows);
            }
        }
    }

    /// What became of a cause for which a clock was wrong.
    pub fn came(&self, actor: Actor, cause: Cause) -> Option<Came> {
        self.meetings.came(actor, cause)
    }
}
