//! `net stop sppsvc` and `net start sppsvc`: the Software Protection service of a computer.
//!
//! On a host it is the service that machines reach: while it is stopped nobody listens, and when it
//! starts it reads its settings, counts its clients anew, and publishes itself. On a machine
//! whatever is asked of it while it stops ends with `0xC004F075`; once it has stopped, the next who
//! calls it starts it: slmgr, ospp, or an attempt of the machine's own.

use client_sim::installation::Service::{Ready, Stopped, Stopping};
use client_sim::net_command::{self, Command, Service};
use client_sim::w32tm::reply::Effect;

use super::Ran;
use super::w32tm::reply;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::prompt::Awaits;

impl World {
    /// Runs net on the licensing service.
    pub(super) fn net_licensing(&mut self, actor: Actor, command: Command, elevated: bool) -> Ran {
        let (stop, start) = (
            Command::Stop(Service::SoftwareProtection),
            Command::Start(Service::SoftwareProtection),
        );
        let running = self.is_started(actor, Service::SoftwareProtection);
        let said = net_command::run(command, running, elevated);
        let Some(Effect::Wait(length)) = said.effect else { return Ran::Ended(reply(said)) };
        match actor {
            Actor::Host(place) if command == stop => {
                if let Some(host) = self.hosts.get_mut(place) {
                    host.serves = false;
                }
            }
            Actor::Machine(place) if command == stop => {
                if let Some(machine) = self.machines.get_mut(place) {
                    machine.machine.installation.service = Stopping;
                }
            }
            Actor::Host(place) if command == start => self.start_host(place),
            _ => {}
        }
        self.after(length, Event::Waited(actor));
        Ran::Waits(said.text, Awaits::Licensing)
    }

    /// Whether a service is started on a computer; a host has no time service.
    pub(super) fn is_started(&self, actor: Actor, service: Service) -> bool {
        match (actor, service) {
            (Actor::Machine(place), Service::WindowsTime) => {
                self.machines.get(place).is_some_and(|machine| machine.time.is_running())
            }
            (Actor::Machine(place), Service::SoftwareProtection) => self
                .machines
                .get(place)
                .is_some_and(|machine| machine.machine.installation.service != Stopped),
            (Actor::Host(place), Service::SoftwareProtection) => {
                self.hosts.get(place).is_some_and(|host| host.serves)
            }
            _ => false,
        }
    }

    /// The service of a host starts.
    fn start_host(&mut self, place: usize) {
        let Some(host) = self.hosts.get_mut(place) else { return };
        host.host.restart();
        host.address = host.address.at_port(host.host.config().port);
        host.serves = true;
        self.publish_again(place);
    }

    /// The time is over that a machine's service took to stop, or to start.
    pub(super) fn licensing_ready(&mut self, actor: Actor) {
        let Actor::Machine(place) = actor else { return };
        let Some(machine) = self.machines.get_mut(place) else { return };
        let service = &mut machine.machine.installation.service;
        match *service {
            Stopping => {
                *service = Stopped;
                self.start_timers(place);
            }
            Stopped => *service = Ready,
            Ready => {}
        }
    }

    /// Somebody calls a machine's service, which starts it if it is stopped.
    pub(in crate::world::engine) fn call_licensing(&mut self, place: usize) {
        if let Some(machine) = self.machines.get_mut(place)
            && machine.machine.installation.service == Stopped
        {
            machine.machine.installation.service = Ready;
        }
    }
}
