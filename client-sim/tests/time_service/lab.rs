//! A machine, its time service and the computers it asks, in virtual time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use client_sim::clock::Clock;
use client_sim::clock::operation::Operation;
use client_sim::clock::set::SetTo;
use client_sim::clock::spec::ClockSpec;
use client_sim::time_service::act::{Act, Query, Whom};
use client_sim::time_service::enact::enact;
use client_sim::time_service::peer::From;
use client_sim::time_service::settings::Settings;
use client_sim::time_service::{Answer, PATIENCE, TimeService};
use client_sim::w32tm::reply::{Effect, Reply};
use client_sim::w32tm::target::Target;
use client_sim::{net_command, w32tm};
use kms_proto::draw::Draw;
use kms_proto::ntp::packet::{Leap, Mode, Packet};
use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::event::Event;
use kms_proto::wire::{Order, Wire};

/// 2026-01-01 00:00:00 UTC.
pub(crate) const START: Moment = Moment(1_767_225_600_000_000_000);

/// How long a packet is under way.
pub(crate) const WAY: Nanos = Nanos(1_000_000);

/// A server: its clock, and whether it says that it knows the time.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) address: &'static str,
    pub(crate) clock: Clock,
    pub(crate) leap: Leap,
    pub(crate) stratum: u8,
    pub(crate) silent: bool,
}

impl Server {
    pub(crate) fn new(name: &'static str, address: &'static str, clock: &str) -> Self {
        let clock = new_clock(clock, name);
        Self { name, address, clock, leap: Leap::None, stratum: 1, silent: false }
    }
}

/// An answer under way.
struct Coming {
    id: u64,
    answer: Result<(Packet, From), Answer<'static>>,
}

pub(crate) struct Lab {
    pub(crate) now: Moment,
    pub(crate) clock: Clock,
    pub(crate) service: TimeService,
    /// The domain controller, if there is one.
    pub(crate) domain: Option<Server>,
    pub(crate) manual: Vec<Server>,
    pub(crate) log: Vec<Event>,
    /// What the service did to the clock.
    pub(crate) turns: Vec<&'static str>,
    coming: BTreeMap<(Moment, u64), Coming>,
}

fn new_clock(spec: &str, name: &str) -> Clock {
    Clock::new(spec.parse::<ClockSpec>().unwrap(), START, Draw::new(42), name)
}

impl Lab {
    /// A machine whose service does not run yet.
    pub(crate) fn new(clock: &str, settings: Settings) -> Self {
        Self {
            now: START,
            clock: new_clock(clock, "member"),
            service: TimeService::new(settings),
            domain: Some(Server::new("DC01.lab.example", "10.0.0.10:123", "0")),
            manual: vec![Server::new("time.lab.example", "10.0.0.1:123", "0")],
            log: Vec::new(),
            turns: Vec::new(),
            coming: BTreeMap::new(),
        }
    }

    /// The same machine, its service started.
    pub(crate) fn booted(clock: &str, settings: Settings) -> Self {
        let mut lab = Self::new(clock, settings);
        lab.start();
        lab
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, length: &str) {
        let until = self.now.plus(kms_proto::time::duration::parse(length).unwrap());
        loop {
            let answer = self.coming.keys().next().copied();
            let due = self.service.due().map(|due| due.max(self.now));
            let next = answer.map(|(at, _)| at).into_iter().chain(due).min();
            let Some(next) = next.filter(|next| *next <= until) else { break };
            self.now = next;
            let wall = self.clock.peek(self.now).wall;
            let acts = match self.coming.first_entry().filter(|entry| entry.key().0 <= next) {
                Some(entry) => {
                    let Coming { id, answer } = entry.remove();
                    let bytes;
                    let answer = match answer {
                        Err(nothing) => nothing,
                        Ok((packet, from)) => {
                            bytes = packet.to_bytes(Order::Big);
                            Answer::Packet { bytes: &bytes, from }
                        }
                    };
                    self.service.answer(self.now, wall, id, &answer)
                }
                None => self.service.poll(self.now, wall),
            };
            self.act(acts);
        }
        self.now = until;
    }

    pub(crate) fn act(&mut self, acts: Vec<Act>) {
        let done = enact(acts, &mut self.clock, self.now);
        self.log.extend(done.events);
        self.turns.extend(done.turns.iter().map(|(operation, _)| operation.name()));
        for query in done.queries {
            self.send(&query);
        }
    }

