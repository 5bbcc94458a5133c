//! The texts a scenario is read from, and places in them.

use std::fmt;
use std::sync::Arc;

/// Bytes `start..end` of one of the texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Which text, in the order in which they were read.
    pub file: usize,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// One text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as it was given.
    pub name: String,
    /// Its content; what was not UTF-8 is replaced.
    pub text: String,
}

/// All texts of one scenario: the file and what it includes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(pub Arc<Vec<Source>>);

/// A place as people and editors write it: `file:line:column`, both counted from 1, the column in
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's path as it was given.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A line of a text with the part of it that is meant.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// The line, without its end.
    pub text: &'a str,
    /// Characters before the part that is meant.
    pub before: usize,
    /// Characters of the part that is meant, on this line.
    pub length: usize,
}

impl Sources {
    /// The bytes meant, where they are a text of their own.
    pub fn slice(&self, at: At) -> Option<&str> {
        self.0.get(at.file)?.text.get(at.start..at.end)
    }

    /// Where something is.
    pub fn place(&self, at: At) -> Place {
        let file = self.0.get(at.file).map(|source| source.name.clone()).unwrap_or_default();
        let line = self.line(at);
        Place { file, line: line.number, column: line.before.saturating_add(1) }
    }

    /// The line something begins on.
    pub fn line(&self, at: At) -> Line<'_> {
        let text = self.0.get(at.file).map_or("", |source| source.text.as_str());
        let start = floor(text, at.start);
        let (head, tail) = text.split_at_checked(start).unwrap_or((text, ""));
        let line_start = head.rfind('\n').map_or(0, |newline| newline.saturating_add(1));
        let rest = text.get(line_start..).unwrap_or("");
        let line = rest.split('\n').next().unwrap_or("").trim_end_matches('\r');
        let meant = floor(text, at.end.max(start)).saturating_sub(start);
        let meant = tail.get(..meant).unwrap_or(tail);
        let meant = meant.split('\n').next().unwrap_or("");
        Line {
            number: head.matches('\n').count().saturating_add(1),
            text: line,
            before: head.get(line_start..).unwrap_or("").chars().count(),
            length: meant.trim_end().chars().count(),
        }
    }
}

/// The nearest character boundary at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset = offset.saturating_sub(1);
    }
    offset
}
