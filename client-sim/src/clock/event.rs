//! What happens to a clock and when, as a scenario file has it.

use kms_proto::draw::Draw;
use kms_proto::time::duration::Nanos;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::clock::drawn::{self, Pick};
use crate::clock::fields::{FieldError, Fields};
use crate::clock::operation::Operation;
use crate::clock::trigger::Trigger;

/// An operation and its trigger: one `[[clock.event]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockEvent {
    /// When.
    pub trigger: Trigger,
    /// What.
    pub operation: Operation,
}

impl ClockEvent {
    /// Reads the table of an event in which nothing is left to draw.
    ///
    /// The `at` of a `leap` may be an instant of true time; then it is the operation's, and the
    /// trigger is the start.
    ///
    /// # Errors
    ///
    /// With the key at fault, when one is missing, not known or cannot be read.
    pub fn from_map(map: Map<String, Value>) -> Result<Self, FieldError> {
        let mut fields = Fields::new(map);
        let is = |key, test: fn(&str) -> bool| matches!(fields.look(key), Some(Value::String(text)) if test(text));
        let leaps_at_instant = is("op", |op| op == "leap") && is("at", |at| at.contains('T'));
        let trigger = if leaps_at_instant {
            Trigger::At(Nanos(0))
        } else {
            Trigger::from_fields(&mut fields)?
        };
        let operation = Operation::from_fields(&mut fields)?;
        fields.finish()?;
        Ok(Self { trigger, operation })
    }
}

impl<'de> Deserialize<'de> for ClockEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = Map::<String, Value>::deserialize(deserializer)?;
        Self::from_map(map).map_err(de::Error::custom)
    }
}

/// As in a file.
impl Serialize for ClockEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut table = self.trigger.table();
        // A leap's own instant takes the place of its trigger's.
        table.extend(self.operation.table());
        table.serialize(serializer)
    }
}

/// An event in which values may be left to draw: `by = { draw = "1h..5h" }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    map: Map<String, Value>,
}

impl Template {
    /// Reads the table of an event; both ends of every range must make an event.
    ///
    /// # Errors
    ///
    /// As for [`ClockEvent::from_map`], and when a range cannot be read.
    pub fn from_map(map: Map<String, Value>) -> Result<Self, FieldError> {
        for pick in [Pick::First, Pick::Last] {
            ClockEvent::from_map(drawn::resolved(map.clone(), pick)?)?;
        }
        Ok(Self { map })
    }

    /// The event that the seed gives to this actor as its n-th.
    ///
    /// Each value is keyed by actor, n and key, so no other event changes it.
    ///
    /// # Errors
    ///
    /// When a value between two ends that make an event makes none.
    pub fn resolve(&self, draw: Draw, actor: &str, n: u64) -> Result<ClockEvent, FieldError> {
        let pick = Pick::Drawn { draw, actor, ordinal: n };
        ClockEvent::from_map(drawn::resolved(self.map.clone(), pick)?)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = Map::<String, Value>::deserialize(deserializer)?;
        Self::from_map(map).map_err(de::Error::custom)
    }
}