    fn send(&mut self, query: &Query) {
        let server = match &query.whom {
            Whom::Domain => self.domain.as_mut(),
            Whom::Manual(name) => self.manual.iter_mut().find(|server| server.name == name),
        };
        let at = |length: Nanos| (self.now.plus(length), query.id);
        let (at, answer) = match server {
            None => (at(Nanos(0)), Err(Answer::NotFound)),
            Some(server) if server.silent => (at(PATIENCE), Err(Answer::Silence)),
            Some(server) => {
                let reading = server.clock.read(self.now.plus(WAY)).filetime;
                let packet = Packet {
                    leap: server.leap,
                    stratum: server.stratum,
                    poll: 6,
                    precision: -23,
                    origin: query.packet.transmit,
                    receive: Timestamp::of(reading),
                    ..Packet::request(query.packet.version, Mode::SERVER, Timestamp::of(reading))
                };
                let address = server.address.parse().unwrap();
                let from = From { name: server.name.to_owned(), address };
                (at(Nanos(2 * WAY.0)), Ok((packet, from)))
            }
        };
        self.coming.insert(at, Coming { id: query.id, answer });
    }

    /// What a person does to the clock.
    pub(crate) fn bump(&mut self, by: i64) {
        self.clock.apply(self.now, &Operation::Step(Nanos(by)));
    }

    pub(crate) fn set(&mut self, to: &str) {
        self.clock.apply(self.now, &Operation::Set(to.parse::<SetTo>().unwrap()));
        self.service.clock_was_set();
    }

    /// How far the clock is off, in nanoseconds.
    pub(crate) fn off(&self) -> i128 {
        self.clock.peek(self.now).injected.nanos()
    }

    /// The ids of what was logged, in order.
    pub(crate) fn ids(&self) -> Vec<u16> {
        self.log.iter().map(|event| event.id).collect()
    }

    /// The ids of what was logged, each once.
    pub(crate) fn kinds(&self) -> BTreeSet<u16> {
        self.log.iter().map(|event| event.id).collect()
    }

    /// The first of the manual peers.
    pub(crate) fn peer(&mut self) -> &mut Server {
        self.manual.first_mut().unwrap()
    }

    /// Starts the service.
    pub(crate) fn start(&mut self) {
        let acts = self.service.start(self.now, self.clock.peek(self.now).wall);
        self.act(acts);
    }

    /// Types lines one after another: what is printed, and after it the code of what failed.
    pub(crate) fn transcript(&mut self, lines: &[&str]) -> String {
        let mut text = String::new();
        for line in lines {
            let reply = self.types(line);
            write!(text, "C:\\>{line}\n{}", reply.text).unwrap();
            if !reply.code.is_ok() {
                writeln!(text, "[{}]", reply.code).unwrap();
            }
        }
        text
    }

    /// Types a command: the whole of what it prints, and how it ends.
    pub(crate) fn types(&mut self, line: &str) -> Reply {
        let mut words = line.split(' ');
        let program = words.next().unwrap();
        let arguments: Vec<&str> = words.collect();
        let wall = self.clock.peek(self.now).wall;
        let target =
            &mut Target { service: &mut self.service, now: self.now, wall, elevated: true };
        let mut reply = match program {
            "w32tm" => match w32tm::command::parse(&arguments) {
                Ok(command) => w32tm::run::run(&command, target),
                Err(wrong) => wrong.into(),
            },
            _ => match net_command::parse(&arguments) {
                Ok(command) => net_command::run_time(command, target),
                Err(reply) => reply,
            },
        };
        self.act(std::mem::take(&mut reply.acts));
        match reply.effect.take() {
            None => {}
            Some(Effect::Wait(length)) => self.pass(&length.to_string()),
            Some(Effect::AwaitResync) => {
                let outcome = loop {
                    if let Some(outcome) = self.service.resynced() {
                        break outcome;
                    }
                    self.pass("1ms");
                };
                let end = w32tm::resync::ending(outcome);
                reply.text += &end.text;
                reply.code = end.code;
            }
            Some(Effect::Stripchart(_) | Effect::Monitor(_)) => {
                panic!("what looks at other computers has tests of its own")
            }
        }
        reply
    }
}
