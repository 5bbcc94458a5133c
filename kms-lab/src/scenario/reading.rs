//! Collects what is wrong while a scenario is read.

use std::cell::RefCell;

use kms_proto::text::TextError;

use crate::scenario::mistake::{Broken, Mistake};
use crate::scenario::node::Node;
use crate::scenario::node::decode::Undecodable;
use crate::scenario::source::{At, Place, Sources};

/// One reading of a scenario: nothing stops at the first mistake.
#[derive(Debug)]
pub struct Reading {
    sources: Sources,
    mistakes: RefCell<Vec<Mistake>>,
}

impl Reading {
    /// A reading of these texts that has found nothing yet.
    pub const fn new(sources: Sources) -> Self {
        Self { sources, mistakes: RefCell::new(Vec::new()) }
    }

    /// Takes note of a mistake.
    pub fn wrong(&self, at: At, message: impl Into<String>, help: impl Into<String>) {
        let mistake = Mistake { at, message: message.into(), help: help.into() };
        self.mistakes.borrow_mut().push(mistake);
    }

    /// Takes note of a text that cannot be read, at the character that is wrong.
    pub fn wrong_text(&self, node: &Node, error: &TextError) {
        self.wrong(self.inside(node, error.column), error.message.clone(), "");
    }

    /// Takes note of a value serde could not read.
    pub fn undecodable(&self, node: &Node, error: &Undecodable) {
        // Texts of this house name their column first.
        let column = error.message.strip_prefix("col ").and_then(|rest| {
            let (column, message) = rest.split_once(": ")?;
            Some((column.parse::<usize>().ok()?, message))
        });
        let at = error.at.unwrap_or(node.at);
        match column {
            Some((column, message)) => {
                self.wrong(self.character(at, column), message, error.help.clone());
            }
            None => self.wrong(at, error.message.clone(), error.help.clone()),
        }
    }

    /// The texts that are read.
    pub const fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Where something is.
    pub fn place(&self, at: At) -> Place {
        self.sources.place(at)
    }

    /// How many mistakes were found.
    pub fn count(&self) -> usize {
        self.mistakes.borrow().len()
    }

    /// Whether a mistake was found in a part of a text.
    pub fn any_within(&self, at: At) -> bool {
        let within =
            |found: At| found.file == at.file && at.start <= found.start && found.start < at.end;
        self.mistakes.borrow().iter().any(|mistake| within(mistake.at))
    }

    /// What `look` finds, without taking note of what is wrong.
    pub fn quietly<T>(&self, look: impl FnOnce(&Self) -> T) -> T {
        look(&Self::new(self.sources.clone()))
    }

    /// `value` if nothing was wrong.
    ///
    /// # Errors
    ///
    /// With every mistake.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Broken> {
        let mut mistakes = self.mistakes.into_inner();
        match value {
            Some(value) if mistakes.is_empty() => Ok(value),
            _ => {
                if mistakes.is_empty() {
                    let message = "this is no scenario".to_owned();
                    mistakes.push(Mistake { at: At::default(), message, help: String::new() });
                }
                Err(Broken::new(self.sources, mistakes))
            }
        }
    }

    /// The place of a character of a string, from 1; the whole of it where the string is not
    /// written as it reads.
    fn inside(&self, node: &Node, column: usize) -> At {
        if node.text().is_some() { self.character(node.at, column) } else { node.at }
    }

    fn character(&self, at: At, column: usize) -> At {
        let Some(quoted) = self.sources.slice(at) else { return at };
        let plain = |mark: char| {
            let inside = quoted.strip_prefix(mark)?.strip_suffix(mark)?;
            (!inside.contains(['\\', mark, '\n'])).then_some(inside)
        };
        let Some(inside) = plain('"').or_else(|| plain('\'')) else { return at };
        let before = column.saturating_sub(1);
        let offset = inside.char_indices().nth(before).map_or(inside.len(), |(at, _)| at);
        let start = at.start.saturating_add(1).saturating_add(offset);
        let end = at.end.saturating_sub(1).max(start.saturating_add(1));
        At { start, end, ..at }
    }
}
