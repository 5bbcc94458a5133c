//! `net stop sppsvc` and `net start sppsvc`: the Software Protection service of a computer.
//!
//! On a host it is the service that machines reach: while it is stopped nobody listens, and when it
//! starts it reads its settings, counts its clients anew, and publishes itself. On a machine it
//! stops for a moment, in which whatever is asked of it ends with `0xC004F075`, and is there again as
//! soon as somebody calls it.

use client_sim::installation;
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
        let running = match actor {
            Actor::Host(place) => self.hosts.get(place).is_none_or(|host| host.serves),
            Actor::Machine(_) | Actor::Source(_) | Actor::Dns => true,
        };
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
                    machine.machine.installation.service = installation::Service::Stopping;
                }
            }
            Actor::Host(place) if command == start => self.start_host(place),
            _ => {}
        }
        self.after(length, Event::Waited(actor));
        Ran::Waits(said.text, Awaits::Licensing)
    }

    /// The service of a host starts.
    fn start_host(&mut self, place: usize) {
        let Some(host) = self.hosts.get_mut(place) else { return };
        host.host.restart();
        host.address = host.address.at_port(host.host.config().port);
        host.serves = true;
        self.publish_again(place);
    }

    /// A machine's service has stopped; the next to call it starts it.
    pub(super) fn licensing_stopped(&mut self, actor: Actor) {
        if let Actor::Machine(place) = actor
            && let Some(machine) = self.machines.get_mut(place)
        {
            machine.machine.installation.service = installation::Service::Ready;
            self.start_timers(place);
        }
    }
}
