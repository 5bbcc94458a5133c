//! Commands typed at a computer's prompt: begun one after another, answered when they end.

mod ipconfig;
mod licensing;
mod monitor;
mod ospp;
mod slmgr;
mod w32tm;

use client_sim::clock::operation::Operation;
use client_sim::clock::set::SetTo;
use kms_proto::time::duration::Nanos;
use kms_proto::time::{FileTime, Moment};

use crate::event_log::wevtutil;
use crate::prompt::command::Program;
use crate::prompt::reply::Reply;
use crate::world::actor::Actor;
use crate::world::ended::Ended;
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::history::Typed;
use crate::world::plan::Typing;
use crate::world::prompt::{Awaits, Running};

/// What a command comes to at once.
pub(super) enum Ran {
    /// It has ended.
    Ended(Reply),
    /// It has printed this, and ends later.
    Waits(String, Awaits),
}

impl World {
    /// Gives a command to a computer's prompt; its place in [`History::commands`].
    ///
    /// It begins once all else of this moment has happened and every command given to that prompt
    /// before it has ended. `id` is that of the step it belongs to.
    ///
    /// [`History::commands`]: crate::world::history::History::commands
    pub fn type_command(&mut self, id: &str, actor: Actor, typing: Typing) -> usize {
        let place = self.give(id, actor, typing);
        self.queue.put_last(self.now, Event::Prompt(actor));
        place
    }

    /// The same, of a step whose turn it is.
    pub(super) fn type_now(&mut self, id: &str, actor: Actor, typing: Typing) {
        self.give(id, actor, typing);
        self.prompt(actor);
    }

    fn give(&mut self, id: &str, actor: Actor, typing: Typing) -> usize {
        let place = self.history.commands.len();
        let (id, began) = (id.to_owned(), self.since_start());
        let clock = self.shows(actor);
        self.history.commands.push(Typed { id, actor, typing, began, clock, end: None });
        self.prompts.entry(actor).or_default().waiting.push_back(place);
        place
    }

    /// Sets a computer's clock by hand. `id` is that of the step it belongs to.
    pub fn set_clock(&mut self, id: &str, actor: Actor, to: SetTo) {
        self.turn(actor, id, "set", &Operation::Set(to));
    }

    /// What a computer's clock shows.
    pub fn shows(&self, actor: Actor) -> FileTime {
        self.clock(actor).map_or(self.now.filetime(), |clock| clock.peek(self.now).filetime)
    }

    /// What came of a command, if it has ended.
    pub fn reply(&self, command: usize) -> Option<&(Nanos, Reply)> {
        self.history.commands.get(command)?.end.as_ref()
    }

    /// Lives until a command has ended, but no longer than this.
    ///
    /// What else is to happen at the moment it ends is left to happen.
    pub fn until_answered(
        &mut self,
        command: usize,
        longest: Nanos,
        patience: &mut dyn FnMut() -> bool,
    ) -> Ended {
        self.live(self.now.plus(longest), patience, |world| world.reply(command).is_some())
    }

    /// Types the next of what waits at a prompt, if it is free.
    pub(super) fn prompt(&mut self, actor: Actor) {
        if let Some(until) = self.sleeps(actor) {
            self.queue.put_last(until, Event::Prompt(actor));
            return;
        }
        let (since_start, clock) = (self.since_start(), self.shows(actor));
        let Some(prompt) = self.prompts.get_mut(&actor) else { return };
        if prompt.running.is_some() {
            return;
        }
        let Some(place) = prompt.waiting.pop_front() else { return };
        let Some(typed) = self.history.commands.get_mut(place) else { return };
        (typed.began, typed.clock) = (since_start, clock);
        let typing = typed.typing.clone();
        match self.run_command(actor, &typing) {
            Ran::Ended(reply) => self.answer(actor, place, reply),
            Ran::Waits(text, awaits) => {
                if let Some(prompt) = self.prompts.get_mut(&actor) {
                    prompt.running = Some(Running { command: place, text, awaits });
                }
            }
        }
    }

    fn run_command(&mut self, actor: Actor, typing: &Typing) -> Ran {
        match (typing.command.program, actor) {
            (Program::Slmgr, _) => self.slmgr(actor, typing),
            (Program::W32tm, Actor::Machine(place)) => self.w32tm(place, typing),
            (Program::Net, _) => self.net(actor, typing),
            (Program::Ipconfig, _) => self.ipconfig(actor, typing),
            (Program::Ospp, Actor::Machine(place)) => self.ospp(place, typing),
            (Program::Wevtutil, _) => {
                let (records, now) = (self.records(actor), self.shows(actor));
                Ran::Ended(wevtutil::run(&typing.command.args, records, now))
            }
            (program, _) => {
                let name = program.name();
                let text = format!("{name} is not there on this computer.\n");
                Ran::Ended(Reply::failed(text, NOT_FOUND))
            }
        }
    }

    /// An attempt of a machine has ended: so have the commands that waited for it.
    pub(super) fn attempt_ended(&mut self, machine: usize) {
        let Some(ordinal) = self.machines.get(machine).map(|machine| machine.attempts) else {
            return;
        };
        let ended = Awaits::Attempt { machine, ordinal };
        for (actor, running) in self.running(ended) {
            let typed = self.history.commands.get(running.command);
            let office = typed.is_some_and(|typed| typed.typing.command.program == Program::Ospp);
            let Reply { text, code } =
                if office { self.office_reply(machine) } else { self.activation_reply(machine) };
            self.answer(actor, running.command, Reply { text: running.text + &text, code });
        }
    }

    /// The commands that wait for this, each with its prompt.
    fn running(&self, awaits: Awaits) -> Vec<(Actor, Running)> {
        let all = self.prompts.iter().filter_map(|(actor, prompt)| {
            Some((*actor, prompt.running.clone().filter(|running| running.awaits == awaits)?))
        });
        all.collect()
    }

    /// A command has ended.
    fn answer(&mut self, actor: Actor, place: usize, reply: Reply) {
        let ended = self.since_start();
        if let Some(typed) = self.history.commands.get_mut(place) {
            let text = typed.typing.command.printed(reply.text);
            typed.end = Some((ended, Reply { text, ..reply }));
        }
        self.tell_command(place);
        if let Actor::Machine(machine) = actor {
            self.note_license(machine);
        }
        if let Some(prompt) = self.prompts.get_mut(&actor) {
            prompt.running = None;
            if !prompt.waiting.is_empty() {
                self.queue.put_last(self.now, Event::Prompt(actor));
            }
        }
    }

    /// Until when a computer does nothing at all.
    fn sleeps(&self, actor: Actor) -> Option<Moment> {
        let until = match actor {
            Actor::Host(place) => self.hosts.get(place)?.asleep,
            Actor::Machine(place) => self.machines.get(place)?.asleep,
            Actor::Source(_) | Actor::Dns => None,
        };
        until.filter(|until| *until > self.now)
    }
}

/// `ERROR_FILE_NOT_FOUND` (winerror.h).
const NOT_FOUND: u32 = 2;
