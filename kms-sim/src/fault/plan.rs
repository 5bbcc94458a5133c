//! The rules that are in force, with what they have counted.

use std::collections::BTreeSet;

use kms_proto::draw::Draw;
use kms_proto::time::duration::Nanos;

use crate::fault::about::{About, Direction};
use crate::fault::armed::{Armed, Says};
use crate::fault::kind::Kind;
use crate::fault::notes::Notes;
use crate::fault::rule::Rule;
use crate::fault::stage::Stage;

/// Rules and their counters. Asking one changes no other, so a rule more changes no other's draws.
#[derive(Clone, Debug)]
pub struct Plan {
    draw: Draw,
    rules: Vec<Armed>,
}

/// A rule that applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// Its id.
    pub id: String,
    /// What it does.
    pub kind: Kind,
}

/// What the rules of a stage say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Those that apply, in the order of their file.
    pub applied: Vec<Applied>,
    /// Those that nearly did, with what was in the way.
    pub near: Vec<String>,
}

impl Plan {
    /// A plan of these rules, armed at the start. A rule without an id is named by its place:
    /// `fault-1`.
    ///
    /// # Errors
    ///
    /// When two have one id, which is named.
    pub fn new(rules: Vec<Rule>, seed: u64) -> Result<Self, String> {
        let mut ids = BTreeSet::new();
        let mut armed = Vec::with_capacity(rules.len());
        for (place, mut rule) in (1..).zip(rules) {
            if rule.id.is_empty() {
                rule.id = format!("fault-{place}");
            }
            if !ids.insert(rule.id.clone()) {
                return Err(format!("two faults have the id {:?}", rule.id));
            }
            armed.push(Armed::new(rule, Nanos(0)));
        }
        Ok(Self { draw: Draw::new(seed), rules: armed })
    }

    /// Adds rules of the house, whose ids several may share.
    pub(crate) fn add(&mut self, rules: Vec<Rule>) {
        self.rules.extend(rules.into_iter().map(|rule| Armed::new(rule, Nanos(0))));
    }

    /// Puts a rule in force from `now` on, in the place of the one with its id if there is one.
    pub fn put(&mut self, rule: Rule, now: Nanos) {
        let place = self.rules.iter_mut().find(|armed| armed.rule.id == rule.id);
        match place {
            Some(armed) => *armed = Armed::new(rule, now),
            None => self.rules.push(Armed::new(rule, now)),
        }
    }

    /// Takes a rule out of force; whether there was one.
    pub fn remove(&mut self, id: &str) -> bool {
        let before = self.rules.len();
        self.rules.retain(|armed| armed.rule.id != id);
        self.rules.len() < before
    }

    /// Asks the rules of `stage` about an exchange at `now`, true time since the start; they count
    /// it, and those that apply count as hits.
    pub fn ask(&mut self, stage: Stage, about: &About<'_>, now: Nanos) -> Asked {
        let asked = self.select(stage, about, now);
        for applied in &asked.applied {
            self.hit(&applied.id, now);
        }
        asked
    }

    /// The rules of a stage that apply; whether they bend anything is still to be seen.
    fn select(&mut self, stage: Stage, about: &About<'_>, now: Nanos) -> Asked {
        let mut asked = Asked::default();
        for armed in self.rules.iter_mut().filter(|armed| armed.rule.stage == stage) {
            let Rule { id, .. } = &armed.rule;
            let id = id.clone();
            match armed.ask(about, now, self.draw) {
                Says::Yes => {
                    let kind = armed.rule.kind.clone();
                    asked.applied.push(Applied { id, kind });
                }
                Says::Nearly(why) => {
                    armed.nearly(&why);
                    asked.near.push(format!("{id}: {why}"));
                }
                Says::No => {}
            }
        }
        asked
    }

    /// A rule bent something.
    fn hit(&mut self, id: &str, now: Nanos) {
        for armed in self.rules.iter_mut().filter(|armed| armed.rule.id == id) {
            armed.hits = armed.hits.saturating_add(1);
        }
        self.journaled(id, now);
    }

    /// Counts the rules that bent an exchange.
    pub(crate) fn tally(&mut self, notes: &Notes, now: Nanos) {
        for id in &notes.faults {
            self.hit(id, now);
        }
        for (id, why) in notes.near.iter().filter_map(|near| near.split_once(": ")) {
            self.rules.iter_mut().filter(|armed| armed.rule.id == id).for_each(|a| a.nearly(why));
        }
    }

    /// As [`ask`](Self::ask), into the notes of an exchange, whose rules are to be counted once it
    /// is seen which of them bent it.
    pub(crate) fn consult(
        &mut self,
        stage: Stage,
        about: &About<'_>,
        now: Nanos,
        notes: &mut Notes,
    ) -> Vec<Applied> {
        let Asked { applied, near } = self.select(stage, about, now);
        notes.near.extend(near);
        applied
    }

    /// What draws are made from.
    pub const fn draw(&self) -> Draw {
        self.draw
    }

    /// Hears that the journal told of an event, or of a fault by its id.
    pub fn journaled(&mut self, word: &str, now: Nanos) {
        for armed in &mut self.rules {
            armed.hear(word, now);
        }
    }

    /// Forgets a connection that is no more.
    pub fn closed(&mut self, connection: u64) {
        for armed in &mut self.rules {
            armed.closed(connection);
        }
    }

