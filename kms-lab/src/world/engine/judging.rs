//! A host's clock while its session works: looked at, and turned where a fault says so.

use client_sim::clock::Clock;
use client_sim::clock::applied::Applied;
use client_sim::clock::operation::Operation;
use client_sim::clock::set::SetTo;
use kms_proto::time::{FileTime, Moment};
use kms_sim::fault::clock::HostClock;
use serde_json::{Map, Value};

use crate::world::actor::source::{Source, settled};

/// A host's clock at a moment. Only a call takes the reading; until one comes the host has looked,
/// no more.
pub(super) struct Judging<'w> {
    pub(super) clock: &'w mut Clock,
    pub(super) sources: &'w [Source],
    pub(super) now: Moment,
    /// What rules did to it: whose, what, and what came of it.
    pub(super) turns: Vec<(String, &'static str, Applied)>,
    /// The sources it was set by, by their names.
    pub(super) set_by: Vec<Box<str>>,
}

impl HostClock for Judging<'_> {
    fn read(&mut self) -> FileTime {
        self.clock.peek(self.now).filetime
    }

    fn turn(&mut self, id: &str, operation: &Map<String, Value>) -> Option<FileTime> {
        let operation = Operation::from_map(operation.clone()).ok()?;
        if let Operation::Set(SetTo::Source(name)) = &operation {
            self.set_by.push(name.clone());
        }
        let operation = settled(self.sources, self.now, &operation);
        let applied = self.clock.apply(self.now, &operation);
        let reading = applied.after.filetime;
        self.turns.push((id.to_owned(), operation.name(), applied));
        Some(reading)
    }
}
