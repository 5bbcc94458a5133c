//! A rule: where, what, for whom, when.

use core::fmt;

use kms_proto::nearest::nearest;
use kms_proto::time::duration::Nanos;
use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;

use crate::fault::hint;
use crate::fault::kind::Kind;
use crate::fault::matching::Match;
use crate::fault::stage::Stage;
use crate::fault::value::Length;
use crate::fault::when::When;

/// One `[[fault]]` of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name in journals and draws; empty where the file gives none, until a plan numbers it.
    pub id: String,
    /// Where it sits.
    pub stage: Stage,
    /// What it does.
    pub kind: Kind,
    /// For whom.
    pub matches: Match,
    /// When.
    pub when: When,
    /// How long after it was armed it disappears.
    pub ttl: Option<Nanos>,
    /// How many connections it bends at a time.
    pub max_active: Option<u64>,
}

impl Rule {
    /// A rule for everybody, always.
    pub fn new(id: impl Into<String>, stage: Stage, kind: Kind) -> Self {
        let (matches, when) = (Match::default(), When::default());
        Self { id: id.into(), stage, kind, matches, when, ttl: None, max_active: None }
    }
}

/// The keys of the table.
const KEYS: [&str; 8] = ["id", "stage", "match", "when", "do", "ttl", "max_active", "optional"];

/// From the table of harness files; every error names its key, and sits where its value does.
impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Table)
    }
}

struct Table;

/// What was read so far.
#[derive(Default)]
struct Raw {
    id: String,
    stage: Option<Stage>,
    kind: Option<Kind>,
    /// What came before the stage it belongs to.
    unread: Option<Value>,
    matches: Match,
    when: When,
    ttl: Option<Nanos>,
    max_active: Option<u64>,
}

impl<'de> Visitor<'de> for Table {
    type Value = Rule;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault: { id, stage, match, when, do, ttl, max_active }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rule, A::Error> {
        let mut raw = Raw::default();
        while let Some(key) = map.next_key_seed(Key)? {
            match key {
                "id" => raw.id = map.next_value_seed(Id)?,
                "stage" => raw.stage = Some(map.next_value()?),
                "match" => raw.matches = map.next_value_seed(Hinted(|_: &Match| Ok(())))?,
                "when" => {
                    let check = |when: &When| when.check().map_err(|(_, why)| why);
                    raw.when = map.next_value_seed(Hinted(check))?;
                }
                "do" => match map.next_value_seed(Do(raw.stage))? {
                    Done::Read(kind) => raw.kind = Some(kind),
                    Done::Unread(value) => raw.unread = Some(value),
                },
                // Whether it must strike is for a scenario to say; a host alone takes note of nothing.
                "optional" => drop(map.next_value::<bool>()?),
                "ttl" => raw.ttl = Some(map.next_value::<Length>()?.0),
                _ => raw.max_active = Some(map.next_value()?),
            }
        }
        let stage = raw.stage.ok_or_else(|| A::Error::missing_field("stage"))?;
        let kind = match (raw.kind, raw.unread) {
            (Some(kind), _) => kind,
            (None, Some(value)) => Kind::read(stage, value).map_err(A::Error::custom)?,
            (None, None) => return Err(A::Error::missing_field("do")),
        };
        let Raw { id, matches, when, ttl, max_active, .. } = raw;
        Ok(Rule { id, stage, kind, matches, when, ttl, max_active })
    }
}

/// One of [`KEYS`].
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let key = String::deserialize(deserializer)?;
        KEYS.into_iter().find(|known| **known == key).ok_or_else(|| {
            D::Error::custom(match nearest(&key, KEYS) {
                Some(near) => format!("unknown key `{key}`; did you mean `{near}`?"),
                None => format!("unknown key `{key}`; a fault has {}", KEYS.join(", ")),
            })
        })
    }
}

/// A name that is not empty.
struct Id;

impl<'de> DeserializeSeed<'de> for Id {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        match String::deserialize(deserializer)? {
            id if id.is_empty() => Err(D::Error::custom("an id is not empty")),
            id => Ok(id),
        }
    }
}

/// A table whose unknown keys are told with the nearest known one, and that is then checked.
struct Hinted<T>(fn(&T) -> Result<(), String>);

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Hinted<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        let read = hint::read(Value::deserialize(deserializer)?);
        read.and_then(|table| (self.0)(&table).map(|()| table)).map_err(D::Error::custom)
    }
}

/// What a rule does: read where its stage is known already.
struct Do(Option<Stage>);

enum Done {
    Read(Kind),
    Unread(Value),
}

impl<'de> DeserializeSeed<'de> for Do {
    type Value = Done;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Done, D::Error> {
        let value = Value::deserialize(deserializer)?;
        match self.0 {
            Some(stage) => Kind::read(stage, value).map(Done::Read).map_err(D::Error::custom),
            None => Ok(Done::Unread(value)),
        }
    }
}
