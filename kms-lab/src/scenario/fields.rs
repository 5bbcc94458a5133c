//! Reads one table by its shape.

use std::cell::RefCell;

use kms_proto::text::TextError;

use crate::scenario::check;
use crate::scenario::form::{Form, Shape, number};
use crate::scenario::node::{Node, Table, Value};
use crate::scenario::reading::Reading;
use crate::scenario::source::At;

/// A table being read. Its keys and their values were held against its shape before.
#[derive(Debug)]
pub struct Fields<'a> {
    /// Where mistakes go.
    pub reading: &'a Reading,
    /// Where the table was written.
    pub at: At,
    table: &'a Table,
    shape: &'static Shape,
    /// The keys whose values are not as they should be; they read as if they were not there.
    bad: Vec<&'a str>,
    read: RefCell<Vec<&'static str>>,
}

impl<'a> Fields<'a> {
    /// Opens a table: takes note of keys it does not have, keys it lacks, and wrong values.
    pub fn open(reading: &'a Reading, node: &'a Node, shape: &'static Shape) -> Option<Self> {
        let Some(table) = node.table() else {
            let message = format!("expected a table, found {}", node.value.kind());
            reading.wrong(node.at, message, format!("write {}", shape.name));
            return None;
        };
        let bad = check::keys(reading, node.at, table, shape);
        Some(Self { reading, at: node.at, table, shape, bad, read: RefCell::default() })
    }

    /// Where a value was written; the table's place where it was not.
    pub fn at(&self, name: &str) -> At {
        self.table.get(name).map_or(self.at, |node| node.at)
    }

    /// Whether the key was written.
    pub fn has(&self, name: &str) -> bool {
        self.table.get(name).is_some()
    }

    /// Takes note of a mistake at a key's value.
    pub fn wrong(&self, name: &str, message: impl Into<String>, help: impl Into<String>) {
        self.reading.wrong(self.at(name), message, help);
    }

    /// The value of a key as it was written.
    pub fn node(&self, name: &'static str) -> Option<&'a Node> {
        self.read.borrow_mut().push(name);
        self.table.get(name).filter(|_| !self.bad.contains(&name))
    }

    /// A string.
    pub fn text(&self, name: &'static str) -> Option<&'a str> {
        self.node(name)?.text()
    }

    /// What a string means.
    pub fn get<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, TextError>,
    ) -> Option<T> {
        let node = self.node(name)?;
        match read(node.text()?) {
            Ok(value) => Some(value),
            Err(error) => {
                self.reading.wrong_text(node, &error);
                None
            }
        }
    }

    /// One of the words of a list, by what it stands for.
    pub fn word<T: Copy>(&self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
    }

    /// An integer; its form has limits that fit its type.
    pub fn integer<T: TryFrom<i128>>(&self, name: &'static str) -> Option<T> {
        match self.node(name)?.value {
            Value::Integer(number) => T::try_from(number).ok(),
            _ => None,
        }
    }

    /// A number.
    pub fn number(&self, name: &'static str) -> Option<f64> {
        self.node(name).map(|node| number(&node.value))
    }

    /// `true` or `false`.
    pub fn flag(&self, name: &'static str) -> Option<bool> {
        match self.node(name)?.value {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// A table, opened.
    pub fn table(&self, name: &'static str) -> Option<Fields<'a>> {
        let shape = self.shape_of(name)?;
        Fields::open(self.reading, self.node(name)?, shape)
    }

    /// The tables of an array, opened.
    pub fn tables(&self, name: &'static str) -> Vec<Fields<'a>> {
        let (Some(shape), Some(node)) = (self.shape_of(name), self.node(name)) else {
            return Vec::new();
        };
        let Some(list) = node.list() else {
            check::value(self.reading, node, &Form::Tables(shape));
            return Vec::new();
        };
        list.iter().filter_map(|node| Fields::open(self.reading, node, shape)).collect()
    }

    /// The strings of an array, or the one string that stands for an array of one.
    pub fn texts(&self, name: &'static str) -> Vec<(&'a str, At)> {
        let Some(node) = self.node(name) else { return Vec::new() };
        match &node.value {
            Value::Text(text) => vec![(text, node.at)],
            Value::List(list) => {
                list.iter().filter_map(|node| Some((node.text()?, node.at))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn shape_of(&self, name: &str) -> Option<&'static Shape> {
        let key = self.shape.keys.iter().find(|key| key.name == name)?;
        match key.form {
            Form::Table(shape) | Form::Tables(shape) => Some(shape),
            _ => None,
        }
    }
}

/// A key that is known and written but that nobody reads would be a setting without effect: that is
/// a mistake of this program, and is said rather than hidden.
impl Drop for Fields<'_> {
    fn drop(&mut self) {
        let read = self.read.borrow();
        let known = |name: &str| self.shape.keys.iter().any(|key| key.name == name);
        let wrong = self.reading.count() > 0;
        for entry in self.table.0.iter().filter(|_| !wrong) {
            if known(&entry.key) && !read.contains(&entry.key.as_str()) {
                let message = format!("the key {} is known, but nothing reads it", entry.key);
                self.reading.wrong(entry.key_at, message, "please report this");
            }
        }
    }
}
