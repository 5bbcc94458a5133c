//! What computers' event logs keep.

use kms_proto::windows::event::Event;

use crate::event_log::record::Record;
use crate::world::actor::Actor;
use crate::world::engine::World;

impl World {
    /// All that a computer's logs keep, oldest first.
    ///
    /// One numbering runs through all logs of a computer, so that their order can be told.
    pub fn records(&self, actor: Actor) -> Vec<Record> {
        match actor {
            Actor::Host(place) => {
                let Some(host) = self.hosts.get(place) else { return Vec::new() };
                let computer = host.address.name();
                let entries = host.host.events().since(0);
                let record =
                    |(number, event)| Record { number, computer: computer.to_owned(), event };
                entries.map(record).collect()
            }
            Actor::Machine(place) => {
                let Some(machine) = self.machines.get(place) else { return Vec::new() };
                let computer = machine.machine.name.to_string();
                let first = machine.forgotten.saturating_add(1);
                let entries = (first..).zip(&machine.log);
                let record = |(number, event): (u64, &Event)| Record {
                    number,
                    computer: computer.clone(),
                    event: event.clone(),
                };
                entries.map(record).collect()
            }
            Actor::Source(_) | Actor::Dns => Vec::new(),
        }
    }
}
