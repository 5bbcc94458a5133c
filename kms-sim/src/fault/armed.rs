//! A rule at work: what it has counted.

use std::collections::{BTreeMap, BTreeSet};

use kms_proto::draw::Draw;
use kms_proto::time::duration::Nanos;

use crate::fault::about::About;
use crate::fault::chance::Chance;
use crate::fault::matching::Matched;
use crate::fault::rule::Rule;
use crate::fault::selector;
use crate::fault::when::{Of, Quota, Since};

/// Connections or machines a rule remembers; beyond that the first in order is forgotten.
const MOST: usize = 65_536;

/// A rule with its counters.
#[derive(Clone, Debug)]
pub(crate) struct Armed {
    pub(crate) rule: Rule,
    /// How often it bent something.
    pub(crate) hits: u64,
    /// What was in the way when it last nearly did.
    pub(crate) near: Option<String>,
    since: Nanos,
    /// How many things it has counted.
    counted: u64,
    /// Those that are counted once however often they are met.
    known: BTreeMap<Thing, Counted>,
    /// The period of a quota, and how many it has seen.
    period: (i64, u64),
    heard: (Option<Nanos>, Option<Nanos>),
    /// The connections it bends.
    active: BTreeSet<u64>,
}

/// What a rule counts once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Connection(u64),
    Client(String),
}

/// Which of the things it is.
#[derive(Clone, Copy, Debug)]
struct Counted {
    ordinal: u64,
    /// It is beyond the quota of its period.
    beyond: bool,
}

/// What a rule says of an exchange.
pub(crate) enum Says {
    /// It bends it.
    Yes,
    /// It does not, because of this alone.
    Nearly(String),
    /// It has nothing to do with it.
    No,
}

impl Armed {
    /// A rule armed at `since`.
    pub(crate) fn new(rule: Rule, since: Nanos) -> Self {
        Self {
            rule,
            hits: 0,
            near: None,
            since,
            counted: 0,
            known: BTreeMap::new(),
            period: (i64::MIN, 0),
            heard: (None, None),
            active: BTreeSet::new(),
        }
    }

    /// Asks the rule; it counts what it is asked about.
    pub(crate) fn ask(&mut self, about: &About<'_>, now: Nanos, draw: Draw) -> Says {
        if self.is_gone(now) {
            return Says::No;
        }
        match self.rule.matches.holds(about) {
            Matched::Yes => {}
            Matched::AllBut(key) => return Says::Nearly(format!("{key} is another")),
            Matched::No => return Says::No,
        }
        match self.select(about, now, draw) {
            Ok(()) => Says::Yes,
            // Mischief has its turn in every cycle; whose turn it is not is no miss.
            Err(_) if self.rule.when.slot.is_some() => Says::No,
            Err(why) => Says::Nearly(why),
        }
    }

    fn select(&mut self, about: &About<'_>, now: Nanos, draw: Draw) -> Result<(), String> {
        selector::armed(&self.rule.when, self.heard, now)?;
        let Counted { ordinal, beyond } = self.count(about, now);
        let when = &self.rule.when;
        selector::counting(when, ordinal, about.exchange)?;
        if let Some(Quota { limit, per }) = when.quota
            && !beyond
        {
            return Err(format!("{limit} in {} are spared", per.0));
        }
        let chance = Chance::new(draw, &self.rule.id, about);
        match when.of {
            Of::Exchange => selector::chance(when, &chance, "", now)?,
            Of::Connection => selector::chance(when, &chance.of_connection(), "", now)?,
            Of::Client => {
                let name = format!(" {}", identity(about));
                selector::chance(when, &chance.of_name(), &name, now)?;
            }
        }
        let Some(most) = self.rule.max_active else { return Ok(()) };
        let active = u64::try_from(self.active.len()).unwrap_or(u64::MAX);
        if active >= most && !self.active.contains(&about.connection) {
            return Err(format!("it bends {most} connections already"));
        }
        self.active.insert(about.connection);
        Ok(())
    }

    /// Counts what is asked about, once where that is how it is counted.
    fn count(&mut self, about: &About<'_>, now: Nanos) -> Counted {
        let thing = match self.rule.when.of {
            Of::Exchange => None,
            Of::Connection => Some(Thing::Connection(about.connection)),
            Of::Client => Some(Thing::Client(identity(about))),
        };
        if let Some(counted) = thing.as_ref().and_then(|thing| self.known.get(thing)) {
            return *counted;
        }
        self.counted = self.counted.saturating_add(1);
        let counted = Counted { ordinal: self.counted, beyond: self.is_beyond(now) };
        if let Some(thing) = thing {
            if self.known.len() >= MOST {
                self.known.pop_first();
            }
            self.known.insert(thing, counted);
        }
        counted
    }

    /// Counts one in the quota's period; whether it is beyond the limit.
    fn is_beyond(&mut self, now: Nanos) -> bool {
        let Some(Quota { limit, per }) = self.rule.when.quota else { return false };
        let period = now.0.div_euclid(per.0.0.max(1));
        let used = if self.period.0 == period { self.period.1 } else { 0 };
        self.period = (period, used.saturating_add(1));
        used >= limit
    }

    /// Whether the rule has disappeared.
    pub(crate) fn is_gone(&self, now: Nanos) -> bool {
        self.rule.ttl.is_some_and(|ttl| now.0.saturating_sub(self.since.0) >= ttl.0)
    }

    /// Whether time alone decides for this rule, for everybody, and says yes.
    pub(crate) fn holds_for_all(&self, now: Nanos) -> bool {
        self.is_for_all()
            && !self.is_gone(now)
            && selector::armed(&self.rule.when, self.heard, now).is_ok()
    }

    /// The next moment at which [`holds_for_all`](Self::holds_for_all) may change.
    pub(crate) fn next_change(&self, now: Nanos) -> Option<Nanos> {
        let gone = self.rule.ttl.map(|ttl| Nanos(self.since.0.saturating_add(ttl.0)));
        let edges = [selector::next_change(&self.rule.when, now), gone.filter(|at| now < *at)];
        edges.into_iter().flatten().min().filter(|_| self.is_for_all())
    }

    fn is_for_all(&self) -> bool {
        let Rule { matches, when, max_active, .. } = &self.rule;
        matches.is_everybody() && when.is_time_alone() && max_active.is_none()
    }

    /// It nearly bent something, but for this.
    pub(crate) fn nearly(&mut self, why: &str) {
        if self.near.as_deref() != Some(why) {
            self.near = Some(why.to_owned());
        }
    }

    /// Hears what the journal tells.
    pub(crate) fn hear(&mut self, word: &str, now: Nanos) {
        let waits = |since: &Option<Since>| match since {
            Some(Since::Journal(event)) => event.journal == word,
            _ => false,
        };
        if waits(&self.rule.when.after) {
            self.heard.0 = self.heard.0.or(Some(now));
        }
        if waits(&self.rule.when.until) {
            self.heard.1 = self.heard.1.or(Some(now));
        }
    }

    /// Forgets a connection that is no more.
    pub(crate) fn closed(&mut self, connection: u64) {
        self.active.remove(&connection);
        self.known.remove(&Thing::Connection(connection));
    }
}

/// Who asks, as well as it is known.
fn identity(about: &About<'_>) -> String {
    match (about.cmid, about.client, about.peer) {
        (Some(cmid), ..) => cmid.to_string(),
        (None, Some(client), _) => client.to_ascii_lowercase(),
        (None, None, Some(peer)) => peer.to_string(),
        (None, None, None) => format!("connection {}", about.connection),
    }
}
