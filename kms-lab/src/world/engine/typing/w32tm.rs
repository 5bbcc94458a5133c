//! `w32tm` and `net` at a computer's prompt.

use std::net::SocketAddr;

use client_sim::net_command::{self, Service};
use client_sim::time_service::outcome::Outcome;
use client_sim::w32tm::chart::Chart;
use client_sim::w32tm::command::{self, Command, Stripchart};
use client_sim::w32tm::reply::{Effect, Reply as Said};
use client_sim::w32tm::target::Target;
use client_sim::w32tm::{resync, run::run};
use kms_proto::kms::hresult::HResult;
use kms_proto::ntp;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_proto::wire::{Order, Wire};

use super::Ran;
use crate::prompt::reply::Reply;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::{Asker, Event};
use crate::world::plan::Typing;
use crate::world::prompt::{Awaits, Drawn, Running};

/// Lines of a chart whose command does not say how many: nobody is there to press Ctrl+C.
const LINES: u32 = 5;

impl World {
    /// Runs w32tm, on this computer or on the one it is told to act on.
    pub(super) fn w32tm(&mut self, place: usize, typing: &Typing) -> Ran {
        let words: Vec<&str> = typing.command.args.iter().map(String::as_str).collect();
        let command = match command::parse(&words) {
            Ok(command) => command,
            Err(wrong) => return Ran::Ended(reply(wrong.into())),
        };
        let other = match computer_of(&command) {
            None => place,
            Some(name) => match self.computer_for(Actor::Machine(place), name) {
                Some(Actor::Machine(place)) => place,
                _ => return Ran::Ended(reply(unavailable())),
            },
        };
        let mut wall = FileTime(0);
        let said = self.on_time_service(other, typing.elevated, |target| {
            wall = target.wall;
            run(&command, target)
        });
        let Some(said) = said else { return Ran::Ended(Reply::default()) };
        match &said.effect {
            Some(Effect::Stripchart(of)) => self.begin_chart(place, of.clone(), wall),
            Some(Effect::Monitor(computers)) => self.begin_monitor(place, computers),
            Some(Effect::AwaitResync) => self.await_resync(other, said),
            _ => Ran::Ended(reply(said)),
        }
    }

    /// Runs net.
    pub(super) fn net(&mut self, actor: Actor, typing: &Typing) -> Ran {
        let words: Vec<&str> = typing.command.args.iter().map(String::as_str).collect();
        if net_command::lists(&words) {
            let services: Vec<Service> = Service::ALL
                .into_iter()
                .filter(|service| self.is_started(actor, *service))
                .collect();
            return Ran::Ended(reply(net_command::started(&services)));
        }
        let command = match net_command::parse(&words) {
            Ok(command) => command,
            Err(said) => return Ran::Ended(reply(said)),
        };
        let service = match command {
            net_command::Command::Start(service) | net_command::Command::Stop(service) => service,
        };
        let place = match (service, actor) {
            (Service::SoftwareProtection, _) => {
                return self.net_licensing(actor, command, typing.elevated);
            }
            (Service::WindowsTime, Actor::Machine(place)) => place,
            (Service::WindowsTime, _) => {
                return Ran::Ended(reply(net_command::no_such_service()));
            }
        };
        let said = self.on_time_service(place, typing.elevated, |target| {
            net_command::run_time(command, target)
        });
        let Some(said) = said else { return Ran::Ended(Reply::default()) };
        match said.effect {
            Some(Effect::Wait(length)) => {
                self.after(length, Event::Waited(Actor::Machine(place)));
                Ran::Waits(said.text, Awaits::Time)
            }
            _ => Ran::Ended(reply(said)),
        }
    }

