//! The steps of a scenario.

use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::history::Acted;
use crate::world::plan::Deed;

impl World {
    pub(super) fn act(&mut self, place: usize) {
        let Some(act) = self.plan.acts.get(place).cloned() else { return };
        self.history.acts.push(Acted { act: place, at: self.since_start() });
        self.tell_act(&act);
        match act.deed {
            Deed::Activate(machines) => {
                for machine in machines.iter().copied() {
                    self.tell_to_activate(machine);
                }
            }
            Deed::Type { on, line } => {
                for actor in on.iter().copied() {
                    self.type_now(&act.id, actor, line.clone());
                }
            }
            Deed::Set { on, to } => {
                for actor in on.iter().copied() {
                    self.set_clock(&act.id, actor, to.clone());
                }
            }
            Deed::Happens { on, what } => {
                for actor in on.iter() {
                    if let Actor::Machine(place) = actor {
                        self.happens(*place, what);
                        self.note_license(*place);
                    }
                }
            }
        }
    }
}