    /// How often each rule bent something, in the order of their file.
    pub fn hits(&self) -> impl Iterator<Item = (&str, u64)> {
        self.rules.iter().map(|armed| (&*armed.rule.id, armed.hits))
    }

    /// The rules that never bent anything, in the order of their file, and what was in the way when
    /// one last nearly did. Mischief, whose turn it never was, is none of them.
    pub fn unstruck(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let never = |armed: &&Armed| armed.hits == 0 && armed.rule.when.slot.is_none();
        self.rules.iter().filter(never).map(|armed| (&*armed.rule.id, armed.near.as_deref()))
    }

    /// The rules, in the order of their file.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|armed| &armed.rule)
    }

    /// Whether a rule bends what clients send.
    pub fn bends_incoming(&self) -> bool {
        let incoming = |rule: &Rule| rule.matches.direction == Some(Direction::ToHost);
        self.rules().any(|rule| rule.stage == Stage::TcpData && incoming(rule))
    }

    /// The rules of a stage, with what they have counted.
    pub(crate) fn of_stage(&self, stage: Stage) -> impl Iterator<Item = &Armed> {
        self.rules.iter().filter(move |armed| armed.rule.stage == stage)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn rule(value: Value) -> Rule {
        serde_json::from_value(value).unwrap()
    }

    fn slow(id: &str, when: &Value) -> Rule {
        let latency = json!({"kind": "latency", "median": "1ms"});
        rule(json!({"id": id, "stage": "tcp.data", "when": when, "do": latency}))
    }

    /// Which of ten exchanges of two connections each rule bends.
    fn decisions(rules: Vec<Rule>, seed: u64, id: &str) -> Vec<bool> {
        let mut plan = Plan::new(rules, seed).unwrap();
        let mut bent = Vec::new();
        for n in 0..200 {
            let about = About { connection: n % 2, message: n / 2, ..About::default() };
            let asked = plan.ask(Stage::TcpData, &about, Nanos(0));
            bent.push(asked.applied.iter().any(|applied| applied.id == id));
        }
        bent
    }

    #[test]
    fn a_seed_repeats_and_a_rule_more_changes_no_other() {
        let a = || slow("a", &json!({"prob": 0.5}));
        let alone = decisions(vec![a()], 1, "a");
        assert_eq!(alone, decisions(vec![a()], 1, "a"));
        assert_ne!(alone, decisions(vec![a()], 2, "a"));
        let before = vec![slow("b", &json!({"prob": 0.5})), a(), slow("c", &json!({}))];
        assert_eq!(alone, decisions(before, 1, "a"));
    }

    #[test]
    fn all_of_a_connection_are_alike_where_connections_are_counted() {
        let second = decisions(vec![slow("a", &json!({"nth": 2, "of": "connection"}))], 1, "a");
        assert!(second.iter().enumerate().all(|(n, bent)| *bent == (n % 2 == 1)));
        let drawn = decisions(vec![slow("a", &json!({"prob": 0.5, "of": "connection"}))], 3, "a");
        assert!(drawn.chunks(2).all(|pair| pair == &drawn[..2]));
    }

    #[test]
    fn quotas_ttl_and_events_are_kept() {
        let quota = slow("q", &json!({"quota": {"limit": 2, "per": "1h"}}));
        let short = Rule { ttl: Some(Nanos::hours(1)), ..slow("t", &json!({})) };
        let heard = slow("h", &json!({"after": {"journal": "t"}}));
        let mut plan = Plan::new(vec![quota, short, heard], 1).unwrap();
        let mut ask = |now: Nanos| {
            let asked = plan.ask(Stage::TcpData, &About::default(), now);
            asked.applied.into_iter().map(|applied| applied.id).collect::<String>()
        };
        assert_eq!(ask(Nanos(0)), "t");
        assert_eq!(ask(Nanos(1)), "th", "the first of t was told");
        assert_eq!(ask(Nanos(2)), "qth");
        assert_eq!(ask(Nanos::hours(1)), "h", "a new period, and t is gone");
    }

    #[test]
    fn only_so_many_connections_are_bent_at_a_time() {
        let rule = Rule { max_active: Some(1), ..slow("a", &json!({})) };
        let mut plan = Plan::new(vec![rule], 1).unwrap();
        let ask = |plan: &mut Plan, connection| {
            let about = About { connection, ..About::default() };
            plan.ask(Stage::TcpData, &about, Nanos(0))
        };
        assert_eq!(ask(&mut plan, 1).applied.len(), 1);
        assert_eq!(ask(&mut plan, 2).near, ["a: it bends 1 connections already"]);
        plan.closed(1);
        assert_eq!(ask(&mut plan, 2).applied.len(), 1);
    }

    #[test]
    fn rules_are_numbered_and_no_two_share_an_id() {
        let mut nameless = slow("x", &json!({}));
        nameless.id = String::new();
        let plan = Plan::new(vec![slow("a", &json!({})), nameless], 1).unwrap();
        assert_eq!(plan.hits().map(|(id, _)| id).collect::<Vec<_>>(), ["a", "fault-2"]);
        let twice = vec![slow("a", &json!({})), slow("a", &json!({}))];
        assert_eq!(Plan::new(twice, 1).unwrap_err(), "two faults have the id \"a\"");
    }
}
