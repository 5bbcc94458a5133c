//! A computer's CIM classes, as WMI would show them.

use serde_json::{Map, Value};

use crate::world::actor::Actor;
use crate::world::engine::World;

impl World {
    /// The instances of a class by its name, in letters of any case; `None` of a class that no
    /// computer here has.
    pub fn instances(&self, actor: Actor, class: &str) -> Option<Vec<Map<String, Value>>> {
        match actor {
            Actor::Host(place) => {
                let host = self.hosts.get(place)?;
                let now = host.clock.peek(self.now()).filetime;
                kms_sim::cim::instances(&host.host.snapshot(now), class)
            }
            Actor::Machine(place) => client_sim::cim::instances(&self.machine_now(place)?, class),
            Actor::Source(_) | Actor::Dns => None,
        }
    }
}
