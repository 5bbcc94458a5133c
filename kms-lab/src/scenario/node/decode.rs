//! Turns a tree into any type that serde can read, so that its errors keep their places.

use std::fmt;

use kms_proto::nearest::nearest;
use serde::Deserializer;
use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess};
use serde::de::{Expected, Unexpected, Visitor};

use crate::scenario::node::{Entry, Node, Table, Value};
use crate::scenario::source::At;

/// Why a tree is no such value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecodable {
    /// The innermost place known.
    pub at: Option<At>,
    /// What is wrong.
    pub message: String,
    /// What would be right; may be empty.
    pub help: String,
    /// The key that is meant, where the place is that of its table.
    key: Option<String>,
}

/// Reads a value of type `T`.
///
/// # Errors
///
/// With the place of what cannot be read.
pub fn decode<T: DeserializeOwned>(node: &Node) -> Result<T, Undecodable> {
    T::deserialize(node).map_err(|error| error.inside(node))
}

impl Undecodable {
    fn new(message: String, help: String) -> Self {
        Self { at: None, message, help, key: None }
    }

    /// Gives the error the place of `node`, or of the key in it, if it has none yet.
    fn inside(mut self, node: &Node) -> Self {
        if self.at.is_none() {
            let entry = self.key.as_ref().and_then(|key| node.table()?.entry(key));
            self.at = Some(entry.map_or(node.at, |entry| entry.key_at));
        }
        self
    }

    fn at(mut self, at: At) -> Self {
        self.at.get_or_insert(at);
        self
    }
}

/// "did you mean X?", or all there are.
pub fn hint(word: &str, names: &[&str]) -> String {
    // Letters in another order are two changes to the distance, and one slip of the finger.
    let swapped = names.iter().copied().find(|name| letters(name) == letters(word));
    match swapped.or_else(|| nearest(word, names.iter().copied())) {
        Some(near) => format!("did you mean {near}?"),
        None if names.is_empty() => String::new(),
        None => format!("one of {}", names.join(", ")),
    }
}

/// The letters of a word, sorted; of a long one the first.
fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().take(32).collect();
    letters.sort_unstable();
    letters
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Undecodable {}

impl de::Error for Undecodable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string(), String::new())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}, found {found}"), String::new())
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("{variant:?} is not known here"), hint(variant, expected))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let key = Some(field.to_owned());
        Self { key, ..Self::new(format!("unknown key {field}"), hint(field, expected)) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the key {field} is missing"), String::new())
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Undecodable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Undecodable> {
        let read = match &self.value {
            Value::Text(text) | Value::Date(text) => visitor.visit_borrowed_str(text),
            Value::Integer(number) => match (i64::try_from(*number), u64::try_from(*number)) {
                (Ok(number), _) => visitor.visit_i64(number),
                (_, Ok(number)) => visitor.visit_u64(number),
                _ => visitor.visit_i128(*number),
            },
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Flag(flag) => visitor.visit_bool(*flag),
            Value::List(list) => sequence(list, visitor),
            Value::Table(table) => visitor.visit_map(Entries::new(table)),
        };
        read.map_err(|error| error.inside(self))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Undecodable> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Undecodable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Undecodable> {
        let read = match &self.value {
            Value::Text(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            Value::Table(table) => {
                visitor.visit_enum(MapAccessDeserializer::new(Entries::new(table)))
            }
            other => Err(de::Error::custom(format!("expected a word, found {}", other.kind()))),
        };
        read.map_err(|error| error.inside(self))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// Reads an array, all of it.
fn sequence<'de, V: Visitor<'de>>(list: &'de [Node], visitor: V) -> Result<V::Value, Undecodable> {
    let mut elements = Elements(list.iter());
    let value = visitor.visit_seq(&mut elements)?;
    let read = list.len().saturating_sub(elements.0.len());
    match elements.0.next() {
        None => Ok(value),
        Some(surplus) => {
            let message = format!("expected {read} elements, found {}", list.len());
            Err(Undecodable::new(message, String::new()).at(surplus.at))
        }
    }
}

struct Elements<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for &mut Elements<'de> {
    type Error = Undecodable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Undecodable> {
        let Some(node) = self.0.next() else { return Ok(None) };
        seed.deserialize(node).map(Some).map_err(|error| error.inside(node))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'de> {
    entries: std::slice::Iter<'de, Entry>,
    value: Option<&'de Node>,
}

impl<'de> Entries<'de> {
    fn new(table: &'de Table) -> Self {
        Self { entries: table.0.iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Undecodable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Undecodable> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        self.value = Some(&entry.node);
        let key = BorrowedStrDeserializer::new(&entry.key);
        seed.deserialize(key).map(Some).map_err(|error: Undecodable| error.at(entry.key_at))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<T::Value, Undecodable> {
        let Some(node) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        seed.deserialize(node).map_err(|error| error.inside(node))
    }
}
