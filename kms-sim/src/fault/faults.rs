//! The faults of one host: its plan, what the plan needs to remember, and the host's process.

use kms_proto::time::duration::Nanos;

use crate::fault::about::About;
use crate::fault::armed::Armed;
use crate::fault::chance::Chance;
use crate::fault::door::{Admission, Door, Way};
use crate::fault::kind::Kind;
use crate::fault::kind::accept::AcceptKind;
use crate::fault::memory::Memory;
use crate::fault::mischief::Mischief;
use crate::fault::notes::Notes;
use crate::fault::plan::{Applied, Plan};
use crate::fault::rule::Rule;
use crate::fault::stage::Stage;

/// For ever, as a moment.
const NEVER: Nanos = Nanos(i64::MAX);

/// The faults of one host, for all of its connections.
#[derive(Clone, Debug)]
pub struct Faults {
    pub(crate) plan: Plan,
    pub(crate) memory: Memory,
    /// Calls taken.
    exchanges: u64,
    /// Connections served now.
    open: u64,
    /// Nobody listens before this.
    shut: Nanos,
    /// The rule that shut it.
    shut_by: Box<str>,
    /// The process stands still before this.
    paused: Nanos,
    /// How often the process died.
    lives: u64,
    /// The door was open when last asked.
    was_open: bool,
}

impl Faults {
    /// The rules of a file, and the mischief of the house.
    ///
    /// # Errors
    ///
    /// When two rules have one id.
    pub fn new(rules: Vec<Rule>, mischief: Mischief, seed: u64) -> Result<Self, String> {
        let mut plan = Plan::new(rules, seed)?;
        plan.add(mischief.rules(seed));
        let mut memory = Memory::default();
        for rule in plan.rules() {
            memory.expect(rule);
        }
        Ok(Self {
            plan,
            memory,
            exchanges: 0,
            open: 0,
            shut: Nanos(0),
            shut_by: Box::default(),
            paused: Nanos(0),
            lives: 0,
            was_open: true,
        })
    }

    /// The rules and their counters: to ask at the stages others carry out (`dns.srv`,
    /// `clock.host`, `clock.client`), and to say how often each applied.
    pub fn plan(&mut self) -> &mut Plan {
        &mut self.plan
    }

    /// Puts a rule in force from `now` on, in the place of the one with its id if there is one.
    pub fn put(&mut self, rule: Rule, now: Nanos) {
        self.memory.expect(&rule);
        self.plan.put(rule, now);
    }

    /// A client connects: how it is met.
    pub(crate) fn meet(&mut self, about: &About<'_>, now: Nanos) -> Admission {
        let mut notes = Notes::default();
        let (mut way, mut after) = (Way::Serve, self.pause(now));
        if now < self.shut {
            // It was accepted just before the door was shut.
            way = Way::Reset;
        }
        for Applied { id, kind } in self.plan.consult(Stage::TcpAccept, about, now, &mut notes) {
            let Kind::Accept(kind) = kind else { continue };
            let meets = match kind {
                AcceptKind::SlowAccept { by } => {
                    after = Nanos(after.0.saturating_add(by.0.0));
                    notes.bent(&id);
                    continue;
                }
                AcceptKind::MaxConnections { n } if self.open < n => {
                    notes.near(&id, &format!("{} of {n} connections are open", self.open));
                    continue;
                }
                AcceptKind::MaxConnections { .. } | AcceptKind::AcceptClose {} => Way::Close,
                AcceptKind::AcceptRst {} => Way::Reset,
                AcceptKind::NoAccept {} => Way::Ignore,
                AcceptKind::Refuse { length } => {
                    self.shut_for(length.map_or(Nanos(0), |length| length.0), &id, now);
                    Way::Reset
                }
            };
            // The first that says more than "serve" is the one that is seen.
            if way == Way::Serve {
                way = meets;
                notes.bent(&id);
            } else {
                notes.near(&id, "the connection is met otherwise already");
            }
        }
        if way == Way::Serve {
            self.open = self.open.saturating_add(1);
        }
        self.plan.journaled("conn-open", now);
        Admission { way, after, notes }
    }

