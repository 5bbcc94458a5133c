//! `ospp.vbs` at a machine's prompt, for that machine or another.

use client_sim::ospp::command::{Command, parse};
use client_sim::ospp::run::{result, without_office, wrong};
use kms_proto::kms::hresult::HResult;
use kms_proto::windows::identity::cmid;
use kms_proto::windows::slmgr::reply::{Effect, Reply as Said};

use super::Ran;
use crate::prompt::reply::Reply;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::plan::Typing;

impl World {
    /// Runs ospp.vbs.
    pub(super) fn ospp(&mut self, place: usize, typing: &Typing) -> Ran {
        let args: Vec<&str> = typing.command.args.iter().map(String::as_str).collect();
        let (command, other) = match parse(&args) {
            Ok(line) => line,
            Err(why) => return ended(wrong(&why)),
        };
        let place = match other.map(|name| self.computer_for(Actor::Machine(place), name)) {
            None => place,
            Some(Some(Actor::Machine(other))) => other,
            Some(Some(Actor::Host(other))) => {
                return ended(self.ospp_on_host(other, &command, typing.elevated));
            }
            Some(_) => return ended(Said::error(HResult::RPC_SERVER_UNAVAILABLE)),
        };
        self.clock_is_read(Actor::Machine(place));
        self.count_down(place);
        self.call_licensing(place);
        let now = self.now;
        let Some(actor) = self.machines.get_mut(place) else {
            return ended(Said::error(HResult::RPC_SERVER_UNAVAILABLE));
        };
        let wall = actor.clock.peek(now).wall;
        let set = actor.machine.registered_host.clone();
        let said = actor.machine.ospp(&command, wall, typing.elevated);
        if actor.machine.registered_host != set {
            actor.hosts = actor.machine.registered_host.iter().cloned().collect();
        }
        match said.effect {
            None => ended(said),
            Some(Effect::Activate) => self.activate_by_hand(place, said.text),
        }
    }

    /// A host has no Office, and lets itself be asked all the same.
    fn ospp_on_host(&mut self, place: usize, command: &Command, elevated: bool) -> Said {
        self.clock_is_read(Actor::Host(place));
        let now = self.now;
        let Some(actor) = self.hosts.get_mut(place) else {
            return Said::error(HResult::RPC_SERVER_UNAVAILABLE);
        };
        let wall = actor.clock.peek(now).filetime;
        let config = actor.host.config();
        let cmid = cmid(&config.realm, &config.name);
        without_office(command, cmid, |set| actor.host.slmgr(set, wall, elevated))
    }

    /// What ospp.vbs prints of a machine's attempt that has just ended.
    pub(super) fn office_reply(&self, machine: usize) -> Reply {
        let tried = self.history.tries.iter().rev().find(|tried| tried.machine == machine);
        tried.map(|tried| of(result(&tried.outcome))).unwrap_or_default()
    }
}

fn of(said: Said) -> Reply {
    Reply { text: said.text, code: said.code.0 }
}

fn ended(said: Said) -> Ran {
    Ran::Ended(of(said))
}
