//! What machines do by themselves that live as Windows has it.

use client_sim::installation::Service;
use client_sim::license::{INITIAL_GRACE, License};
use client_sim::timers::{Ended, Next};
use kms_proto::kms::license_status::LicenseStatus;

use crate::happening::Happening;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::Event;

impl World {
    /// Windows starts on every machine that lives, at the beginning of the world.
    pub(super) fn start_machines(&mut self) {
        for place in 0..self.machines.len() {
            self.start_timers(place);
        }
    }

    /// Something happens to a machine.
    pub fn happens(&mut self, place: usize, what: Happening) {
        match what {
            Happening::Restarted => return self.restart_machine(place),
            Happening::NetworkChanged => return self.network_changed(place),
            Happening::HardwareChanged
            | Happening::ServiceStopping
            | Happening::ServiceStarted
            | Happening::NonGenuine => {}
        }
        self.count_down(place);
        let Some(actor) = self.machines.get_mut(place) else { return };
        let machine = &mut actor.machine;
        match what {
            Happening::HardwareChanged => machine.hardware_changed(),
            Happening::ServiceStopping => machine.installation.service = Service::Stopping,
            Happening::NonGenuine => {
                machine.license = License::new(LicenseStatus::NON_GENUINE_GRACE, INITIAL_GRACE);
            }
            Happening::ServiceStarted => {
                machine.installation.service = Service::Ready;
                self.start_timers(place);
            }
            Happening::Restarted | Happening::NetworkChanged => {}
        }
    }

    /// A machine's licence is brought up to what its clock reads.
    pub(super) fn count_down(&mut self, place: usize) {
        let now = self.now;
        if let Some(machine) = self.machines.get_mut(place) {
            let (reading, status) = (machine.clock.peek(now), machine.machine.license.status);
            machine.count_down(&reading);
            self.was_counted(place, &reading, status);
        }
    }

    /// Windows starts: what waited for that takes effect, and the machine begins to live.
    ///
    /// A clock whose battery is empty begins where its board does. The time service starts if it
    /// does so by itself, whoever stopped or started it before.
    pub(super) fn restart_machine(&mut self, place: usize) {
        let now = self.now;
        self.count_down(place);
        let first = self.plan.machines.get(place).and_then(|plan| plan.time.as_ref()?.first);
        let Some(machine) = self.machines.get_mut(place) else { return };
        machine.machine.restart();
        let unanswered = machine.time.stop();
        machine.time_starts = first.is_some();
        machine.time_due = first.map(|first| now.plus(first));
        if let Some(due) = machine.time_due {
            self.queue.put(due, Event::Time(place));
        }
        let started = machine.clock.bounce(now);
        if let Some(outcome) = unanswered {
            self.end_resync(place, outcome);
        }
        if started.before.wall != started.after.wall {
            self.turned(Actor::Machine(place), "battery", "start", started);
        }
        self.start_timers(place);
    }

    /// The licensing service begins: its first attempt is planned.
    pub(super) fn start_timers(&mut self, place: usize) {
        let draw = self.draw();
        let Some(machine) = self.machines.get_mut(place).filter(|machine| machine.life) else {
            return;
        };
        machine.starts += 1;
        let next = machine.machine.at_start(draw, &machine.id, machine.starts);
        self.plan_next(place, next);
    }

    /// An attempt ended: the next is planned.
    pub(super) fn live_on(&mut self, place: usize, activated: bool) {
        let draw = self.draw();
        let Some(machine) = self.machines.get(place) else { return };
        let ended = if activated { Ended::Activated } else { Ended::Failed };
        let next = machine.machine.next(ended, draw, &machine.id, machine.attempts);
        self.plan_next(place, next);
    }

    /// The network of a machine changed: one that watches for that tries at once.
    pub(super) fn network_changed(&mut self, place: usize) {
        let now = self.now;
        let Some(machine) = self.machines.get_mut(place) else { return };
        if machine.watch.take().is_some_and(|until| now <= until) {
            let timer = machine.timer;
            self.queue.put(now, Event::Wake { machine: place, timer });
        }
    }

    fn plan_next(&mut self, place: usize, next: Option<Next>) {
        let now = self.now;
        let Some(machine) = self.machines.get_mut(place) else { return };
        machine.timer += 1;
        machine.watch = None;
        let Some(next) = next else { return };
        machine.watch = next.watch.map(|length| now.plus(length));
        let timer = machine.timer;
        self.queue.put(now.plus(next.after), Event::Wake { machine: place, timer });
    }
}
