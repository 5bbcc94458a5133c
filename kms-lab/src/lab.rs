//! Labs: worlds that are stored, so that commands work one after another from a shell.
//!
//! A lab is one SQLite file: the texts of the scenario it was made from, and the log of what was
//! done since and when. A command opens it in a transaction, replays the world to its present, does
//! what it does, appends it, commits, and only then prints. Replaying is exact, because the same
//! plan makes the same history; that every command comes to what it came to is checked each time.

pub mod entry;
pub mod export;
pub mod head;
pub mod locate;
pub mod present;
pub mod presets;
pub mod replay;
pub mod sources;
pub mod store;
pub mod trouble;

use std::path::{Path, PathBuf};

use kms_proto::time::duration;

use crate::lab::entry::Entry;
use crate::lab::locate::{WAIT, variable};
use crate::lab::present::Present;
use crate::lab::replay::replay;
use crate::lab::store::Store;
use crate::stop::Stop;

/// A lab's file, opened for one command.
#[derive(Debug)]
pub struct Lab {
    path: PathBuf,
    store: Store,
    live: bool,
}

impl Lab {
    /// Opens the lab in this file.
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, Stop> {
        let store = Store::open(path).map_err(|trouble| trouble.stop(path))?;
        if let Some(text) = variable(WAIT) {
            let wait = duration::parse(&text);
            let wait = wait.map_err(|e| Stop::text(WAIT, &text, &e, "KMSLAB_WAIT=30s"))?;
            store.wait(wait).map_err(|trouble| trouble.stop(path))?;
        }
        Ok(Self { path: path.to_owned(), store, live: false })
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A number that changes whenever somebody else changes the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn version(&self) -> Result<i64, Stop> {
        self.store.version().map_err(|trouble| trouble.stop(&self.path))
    }

    /// Whether it follows this computer's clock, as far as it was looked at.
    pub const fn is_live(&self) -> bool {
        self.live
    }

    /// The lab as it is now. Whoever only looks keeps nobody waiting.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or does not replay to what it says.
    pub fn look(&mut self) -> Result<Present, Stop> {
        let recorded = self.store.read().map_err(|trouble| trouble.stop(&self.path))?;
        self.live = recorded.head.live_since.is_some();
        replay(recorded, &self.path)
    }

    /// Does something in the lab, and records it: `change` does it in the world and says what it
    /// came to. Nobody else changes the lab meanwhile; if anything fails, nothing has happened.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or written, does not replay, or `change` fails.
    pub fn change<T>(
        &mut self,
        change: impl FnOnce(&mut Present) -> Result<(Entry, T), Stop>,
    ) -> Result<T, Stop> {
        let path = &self.path;
        let writing = self.store.write().map_err(|trouble| trouble.stop(path))?;
        let recorded = writing.read().map_err(|trouble| trouble.stop(path))?;
        let mut present = replay(recorded, path)?;
        let (entry, came) = change(&mut present)?;
        writing.append(&entry).map_err(|trouble| trouble.stop(path))?;
        Ok(came)
    }

    /// Forgets all that was done: the lab is as it was made.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn reset(&mut self) -> Result<(), Stop> {
        self.store.reset().map_err(|trouble| trouble.stop(&self.path))
    }
}
