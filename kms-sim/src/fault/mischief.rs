//! What a host does of its own: rules made of the same kinds, each in its turn.

use core::fmt;
use core::str::FromStr;

use kms_proto::draw::Draw;
use kms_proto::text::TextError;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use crate::fault::kind::Kind;
use crate::fault::kind::message::MessageKind;
use crate::fault::rule::Rule;
use crate::fault::stage::Stage;
use crate::fault::when::{Over, Slot, When};

/// How a host behaves where a plain one would be as legal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mischief {
    /// Plain answers.
    #[default]
    Off,
    /// Answers a correct client must survive: eight kinds in a cycle over the host's exchanges, so
    /// that any eight in a row show each once. The seed decides their order.
    Legal,
    /// These, and at every fifth exchange one that breaks a rule, in a cycle of their own.
    Hostile,
}

/// Every so many exchanges a hostile host breaks a rule.
pub const EVERY: u64 = 5;

impl Mischief {
    /// The word files and flags use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Legal => "legal",
            Self::Hostile => "hostile",
        }
    }

    /// Its rules. The id of each begins with `legal:` or `hostile:`; rules of one id belong
    /// together.
    pub fn rules(self, seed: u64) -> Vec<Rule> {
        match self {
            Self::Off => Vec::new(),
            Self::Legal => cycle("legal", &legal(), seed, Over::All),
            Self::Hostile => {
                let mut rules = cycle("legal", &legal(), seed, Over::AllBut(EVERY));
                rules.extend(cycle("hostile", &hostile(), seed, Over::Every(EVERY)));
                rules
            }
        }
    }
}

impl fmt::Display for Mischief {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Mischief {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "off" => Ok(Self::Off),
            "legal" => Ok(Self::Legal),
            "hostile" => Ok(Self::Hostile),
            _ => {
                let message = format!("{text:?} is no mischief; use off, legal or hostile");
                Err(TextError::new(1, message))
            }
        }
    }
}

impl Serialize for Mischief {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Mischief {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|error: TextError| serde::de::Error::custom(error.message))
    }
}

/// One mischief: its name, and what it is made of.
type Mischievous = (&'static str, Vec<(Stage, Kind)>);

/// The eight kinds a correct client survives.
fn legal() -> [Mischievous; 8] {
    let response = |value| of(Stage::RpcResponse, value);
    [
        ("segments", response(json!({"kind": "slice", "bytes": "7B", "gap": "1ms"}))),
        ("fragments", response(json!({"kind": "fragment", "bytes": "48B"}))),
        ("coalesced", {
            let mut parts = response(json!({"kind": "fragment", "bytes": "32B"}));
            parts.extend(response(json!({"kind": "coalesce"})));
            parts
        }),
        ("count", vec![(Stage::KmsResponse, Kind::Message(MessageKind::LegalCount {}))]),
        ("intervals", vec![(Stage::KmsResponse, Kind::Message(MessageKind::LegalInterval {}))]),
        ("numbers", {
            let mut parts = response(json!({"kind": "alloc-hint"}));
            parts.extend(response(json!({"kind": "referent"})));
            parts
        }),
        ("closes", response(json!({"kind": "close"}))),
        ("late", {
            let late = json!({
                "kind": "latency", "median": "150ms", "dist": "uniform", "spread": "100ms",
            });
            response(late)
        }),
    ]
}

/// The kinds a correct client refuses, or waits for in vain.
fn hostile() -> Vec<Mischievous> {
    let response = |value| of(Stage::RpcResponse, value);
    let message = |value| of(Stage::KmsResponse, value);
    vec![
        ("truncated", response(json!({"kind": "truncate", "keep": "30B"}))),
        ("wrong-call-id", response(json!({"kind": "wrong-call-id"}))),
        ("reset", response(json!({"kind": "rst"}))),
        ("stale", message(json!({"kind": "stale"}))),
        ("wrong-context", response(json!({"kind": "wrong-context"}))),
        ("missing-last", response(json!({"kind": "frag-flags"}))),
        ("wrong-cmid", message(json!({"kind": "wrong-cmid"}))),
        ("stub-length", response(json!({"kind": "stub-length", "by": -8}))),
        ("wrong-hash", message(json!({"kind": "wrong-hash"}))),
        ("wrong-mac", message(json!({"kind": "wrong-mac"}))),
        ("echo", message(json!({"kind": "echo-client-time", "by": "+1h"}))),
        ("garbage", response(json!({"kind": "garbage", "bytes": "32B"}))),
        ("fault", response(json!({"kind": "fault"}))),
        ("corrupt", message(json!({"kind": "surplus", "bytes": 16}))),
    ]
}

/// A kind of the house; a table that does not read is left out, which a test would show.
fn of(stage: Stage, table: Value) -> Vec<(Stage, Kind)> {
    Kind::read(stage, table).ok().map(|kind| (stage, kind)).into_iter().collect()
}

/// Gives each its place in a cycle over some of the host's exchanges.
fn cycle(prefix: &str, kinds: &[Mischievous], seed: u64, over: Over) -> Vec<Rule> {
    let order = shuffled(kinds.len(), prefix, seed);
    let length = u64::try_from(kinds.len()).unwrap_or(u64::MAX);
    let mut rules = Vec::new();
    for (at, (name, parts)) in order.into_iter().zip(kinds) {
        let slot = Some(Slot { of: length, at, over });
        for (stage, kind) in parts {
            let mut rule = Rule::new(format!("{prefix}:{name}"), *stage, kind.clone());
            rule.when = When { slot, ..When::default() };
            rules.push(rule);
        }
    }
    rules
}

/// The places 0 to `length` in the order of the seed.
fn shuffled(length: usize, prefix: &str, seed: u64) -> Vec<u64> {
    let draw = Draw::new(seed);
    let mut places: Vec<u64> = (0..).take(length).collect();
    for last in (1..length).rev() {
        let last_place = u64::try_from(last).unwrap_or(0);
        let other = draw.below(last_place + 1, prefix, "mischief", (0, last_place), "order");
        places.swap(last, usize::try_from(other).unwrap_or(last));
    }
    places
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_of_the_house_reads_and_has_a_place() {
        let count = |mischief: Mischief| {
            let rules = mischief.rules(1);
            let ids: BTreeSet<_> = rules.iter().map(|rule| rule.id.clone()).collect();
            (rules.len(), ids.len())
        };
        assert_eq!(count(Mischief::Off), (0, 0));
        assert_eq!(count(Mischief::Legal), (10, 8));
        assert_eq!(count(Mischief::Hostile), (24, 22));
    }

    #[test]
    fn the_seed_decides_the_order_and_leaves_none_out() {
        let orders: BTreeSet<Vec<u64>> = (0..50).map(|seed| shuffled(8, "legal", seed)).collect();
        assert!(orders.len() > 40);
        for mut order in orders {
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2, 3, 4, 5, 6, 7]);
        }
    }
}
