//! `slmgr` at a computer's prompt, for that computer or another.

use client_sim::slmgr::{ato, information};
use kms_proto::kms::hresult::HResult;
use kms_proto::windows::product::Detail;
use kms_proto::windows::profile::Profile;
use kms_proto::windows::slmgr::command::Command;
use kms_proto::windows::slmgr::parse::parse;
use kms_proto::windows::slmgr::reply::{Effect, Reply as Slmgr};

use super::Ran;
use crate::prompt::reply::Reply;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::plan::Typing;
use crate::world::prompt::Awaits;

impl World {
    /// Runs slmgr.
    pub(super) fn slmgr(&mut self, actor: Actor, typing: &Typing) -> Ran {
        let own = self.profile(actor);
        let args: Vec<&str> = typing.command.args.iter().map(String::as_str).collect();
        let line = match parse(&args, own) {
            Ok(line) => line,
            Err(wrong) => return ended(Slmgr::wrong(&wrong, own)),
        };
        let Some(target) = line.target else {
            return self.slmgr_on(actor, &line.command, typing.elevated);
        };
        let Some(other) = self.computer_for(actor, &target.machine) else {
            return ended(Slmgr::error(RPC_UNAVAILABLE));
        };
        if other != actor && own != Profile::Windows7 && self.profile(other) == Profile::Windows7 {
            return ended(Slmgr::remote_is_older());
        }
        // An account may be given with the name; here every one has the same rights.
        self.slmgr_on(other, &line.command, typing.elevated)
    }

    fn slmgr_on(&mut self, actor: Actor, command: &Command, elevated: bool) -> Ran {
        let now = self.now;
        self.clock_is_read(actor);
        match actor {
            Actor::Host(place) => {
                let Some(host) = self.hosts.get_mut(place) else { return nowhere() };
                let now = host.clock.peek(now).filetime;
                ended(host.host.slmgr(command, now, elevated))
            }
            Actor::Machine(place) => {
                if *command != Command::Usage {
                    self.call_licensing(place);
                }
                let Some(actor) = self.machines.get_mut(place) else { return nowhere() };
                let reading = actor.clock.peek(now);
                if looks_only(command) {
                    // Who looks at a licence does not run it down.
                    let Some(mut machine) = self.machine_now(place) else { return nowhere() };
                    return ended(machine.slmgr(command, reading.wall, elevated));
                }
                actor.count_down(&reading);
                let set = actor.machine.registered_host.clone();
                let tried = actor.machine.tries();
                let reply = actor.machine.slmgr(command, reading.wall, elevated);
                if actor.machine.registered_host != set {
                    actor.hosts = actor.machine.registered_host.iter().cloned().collect();
                }
                // With its key a machine begins to try.
                if !tried && actor.machine.tries() {
                    self.start_timers(place);
                }
                match reply.effect {
                    None => ended(reply),
                    Some(Effect::Activate) => self.activate_by_hand(place, reply.text),
                }
            }
            Actor::Source(_) | Actor::Dns => nowhere(),
        }
    }

    /// What slmgr prints of a computer's licence.
    pub fn slmgr_text(&self, actor: Actor, detail: Detail) -> String {
        match actor {
            Actor::Host(place) => self.hosts.get(place).map(|host| {
                let now = host.clock.peek(self.now()).filetime;
                kms_sim::slmgr::information::text(&host.host.snapshot(now), detail)
            }),
            Actor::Machine(place) => {
                self.machine_now(place).map(|machine| information::text(&machine, detail))
            }
            Actor::Source(_) | Actor::Dns => None,
        }
        .unwrap_or_default()
    }

    /// The generation of Windows a computer runs.
    fn profile(&self, actor: Actor) -> Profile {
        match actor {
            Actor::Host(place) => self.hosts.get(place).map(|host| host.host.config().profile),
            Actor::Machine(place) => self.machines.get(place).map(|m| m.machine.profile),
            Actor::Source(_) | Actor::Dns => None,
        }
        .unwrap_or_default()
    }

    /// The machine tries to activate, and the command waits until it has.
    pub(super) fn activate_by_hand(&mut self, place: usize, text: String) -> Ran {
        let now = self.now;
        let Some(machine) = self.machines.get_mut(place) else { return nowhere() };
        // One under way began before somebody asked; it is not the answer.
        let ordinal = machine.attempts + 1;
        machine.told = true;
        let timer = machine.timer;
        self.queue.put(now, Event::Wake { machine: place, timer });
        Ran::Waits(text, Awaits::Attempt { machine: place, ordinal })
    }

    /// What slmgr prints of a machine's attempt that has just ended.
    pub(super) fn activation_reply(&self, machine: usize) -> Reply {
        let tried = self.history.tries.iter().rev().find(|tried| tried.machine == machine);
        tried.map(|tried| of(ato::result(&tried.outcome))).unwrap_or_default()
    }
}

/// `RPC_S_SERVER_UNAVAILABLE`, as an HRESULT: there is no such computer, or it does not answer.
const RPC_UNAVAILABLE: HResult = HResult(0x8007_06BA);

/// Whether a command changes nothing.
const fn looks_only(command: &Command) -> bool {
    matches!(
        command,
        Command::Usage | Command::Display(..) | Command::Expiry(_) | Command::InstallationId(_)
    )
}

fn of(reply: Slmgr) -> Reply {
    Reply { text: reply.text, code: reply.code.0 }
}

fn ended(reply: Slmgr) -> Ran {
    Ran::Ended(of(reply))
}

/// There is no such computer, which no plan says.
fn nowhere() -> Ran {
    ended(Slmgr::error(RPC_UNAVAILABLE))
}