    /// A connection that was served is no more.
    pub fn closed(&mut self, connection: u64, now: Nanos) {
        self.open = self.open.saturating_sub(1);
        self.plan.closed(connection);
        self.plan.journaled("conn-close", now);
    }

    /// Whether anybody listens, and when to ask again.
    pub fn door(&self, now: Nanos) -> Door {
        let mut door = Door { shut: now < self.shut, changes: None };
        let reopens = Some(self.shut).filter(|shut| door.shut && *shut < NEVER);
        let mut changes: Vec<Nanos> = reopens.into_iter().collect();
        for armed in self.plan.of_stage(Stage::TcpAccept).filter(|armed| refuses(armed)) {
            changes.extend(armed.next_change(now));
            door.shut |= armed.holds_for_all(now);
        }
        door.changes = changes.into_iter().min();
        door
    }

    /// Counts the rules that shut the door, if it was open when last asked: for a driver to which
    /// nobody tells who was turned away.
    pub(crate) fn shuts(&mut self, now: Nanos) -> Notes {
        let opens = !self.door(now).shut;
        let was_open = core::mem::replace(&mut self.was_open, opens);
        if was_open { self.hit_by_time(now) } else { Notes::default() }
    }

    /// A client found the door shut, if it is: the rules that shut it are counted and named.
    ///
    /// A refused connection is none: it has no number, and no rule counts it.
    pub fn turned_away(&mut self, now: Nanos) -> Option<Notes> {
        if !self.door(now).shut {
            return None;
        }
        let mut notes = self.hit_by_time(now);
        if let Some(id) = self.shut_by(now) {
            notes.bent(id);
        }
        Some(notes)
    }

    /// The rule that shut the door for a while that is not over.
    pub(crate) fn shut_by(&self, now: Nanos) -> Option<&str> {
        (now < self.shut).then_some(&self.shut_by)
    }

    /// Counts the rules by which nobody listens now.
    fn hit_by_time(&mut self, now: Nanos) -> Notes {
        let mut notes = Notes::default();
        let holds = self.plan.of_stage(Stage::TcpAccept).filter(|armed| refuses(armed));
        for armed in holds.filter(|armed| armed.holds_for_all(now)) {
            notes.bent(&armed.rule.id);
        }
        self.plan.tally(&notes, now);
        notes
    }

    /// How often the process died: connections of an earlier life are gone.
    pub const fn lives(&self) -> u64 {
        self.lives
    }

    /// Whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.plan.rules().next().is_none()
    }

    /// How many calls were taken.
    pub const fn exchanges(&self) -> u64 {
        self.exchanges
    }

    /// Takes one more call; gives its number.
    pub(crate) fn next_exchange(&mut self) -> u64 {
        self.exchanges = self.exchanges.saturating_add(1);
        self.exchanges
    }

    /// How long the process still stands still.
    pub(crate) fn pause(&self, now: Nanos) -> Nanos {
        Nanos(self.paused.0.saturating_sub(now.0).max(0))
    }

    /// Lets the process stand still.
    pub(crate) fn pause_for(&mut self, length: Nanos, now: Nanos) {
        self.paused = self.paused.max(Nanos(now.0.saturating_add(length.0)));
    }

    /// Lets the process die by a rule, and nobody listen for a while; for ever where it is not said.
    pub(crate) fn die(&mut self, down: Option<Nanos>, id: &str, now: Nanos) {
        self.lives = self.lives.saturating_add(1);
        self.paused = Nanos(0);
        match down {
            Some(length) => self.shut_for(length, id, now),
            None => self.shut_for(NEVER, id, now),
        }
    }

    fn shut_for(&mut self, length: Nanos, id: &str, now: Nanos) {
        let until = Nanos(now.0.saturating_add(length.0));
        if self.shut < until {
            self.shut = until;
            self.shut_by = id.into();
        }
    }

    /// The draws of a rule for an exchange.
    pub(crate) const fn chance<'a>(&self, id: &'a str, about: &About<'_>) -> Chance<'a> {
        Chance::new(self.plan.draw(), id, about)
    }
}

/// Whether a rule lets nobody listen.
const fn refuses(armed: &Armed) -> bool {
    matches!(armed.rule.kind, Kind::Accept(AcceptKind::Refuse { .. }))
}
