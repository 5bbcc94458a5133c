//! `ipconfig` at a computer's prompt.

use std::net::{IpAddr, Ipv4Addr};

use client_sim::discover::Suffixes;
use client_sim::ipconfig::{self, Command, Settings};
use kms_proto::time::duration::Nanos;

use super::Ran;
use super::w32tm::reply;
use crate::prompt::reply::Reply;
use crate::scenario::machine::address as machine_ip;
use crate::world::actor::Actor;
use crate::world::actor::dns::ADDRESS;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::plan::Typing;
use crate::world::prompt::Awaits;

/// The mask of the network RFC 2544 sets apart for tests, which all computers are in.
const MASK: IpAddr = IpAddr::V4(Ipv4Addr::new(255, 254, 0, 0));

/// How long `/registerdns` takes, of true time: an answer of DNS is there by then.
const TAKES: Nanos = Nanos::seconds(1);

impl World {
    /// Runs ipconfig.
    pub(super) fn ipconfig(&mut self, actor: Actor, typing: &Typing) -> Ran {
        let words: Vec<&str> = typing.command.args.iter().map(String::as_str).collect();
        let command = match ipconfig::parse(&words) {
            Ok(command) => command,
            Err(said) => return Ran::Ended(reply(said)),
        };
        let Some(settings) = self.network_settings(actor) else {
            return Ran::Ended(Reply::default());
        };
        let said = ipconfig::run(command, &settings, typing.elevated);
        match actor {
            // The address of a host is in DNS from the start.
            Actor::Machine(place) if command == Command::RegisterDns && said.code.is_ok() => {
                self.register_by_hand(place);
                self.after(TAKES, Event::Waited(actor));
                Ran::Waits(said.text, Awaits::Time)
            }
            _ => Ran::Ended(reply(said)),
        }
    }

    fn network_settings(&self, actor: Actor) -> Option<Settings> {
        let mask = MASK;
        match actor {
            Actor::Machine(place) => {
                let machine = self.machines.get(place)?;
                Some(Settings {
                    host: machine.machine.name.to_string(),
                    profile: machine.machine.profile,
                    suffixes: machine.suffixes.clone(),
                    address: machine_ip(place),
                    mask,
                    servers: self.servers_of(place),
                })
            }
            Actor::Host(place) => {
                let host = self.hosts.get(place)?;
                let primary = self.dns.as_ref().map(|dns| dns.domain.clone());
                Some(Settings {
                    host: host.id().to_owned(),
                    profile: host.host.config().profile,
                    suffixes: Suffixes { primary, search: Vec::new() },
                    address: host.ip,
                    mask,
                    servers: self.dns.as_ref().map(|_| ADDRESS).into_iter().collect(),
                })
            }
            Actor::Source(_) | Actor::Dns => None,
        }
    }
}
