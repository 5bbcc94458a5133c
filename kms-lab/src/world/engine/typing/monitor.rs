//! `w32tm /monitor` at a machine's prompt.
//!
//! The domain controllers of a machine are the time sources of its own domain, the first that a
//! scenario names being the first of the domain; where there is none, the one it has its time from.

use std::net::IpAddr;

use client_sim::w32tm::chart::Chart;
use client_sim::w32tm::monitor::{Computer, Found, PATIENCE, no_domain, text};
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_proto::wire::{Order, Wire};

use super::Ran;
use super::w32tm::reply;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::event::{Asker, Event};
use crate::world::prompt::{Awaits, Monitored, Sight};

impl World {
    /// Begins to look at the clocks of these computers, or of the domain controllers.
    pub(super) fn begin_monitor(&mut self, place: usize, computers: &[String]) -> Ran {
        let sight = |named: &String| {
            let name = named.strip_prefix('*').unwrap_or(named);
            let (source, address) = self.time_server(place, name);
            let first = name.len() < named.len();
            Sight { name: name.to_owned(), first, source, address }
        };
        let left = if computers.is_empty() {
            self.controllers(place)
        } else {
            computers.iter().map(sight).collect()
        };
        if left.is_empty() {
            return Ran::Ended(reply(no_domain()));
        }
        let asked = (self.now, FileTime(0));
        let monitored = Monitored { left: left.into(), seen: Vec::new(), asked };
        if let Some(prompt) = self.prompts.get_mut(&Actor::Machine(place)) {
            prompt.monitored = Some(monitored);
        }
        self.after(Nanos(0), Event::Chart(place));
        Ran::Waits(String::new(), Awaits::Chart)
    }

    fn controllers(&self, place: usize) -> Vec<Sight> {
        let Some(machine) = self.machines.get(place) else { return Vec::new() };
        let suffix = machine.suffixes.primary.as_ref().map(|suffix| suffix.to_ascii_lowercase());
        let in_domain = |name: &str| {
            let name = name.to_ascii_lowercase();
            let host = suffix.as_ref().and_then(|suffix| name.strip_suffix(suffix.as_str()));
            host.is_some_and(|host| host.ends_with('.'))
        };
        let all = || (0..).zip(&self.sources);
        let mut found: Vec<_> = all().filter(|(_, source)| in_domain(&source.name)).collect();
        if found.is_empty() {
            found = all().filter(|(place, _)| Some(*place) == machine.time_source).collect();
        }
        let sights = (0..).zip(found).map(|(rank, (place, source))| Sight {
            name: source.name.clone(),
            first: rank == 0,
            source: Some(place),
            address: Some(source.address),
        });
        sights.collect()
    }

    /// Whether the command at a machine's prompt looks at clocks.
    pub(super) fn looks_at_clocks(&self, place: usize) -> bool {
        let prompt = self.prompts.get(&Actor::Machine(place));
        prompt.is_some_and(|prompt| prompt.monitored.is_some())
    }

    /// The next computer is asked, or all of it is printed.
    pub(super) fn monitor_next(&mut self, place: usize) {
        let (now, actor) = (self.now, Actor::Machine(place));
        let Some(machine) = self.machines.get_mut(place) else { return };
        let wall = machine.clock.read(now).wall;
        let Some(prompt) = self.prompts.get_mut(&actor) else { return };
        let Some(monitored) = &mut prompt.monitored else { return };
        while let Some(Sight { name, first, address: None, .. }) = monitored.left.front() {
            let (name, first) = (name.clone(), *first);
            monitored.seen.push(Computer { name, first, found: Found::Nobody });
            monitored.left.pop_front();
        }
        if let Some(next) = monitored.left.front() {
            monitored.asked = (now, wall);
            let source = next.source;
            let question = Chart::request(wall).to_bytes(Order::Big);
            return self.send_question(place, source, Asker::Chart, &question);
        }
        let sources = &self.sources;
        let name_of = |address| {
            let source = sources.iter().find(|source| source.address.ip() == IpAddr::V4(address));
            source.map(|source| source.name.clone())
        };
        let text = text(&monitored.seen, name_of);
        prompt.monitored = None;
        if let Some(running) = &mut prompt.running {
            running.text.push_str(&text);
        }
        self.waited(actor);
    }

    /// A computer answered, or nobody did.
    pub(super) fn monitored(&mut self, place: usize, answer: Option<&[u8]>, came: FileTime) {
        let now = self.now;
        let Some(prompt) = self.prompts.get_mut(&Actor::Machine(place)) else { return };
        let Some(monitored) = &mut prompt.monitored else { return };
        let (since, asked) = monitored.asked;
        let Some(Sight { name, first, address: Some(address), .. }) = monitored.left.pop_front()
        else {
            return;
        };
        let answer = answer.map(|bytes| (bytes, came));
        let found = Found::answer(address, now.since(since), asked, answer);
        let wait = match found {
            Found::Silent { .. } => Nanos(PATIENCE.0.saturating_sub(now.since(since).0).max(0)),
            Found::Nobody | Found::Answer { .. } => Nanos(0),
        };
        monitored.seen.push(Computer { name, first, found });
        self.after(wait, Event::Chart(place));
    }
}
