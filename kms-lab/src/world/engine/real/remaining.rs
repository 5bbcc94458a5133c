//! What remains to happen to a world on sockets: what is awaited, and what happens once there are no
//! sockets any more.

use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::world::engine::{BETWEEN_LOOKS, World};
use crate::world::event::Event;
use crate::world::outside::{Order, Outside};

impl World {
    /// When the next event is due, since the start. Those that can change nothing any more, such as
    /// the time-out of a connection that is gone, are forgotten.
    pub fn next_due(&mut self) -> Option<Nanos> {
        while self.queue.peek().is_some_and(|(at, event)| self.is_spent(at, event)) {
            self.queue.take();
        }
        self.queue.next_at().map(|at| at.since(self.plan.start))
    }

    /// Whether an event can change nothing whatever else happens before it.
    fn is_spent(&self, at: Moment, event: &Event) -> bool {
        match event {
            Event::Wake { machine, timer } => {
                self.machines.get(*machine).is_none_or(|machine| machine.timer != *timer)
            }
            Event::Time(place) => {
                let due = self.machines.get(*place).and_then(|machine| machine.time_due);
                due.is_none_or(|due| due > at.max(self.now))
            }
            Event::Register { machine, timer } => {
                let known = self.dns.as_ref().and_then(|dns| dns.registrations.get(machine));
                known.is_none_or(|known| known.timer != *timer)
            }
            Event::TooLate(wire, stage) => {
                let waits = self.listening(*wire).and_then(|place| {
                    self.machines.get(place)?.trying.as_ref().map(|trying| trying.stage <= *stage)
                });
                waits != Some(true)
            }
            _ => false,
        }
    }

    /// Lives until this long after the start without sockets and without waiting, as in virtual
    /// time; `false` as soon as somebody would need a socket, or `patience` says no.
    ///
    /// Nobody may listen on a connection when this is called.
    pub fn live_without_sockets(&mut self, end: Nanos, patience: &mut dyn FnMut() -> bool) -> bool {
        while let Some(due) = self.next_due().filter(|due| *due <= end) {
            if let Some(machine) = self.about_to_ask() {
                self.come_late(machine, due);
                return false;
            }
            if self.history.events % BETWEEN_LOOKS == BETWEEN_LOOKS - 1 && !patience() {
                return false;
            }
            let Some((at, event)) = self.queue.take() else { break };
            self.set_now(at);
            self.history.events += 1;
            self.happen(event);
            if self.outside.as_ref().is_some_and(Outside::is_asked) {
                let dials = self.orders().into_iter().find_map(|order| match order {
                    Order::Dial { wire, .. } => self.wires.get(wire).map(|wire| wire.machine),
                    Order::Send(..) => None,
                });
                if let Some(machine) = dials {
                    self.come_late(machine, due);
                }
                return false;
            }
        }
        true
    }

    /// The machine whose timer rings next, and which then asks a host.
    fn about_to_ask(&self) -> Option<usize> {
        let (at, event) = self.queue.peek()?;
        let Event::Wake { machine: place, .. } = event else { return None };
        let machine = self.machines.get(*place)?;
        let asleep = machine.asleep.is_some_and(|until| until > at.max(self.now));
        (machine.machine.tries() && !asleep && machine.trying.is_none()).then_some(*place)
    }

    fn come_late(&mut self, machine: usize, due: Nanos) {
        let Some(machine) = self.machines.get(machine) else { return };
        let what = format!("{} is to ask at {due}", machine.id);
        if let Some(outside) = &mut self.outside {
            outside.come_late(what);
        }
    }

    /// Who would have needed a socket, and when, once there were none.
    pub fn late(&self) -> Option<&str> {
        self.outside.as_ref().and_then(Outside::late)
    }
}
