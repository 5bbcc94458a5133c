//! `slmgr` at a computer's prompt.

use client_sim::slmgr::{ato, information};
use kms_proto::kms::hresult::HResult;
use kms_proto::windows::product::Detail;
use kms_proto::windows::slmgr_error::error_line;

use super::Ran;
use crate::prompt::reply::Reply;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::plan::Typing;
use crate::world::prompt::Awaits;

impl World {
    /// Runs slmgr, on this computer or on the one it is told to act on.
    pub(super) fn slmgr(&mut self, actor: Actor, typing: &Typing) -> Ran {
        let args = &typing.command.args;
        let is_option = |word: &&String| word.starts_with(['/', '-']);
        let option = args.iter().position(|word| is_option(&word)).unwrap_or(args.len());
        let (target, options) = args.split_at_checked(option).unwrap_or_default();
        let actor = match target.first() {
            None => actor,
            Some(name) => match self.computer(name) {
                Some(actor) => actor,
                None => return Ran::Ended(failed(RPC_UNAVAILABLE)),
            },
        };
        let option = options.first().map(|word| word.get(1..).unwrap_or_default());
        let option = option.unwrap_or_default().to_ascii_lowercase();
        match (actor, option.as_str()) {
            (_, "dli") => Ran::Ended(Reply::done(self.slmgr_text(actor, Detail::Dli))),
            (_, "dlv") => Ran::Ended(Reply::done(self.slmgr_text(actor, Detail::Dlv))),
            (Actor::Machine(place), "xpr") => Ran::Ended(Reply::done(self.expiry(place))),
            (Actor::Machine(place), "ato") => self.activate_by_hand(place),
            _ => Ran::Ended(Reply::failed("Invalid combination of command parameters.\n", 1)),
        }
    }

    /// What slmgr prints of a computer's licence.
    pub fn slmgr_text(&self, actor: Actor, detail: Detail) -> String {
        match actor {
            Actor::Host(place) => self.hosts.get(place).map(|host| {
                let now = host.clock.peek(self.now()).filetime;
                kms_sim::slmgr::text(&host.host.snapshot(now), detail)
            }),
            Actor::Machine(place) => {
                self.machine_now(place).map(|machine| information::text(&machine, detail))
            }
            Actor::Source(_) => None,
        }
        .unwrap_or_default()
    }

    fn expiry(&self, place: usize) -> String {
        let wall = self.machines.get(place).map(|machine| machine.clock.peek(self.now()).wall);
        let machine = self.machine_now(place);
        machine
            .zip(wall)
            .map(|(machine, wall)| information::expiry(&machine, wall))
            .unwrap_or_default()
    }

    /// The machine tries to activate, and the command waits until it has.
    fn activate_by_hand(&mut self, place: usize) -> Ran {
        let now = self.now;
        let Some(machine) = self.machines.get_mut(place) else {
            return Ran::Waits(Awaits::Attempt(0));
        };
        // One under way began before somebody asked; it is not the answer.
        let attempt = machine.attempts + 1;
        let timer = machine.timer;
        self.queue.put(now, Event::Wake { machine: place, timer });
        Ran::Waits(Awaits::Attempt(attempt))
    }

    /// What slmgr prints of the attempt that has just ended.
    pub(super) fn activation_reply(&self, place: usize) -> Reply {
        let tried = self.history.tries.iter().rev().find(|tried| tried.machine == place);
        let machine = self.machines.get(place);
        let Some((machine, tried)) = machine.zip(tried) else { return Reply::default() };
        let text = ato::text(&machine.machine, &tried.outcome);
        Reply { text, code: tried.outcome.shown.0 }
    }

    /// The host or machine of this name: its id, its computer's name or its name in DNS, in letters
    /// of any case.
    pub fn computer(&self, name: &str) -> Option<Actor> {
        let hosts = self.hosts.iter().position(|host| {
            host.id().eq_ignore_ascii_case(name) || host.address.name().eq_ignore_ascii_case(name)
        });
        let machines = || {
            self.machines.iter().position(|machine| {
                machine.id.eq_ignore_ascii_case(name)
                    || machine.machine.name.to_string().eq_ignore_ascii_case(name)
            })
        };
        hosts.map(Actor::Host).or_else(|| machines().map(Actor::Machine))
    }
}

/// `RPC_S_SERVER_UNAVAILABLE`, as an HRESULT: there is no such computer, or it does not answer.
const RPC_UNAVAILABLE: HResult = HResult(0x8007_06BA);

fn failed(code: HResult) -> Reply {
    Reply::failed(error_line(code) + "\n", code.0)
}
