//! When something happens to a clock.

use kms_proto::kms::catalogue;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value, json};

use crate::clock::fields::{FieldError, Fields};

/// When an operation takes place; who runs the world fires it.
///
/// In a scenario file one of `at`, `every` and `on`. All lengths are of true time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// `at = "3h"`: once, this long after the start.
    At(Nanos),
    /// `every = "1d"`: again and again, first this long after the start. Above 0.
    Every(Nanos),
    /// `on = { exchange = 3 }`: once, right before the actor's n-th exchange, counted from 1.
    OnExchange(u64),
    /// `on = { result = "0xC004F06C", nth = 1, after = "10m" }`: once, this long after an
    /// exchange of the actor came to this result for the n-th time, counted from 1.
    OnResult {
        /// The result.
        result: HResult,
        /// Which of those with this result.
        nth: u64,
        /// How long after it.
        after: Nanos,
    },
}

impl Trigger {
    /// Takes a trigger's keys; what is left over is for the caller to take or refuse.
    ///
    /// # Errors
    ///
    /// With the key at fault, when there is not exactly one trigger or it cannot be read.
    pub fn from_fields(fields: &mut Fields) -> Result<Self, FieldError> {
        match (fields.length("at")?, fields.length("every")?, fields.value("on")) {
            (Some(at), None, None) => Ok(Self::At(at)),
            (None, Some(every), None) if every.0 > 0 => Ok(Self::Every(every)),
            (None, Some(_), None) => Err(FieldError::new("every", "must be above 0")),
            (None, None, Some(Value::Object(on))) => Self::on(Fields::new(on)).map_err(within_on),
            (None, None, Some(other)) => {
                let hint = "expected { exchange = 3 } or { result = \"0xC004F06C\" }";
                Err(FieldError::new("on", format!("{hint}, found {other}")))
            }
            _ => Err(FieldError::new("", "needs exactly one of at, every, on")),
        }
    }

    /// The table from which this trigger is read.
    pub fn table(&self) -> Map<String, Value> {
        let text = |length: Nanos| Value::from(length.to_string());
        let (key, value) = match *self {
            Self::At(at) => ("at", text(at)),
            Self::Every(every) => ("every", text(every)),
            Self::OnExchange(n) => ("on", json!({ "exchange": n })),
            Self::OnResult { result, nth, after } => {
                let result = if result.is_ok() { "ok".to_owned() } else { result.to_string() };
                ("on", json!({ "result": result, "nth": nth, "after": text(after) }))
            }
        };
        Map::from_iter([(key.to_owned(), value)])
    }

    fn on(mut fields: Fields) -> Result<Self, FieldError> {
        let trigger = match (ordinal("exchange", &mut fields)?, fields.text("result")?) {
            (Some(n), None) => Self::OnExchange(n),
            (None, Some(text)) => Self::OnResult {
                result: result(&text)?,
                nth: ordinal("nth", &mut fields)?.unwrap_or(1),
                after: fields.length("after")?.unwrap_or_default(),
            },
            _ => return Err(FieldError::new("", "needs exactly one of exchange, result")),
        };
        fields.finish()?;
        Ok(trigger)
    }
}

impl<'de> Deserialize<'de> for Trigger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::new(Map::<String, Value>::deserialize(deserializer)?);
        let trigger = Self::from_fields(&mut fields).map_err(de::Error::custom)?;
        fields.finish().map_err(de::Error::custom)?;
        Ok(trigger)
    }
}

/// As in a file.
impl Serialize for Trigger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.table().serialize(serializer)
    }
}

/// A code or symbol, or `ok`.
fn result(text: &str) -> Result<HResult, FieldError> {
    if text == "ok" {
        return Ok(HResult::OK);
    }
    catalogue::parse(text).map_err(|e| FieldError::text("result", e))
}

/// A number from 1 on, if it is there.
fn ordinal(key: &'static str, fields: &mut Fields) -> Result<Option<u64>, FieldError> {
    let Some(text) = fields.number(key)? else { return Ok(None) };
    match text.parse() {
        Ok(n) if n > 0 => Ok(Some(n)),
        _ => Err(FieldError::new(key, format!("expected a whole number from 1 on, found {text}"))),
    }
}

fn within_on(error: FieldError) -> FieldError {
    let key = if error.key.is_empty() { "on".to_owned() } else { format!("on.{}", error.key) };
    FieldError { key, ..error }
}
