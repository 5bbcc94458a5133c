//! An entry of a computer's log, with its number there.

use kms_proto::windows::event::{Event, Log};

use crate::world::actor::Actor;
use crate::world::engine::World;

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number in the computer's log, from 1; those before it may have left.
    pub number: u64,
    /// The computer that keeps it.
    pub computer: String,
    /// What it says.
    pub event: Event,
}

/// All that a computer's logs keep, oldest first.
///
/// One numbering runs through all logs of a computer, so that their order can be told.
pub fn records(world: &World, actor: Actor) -> Vec<Record> {
    match actor {
        Actor::Host(place) => {
            let Some(host) = world.hosts.get(place) else { return Vec::new() };
            let computer = host.address.name();
            let entries = host.host.events().since(0);
            let record = |(number, event)| Record { number, computer: computer.to_owned(), event };
            entries.map(record).collect()
        }
        Actor::Machine(place) => {
            let Some(machine) = world.machines.get(place) else { return Vec::new() };
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
        Actor::Source(_) => Vec::new(),
    }
}

/// The log of a name, in letters of any case; `None` of one that no computer here has.
pub fn log(name: &str) -> Option<Log> {
    let all = [Log::Application, Log::System, Log::KeyManagementService];
    all.into_iter().find(|log| log.name().eq_ignore_ascii_case(name))
}
