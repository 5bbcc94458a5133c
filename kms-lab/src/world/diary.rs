//! A world's journal: kept in memory, byte for byte what a file gets.

use std::collections::VecDeque;
use std::fmt::Write;

use kms_proto::time::duration::Nanos;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::journal::line::{Head, Line};

/// How much of the journal is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Nothing: lines are not even made.
    #[default]
    Nothing,
    /// The last lines, this many.
    Last(usize),
    /// All of it.
    All,
}

/// The lines written so far.
#[derive(Debug)]
pub struct Diary {
    keep: Keep,
    lines: VecDeque<Vec<u8>>,
    written: u64,
    hash: Sha256,
    wall: Option<fn() -> String>,
}

impl Diary {
    /// An empty one.
    pub fn new(keep: Keep) -> Self {
        Self { keep, lines: VecDeque::new(), written: 0, hash: Sha256::new(), wall: None }
    }

    /// Has every line say what this computer's clock shows; in virtual time none does.
    pub fn tell_wall(&mut self, wall: fn() -> String) {
        self.wall = Some(wall);
    }

    /// Whether lines are kept at all; who has none to make need not gather what they say.
    pub fn is_kept(&self) -> bool {
        self.keep != Keep::Nothing
    }

    /// Writes one line.
    pub fn write<B: Serialize>(
        &mut self,
        since_start: Nanos,
        event: &'static str,
        actor: &str,
        body: &B,
    ) {
        let most = match self.keep {
            Keep::Nothing => return,
            Keep::Last(most) => most,
            Keep::All => usize::MAX,
        };
        self.written += 1;
        // A line that leaves gives its room to the one that comes.
        let room = if self.lines.len() >= most { self.lines.pop_front() } else { None };
        let mut line = room.unwrap_or_default();
        line.clear();
        let wall = self.wall.map(|wall| wall());
        let head = Head { since_start, wall, event, actor: actor.to_owned() };
        // Values of this program have no keys that JSON cannot write.
        let made = serde_json::to_writer(&mut line, &Line::new(self.written, &head, body));
        if made.is_ok() {
            line.push(b'\n');
            self.hash.update(&line);
            self.lines.push_back(line);
        }
    }

    /// How many lines were written.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// The hash of everything written: `sha256:…`; `None` where nothing is kept.
    pub fn hash(&self) -> Option<String> {
        if !self.is_kept() {
            return None;
        }
        let mut text = "sha256:".to_owned();
        for byte in self.hash.clone().finalize() {
            // A String takes whatever is written to it.
            let _ = write!(text, "{byte:02x}");
        }
        Some(text)
    }

    /// The lines kept, each with its end.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().map(Vec::as_slice)
    }

    /// The lines kept, as one text.
    pub fn text(&self) -> Vec<u8> {
        self.lines.iter().flatten().copied().collect()
    }
}
