//! The keys of a table in a scenario file, taken one by one.

use core::fmt;
use core::str::FromStr;

use kms_proto::nearest::nearest;
use kms_proto::text::TextError;
use kms_proto::time::NANOS_PER_TICK;
use kms_proto::time::duration::{self, Nanos};
use serde_json::{Map, Value};

use crate::clock::wall_time::WallTime;

/// A table whose keys are taken one by one; what is left over at the end is not known.
#[derive(Clone, Debug)]
pub struct Fields {
    map: Map<String, Value>,
    /// The keys that were asked for.
    known: Vec<&'static str>,
}

/// What is wrong with a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The key it is about; empty when it is about the table.
    pub key: String,
    /// The column in the key's text, counted from 1.
    pub column: Option<usize>,
    /// What is wrong, and where it helps, what would be right.
    pub message: String,
}

impl FieldError {
    /// Something is wrong with what stands under a key.
    pub fn new(key: &str, message: impl Into<String>) -> Self {
        Self { key: key.to_owned(), column: None, message: message.into() }
    }

    /// A text under a key cannot be read.
    pub fn text(key: &str, error: TextError) -> Self {
        Self { key: key.to_owned(), column: Some(error.column), message: error.message }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        if let Some(column) = self.column {
            write!(f, "col {column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl core::error::Error for FieldError {}

impl Fields {
    /// The keys of a table.
    pub const fn new(map: Map<String, Value>) -> Self {
        Self { map, known: Vec::new() }
    }

    /// The value under a key, if it is there.
    pub fn value(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.map.shift_remove(key)
    }

    /// The value under a key, left in its place.
    pub fn look(&self, key: &str) -> Option<&Value> {
        self.map.get(key)
    }

    /// The text under a key, if it is there.
    ///
    /// # Errors
    ///
    /// When it is no text.
    pub fn text(&mut self, key: &'static str) -> Result<Option<String>, FieldError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(FieldError::new(key, format!("expected a text, found {other}"))),
        }
    }

    /// The number under a key as it is written, if it is there; as a text it counts, too.
    ///
    /// # Errors
    ///
    /// When it is neither.
    pub fn number(&mut self, key: &'static str) -> Result<Option<String>, FieldError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(other) => Err(FieldError::new(key, format!("expected a number, found {other}"))),
        }
    }

    /// The truth under a key, if it is there.
    ///
    /// # Errors
    ///
    /// When it is neither `true` nor `false`.
    pub fn flag(&mut self, key: &'static str) -> Result<Option<bool>, FieldError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(other) => {
                Err(FieldError::new(key, format!("expected true or false, found {other}")))
            }
        }
    }

    /// What the text under a key says, if it is there.
    ///
    /// # Errors
    ///
    /// When it is no text, or none that can be read.
    pub fn parsed<T>(&mut self, key: &'static str) -> Result<Option<T>, FieldError>
    where
        T: FromStr<Err = TextError>,
    {
        let text = self.text(key)?;
        text.map(|text| text.parse().map_err(|e| FieldError::text(key, e))).transpose()
    }

    /// The length under a key, if it is there: on the wire's grain.
    ///
    /// # Errors
    ///
    /// When it is no length, has a sign, or is finer than 100 ns.
    pub fn length(&mut self, key: &'static str) -> Result<Option<Nanos>, FieldError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let length = duration::parse(&text).map_err(|e| FieldError::text(key, e))?;
        on_grain(key, length).map(Some)
    }

    /// The signed length under a key, if it is there: on the wire's grain. No sign means ahead.
    ///
    /// # Errors
    ///
    /// When it is no length, or is finer than 100 ns.
    pub fn signed(&mut self, key: &'static str) -> Result<Option<Nanos>, FieldError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let (sign, length, before) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
            (Some(length), _) => (-1, length, 1),
            (None, Some(length)) => (1, length, 1),
            (None, None) => (1, text.as_str(), 0),
        };
        let length = duration::parse(length).map_err(|e| FieldError::text(key, e.after(before)))?;
        on_grain(key, Nanos(sign * length.0)).map(Some)
    }

    /// The instant under a key, if it is there: on the wire's grain.
    ///
    /// # Errors
    ///
    /// When it is none, or is finer than 100 ns.
    pub fn instant(&mut self, key: &'static str) -> Result<Option<WallTime>, FieldError> {
        let time: Option<WallTime> = self.parsed(key)?;
        time.map(|time| instant_on_grain(key, time)).transpose()
    }

    /// That nothing is left over.
    ///
    /// # Errors
    ///
    /// When a key is, with the known key nearest to it.
    pub fn finish(self) -> Result<(), FieldError> {
        let Some(key) = self.map.keys().next() else { return Ok(()) };
        let message = match nearest(key, self.known.iter().copied()) {
            Some(near) => format!("unknown key (did you mean {near}?)"),
            None => format!("unknown key (known here: {})", self.known.join(", ")),
        };
        Err(FieldError::new(key, message))
    }
}

/// What must be there.
///
/// # Errors
///
/// When it is not.
pub fn required<T>(key: &str, value: Option<T>) -> Result<T, FieldError> {
    value.ok_or_else(|| FieldError::new(key, "is missing"))
}

/// An instant on the wire's grain.
///
/// # Errors
///
/// When it is finer.
pub fn instant_on_grain(key: &str, time: WallTime) -> Result<WallTime, FieldError> {
    if time.unix_nanos() % i128::from(NANOS_PER_TICK) == 0 {
        return Ok(time);
    }
    let message = format!("{time} is no multiple of 100 ns, the wire's grain");
    Err(FieldError::new(key, message))
}

fn on_grain(key: &str, length: Nanos) -> Result<Nanos, FieldError> {
    if length.0 % NANOS_PER_TICK == 0 {
        return Ok(length);
    }
    let message = format!("{length} is no multiple of 100 ns, the wire's grain");
    Err(FieldError::new(key, message))
}
