//! A lab as it is now, and what can be done in it.

use client_sim::clock::set::SetTo;
use kms_proto::nearest::nearest;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::exit::Exit;
use crate::happening::Happening;
use crate::lab::entry::{Deed, Entry};
use crate::lab::head::Head;
use crate::prompt::command::Command;
use crate::scenario::Scenario;
use crate::stop::Stop;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::history::Typed;
use crate::world::plan::Typing;

/// How long a command may take, of the lab's own time: longer than any documented timer of one.
const LONGEST: Nanos = Nanos::hours(7 * 24);

/// The latest moment of a lab, since its start: what 64 bits of nanoseconds hold, less a century.
const LAST: Nanos = Nanos::hours(190 * 365 * 24);

/// A lab, its world lived through to the present.
#[derive(Debug)]
pub struct Present {
    /// What it was made from.
    pub head: Head,
    /// How often it was begun anew before.
    pub begun: i64,
    /// The scenario.
    pub scenario: Scenario,
    /// The world.
    pub world: World,
    /// What was done so far.
    pub entries: Vec<Entry>,
}

impl Present {
    /// How long ago the lab began, of its own time.
    pub const fn now(&self) -> Nanos {
        self.world.since_start()
    }

    /// Follows this computer's clock, where the lab does.
    pub fn follow(&mut self, true_now: Moment) {
        if let Some(since) = self.head.live_since {
            self.live_until(true_now.since(since));
        }
    }

    fn live_until(&mut self, moment: Nanos) {
        // A clock that was set back lets no time pass; what is due at this moment happens.
        let moment = moment.max(self.now());
        self.world.advance(moment, &mut || true);
    }

    /// The computer of a name, or the one that is meant where nobody names one: the first machine,
    /// else the first host.
    ///
    /// # Errors
    ///
    /// When there is none of that name.
    pub fn computer(&self, name: Option<&str>) -> Result<Actor, Stop> {
        let Some(name) = name else {
            let first =
                if self.world.machines.is_empty() { Actor::Host(0) } else { Actor::Machine(0) };
            return Ok(first);
        };
        self.world.computer(name).ok_or_else(|| self.nobody(name, false))
    }

    /// The computer, time source or DNS server of a name.
    ///
    /// # Errors
    ///
    /// When there is none of that name.
    pub fn actor(&self, name: &str) -> Result<Actor, Stop> {
        let dns = || self.world.dns.as_ref().filter(|dns| dns.id.eq_ignore_ascii_case(name));
        let found =
            self.world.computer(name).or_else(|| self.world.source(name).map(Actor::Source));
        let found = found.or_else(|| dns().map(|_| Actor::Dns));
        found.ok_or_else(|| self.nobody(name, true))
    }

    fn nobody(&self, name: &str, sources: bool) -> Stop {
        let fits = |actor: &Actor| sources || !matches!(actor, Actor::Source(_) | Actor::Dns);
        let ids: Vec<&str> =
            self.world.actors().filter(fits).map(|actor| self.world.id(actor)).collect();
        let remedy = match nearest(name, ids.iter().copied()) {
            Some(near) => near.to_owned(),
            None => ids.iter().take(12).copied().collect::<Vec<_>>().join(", "),
        };
        Stop::usage(format!("there is no {name:?} in this lab"), remedy)
    }

    /// Types a command and lives until it has ended; what it came to stands in the entry.
    ///
    /// # Errors
    ///
    /// When it does not end.
    pub fn type_command(
        &mut self,
        actor: Actor,
        command: Command,
        elevated: bool,
    ) -> Result<Entry, Stop> {
        let words = command.words().to_vec();
        let line = command.to_string();
        let (typed, ended) = self.typed(actor, Typing { command, elevated });
        let Typed { end: Some((_, reply)), began, .. } = typed else {
            let message = format!("{line} has not ended after 7 days of the lab's own time");
            return Err(Stop::new(
                Exit::OutOfTime,
                message,
                "kmslab lab list, to see whether the computer is paused",
            ));
        };
        let on = self.world.id(actor).to_owned();
        let deed = Deed::Type { on, words, elevated };
        Ok(Entry { at: began, ended, deed, reply: Some(reply) })
    }

    fn typed(&mut self, actor: Actor, typing: Typing) -> (Typed, Nanos) {
        let place = self.world.type_command("", actor, typing.clone());
        self.world.until_answered(place, LONGEST, &mut || true);
        let ended = self.now();
        let clock = self.world.shows(actor);
        let id = String::new();
        let unknown = || Typed { id, actor, typing, began: ended, clock, end: None };
        (self.world.history.commands.get(place).cloned().unwrap_or_else(unknown), ended)
    }

    /// Sets a clock.
    pub fn set(&mut self, actor: Actor, to: SetTo) -> Entry {
        // A command ends before all else of its moment has happened; that happens first.
        self.live_until(self.now());
        let deed = Deed::Set { on: self.world.id(actor).to_owned(), to: to.to_string() };
        self.world.set_clock("", actor, to);
        Entry { at: self.now(), ended: self.now(), deed, reply: None }
    }

    /// Something happens to a machine.
    ///
    /// # Errors
    ///
    /// When the computer is no machine.
    pub fn happens(&mut self, actor: Actor, what: Happening) -> Result<Entry, Stop> {
        let on = self.world.id(actor).to_owned();
        let Actor::Machine(place) = actor else {
            return Err(Stop::usage(format!("{on} is no machine"), "kmslab lab list"));
        };
        self.live_until(self.now());
        self.world.happens(place, what);
        let deed = Deed::Happens { on, what: what.to_string() };
        Ok(Entry { at: self.now(), ended: self.now(), deed, reply: None })
    }

    /// Lets time pass.
    ///
    /// # Errors
    ///
    /// When it would pass the end of time.
    pub fn advance(&mut self, by: Nanos) -> Result<Entry, Stop> {
        let at = self.now();
        let until = at.0.checked_add(by.0).filter(|until| *until <= LAST.0);
        let Some(until) = until.map(Nanos) else {
            return Err(Stop::usage("a lab lasts 190 years at most", "kmslab lab advance 180d"));
        };
        self.world.advance(until, &mut || true);
        Ok(Entry { at, ended: until, deed: Deed::Advance, reply: None })
    }

    /// Does again what was done once; whether it came to the same.
    ///
    /// # Errors
    ///
    /// When there is no such computer or command.
    pub fn again(&mut self, entry: &Entry) -> Result<bool, Stop> {
        self.live_until(entry.at);
        let same = match &entry.deed {
            Deed::Type { on, words, elevated } => {
                let actor = self.computer(Some(on))?;
                let command = Command::of(words.clone())
                    .map_err(|unknown| Stop::usage(unknown.to_string(), ""))?;
                self.type_command(actor, command, *elevated)?
            }
            Deed::Set { on, to } => {
                let actor = self.actor(on)?;
                let to = to.parse().map_err(|e| Stop::text("the log", to, &e, ""))?;
                self.set(actor, to)
            }
            Deed::Happens { on, what } => {
                let actor = self.actor(on)?;
                let happening = Happening::parse(what);
                let happening = happening.map_err(|e| Stop::text("the log", what, &e, ""))?;
                self.happens(actor, happening)?
            }
            Deed::Advance => {
                self.live_until(entry.ended);
                Entry { at: entry.at, ended: self.now(), ..entry.clone() }
            }
        };
        Ok(same == *entry)
    }
}