    /// Lets a command act on a machine's time service, and does what comes of it.
    fn on_time_service(
        &mut self,
        place: usize,
        elevated: bool,
        act: impl FnOnce(&mut Target<'_>) -> Said,
    ) -> Option<Said> {
        let now = self.now;
        self.clock_is_read(Actor::Machine(place));
        let machine = self.machines.get_mut(place)?;
        let wall = machine.clock.peek(now).wall;
        let service = &mut machine.time;
        let mut said = act(&mut Target { service, now, wall, elevated });
        // Whoever starts or stops it by hand is before its own start.
        machine.time_starts &= !machine.time.is_running();
        let acts = core::mem::take(&mut said.acts);
        self.serve_time(place, acts);
        Some(said)
    }

    fn await_resync(&mut self, other: usize, said: Said) -> Ran {
        // It may have ended at once: with nobody to ask.
        let ended = self.machines.get_mut(other).and_then(|machine| machine.time.resynced());
        if let Some(outcome) = ended {
            let end = resync::ending(outcome);
            return Ran::Ended(Reply { text: said.text + &end.text, code: end.code.0 });
        }
        Ran::Waits(said.text, Awaits::Resync(other))
    }

    /// Tells whoever waits for it that a machine's resynchronisation has ended.
    pub(in crate::world::engine) fn resynced(&mut self, place: usize) {
        if self.running(Awaits::Resync(place)).is_empty() {
            return;
        }
        let ended = self.machines.get_mut(place).and_then(|machine| machine.time.resynced());
        if let Some(outcome) = ended {
            self.end_resync(place, outcome);
        }
    }

    /// Whoever waits for a machine's resynchronisation is told what came of it.
    pub(in crate::world::engine) fn end_resync(&mut self, place: usize, outcome: Outcome) {
        for (actor, running) in self.running(Awaits::Resync(place)) {
            let end = resync::ending(outcome);
            let text = running.text + &end.text;
            self.answer(actor, running.command, Reply { text, code: end.code.0 });
        }
    }

    /// The time source of this name, and the address the name has: a computer without a time server
    /// is there, and silent.
    pub(super) fn time_server(
        &self,
        machine: usize,
        name: &str,
    ) -> (Option<usize>, Option<SocketAddr>) {
        let source = self.source(name);
        let address = source.and_then(|source| self.sources.get(source)).map(|s| s.address);
        let silent = || Some(SocketAddr::new(self.known_address(machine, name)?, ntp::PORT));
        (source, address.or_else(silent))
    }

    fn begin_chart(&mut self, place: usize, of: Stripchart, wall: FileTime) -> Ran {
        let (source, address) = self.time_server(place, &of.computer);
        let Some(address) = address else {
            return Ran::Ended(reply(Chart::not_found()));
        };
        let lines = of.samples.unwrap_or(LINES);
        let chart = Chart::new(of);
        let head = chart.head(address, wall);
        let drawn = Drawn { chart, source, asked: wall, left: lines };
        if let Some(prompt) = self.prompts.get_mut(&Actor::Machine(place)) {
            prompt.drawn = Some(drawn);
        }
        self.after(Nanos(0), Event::Chart(place));
        Ran::Waits(head, Awaits::Chart)
    }

    /// A chart's next question is due.
    pub(in crate::world::engine) fn chart(&mut self, place: usize) {
        if self.looks_at_clocks(place) {
            return self.monitor_next(place);
        }
        let now = self.now;
        let Some(machine) = self.machines.get_mut(place) else { return };
        let wall = machine.clock.read(now).wall;
        let prompt = self.prompts.get_mut(&Actor::Machine(place));
        let Some(drawn) = prompt.and_then(|prompt| prompt.drawn.as_mut()) else { return };
        drawn.asked = wall;
        let source = drawn.source;
        let question = Chart::request(wall).to_bytes(Order::Big);
        self.send_question(place, source, Asker::Chart, &question);
    }

    /// A chart has an answer.
    pub(in crate::world::engine) fn chart_line(
        &mut self,
        place: usize,
        answer: Option<&[u8]>,
        came: FileTime,
    ) {
        if self.looks_at_clocks(place) {
            return self.monitored(place, answer, came);
        }
        let actor = Actor::Machine(place);
        let Some(prompt) = self.prompts.get_mut(&actor) else { return };
        let Some(drawn) = &mut prompt.drawn else { return };
        let line = drawn.chart.line(drawn.asked, answer.map(|bytes| (bytes, came)));
        drawn.left = drawn.left.saturating_sub(1);
        let (left, period) = (drawn.left, drawn.chart.period());
        if let Some(running) = &mut prompt.running {
            running.text.push_str(&line);
        }
        if left > 0 {
            self.after(period, Event::Chart(place));
            return;
        }
        prompt.drawn = None;
        self.waited(actor);
    }

    /// A command that waited has ended well.
    pub(in crate::world::engine) fn waited(&mut self, actor: Actor) {
        let running = self.prompts.get(&actor).and_then(|prompt| prompt.running.clone());
        if let Some(Running { command, text, awaits: Awaits::Time | Awaits::Chart }) = running {
            self.answer(actor, command, Reply::done(text));
        } else if let Some(Running { command, text, awaits: Awaits::Licensing }) = running {
            self.licensing_ready(actor);
            self.answer(actor, command, Reply::done(text));
        }
    }
}

pub(super) fn reply(said: Said) -> Reply {
    Reply { text: said.text, code: said.code.0 }
}

/// The computer a command is to act on, where it names one. A chart only looks at one.
fn computer_of(command: &Command) -> Option<&str> {
    match command {
        Command::Config(config) => config.computer.as_deref(),
        Command::Resync(resync) => resync.computer.as_deref(),
        Command::Query(query) => query.computer.as_deref(),
        Command::DumpReg { computer, .. } => computer.as_deref(),
        _ => None,
    }
}

fn unavailable() -> Said {
    Said::error(HResult::RPC_SERVER_UNAVAILABLE, "The RPC server is unavailable.")
}
