//! What was done in a lab.

use kms_proto::time::duration::Nanos;
use serde::{Deserialize, Serialize};

use crate::prompt::reply::Reply;

/// One thing that was done, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it began, of true time since the start.
    pub at: Nanos,
    /// When it had ended: the lab's present after it.
    pub ended: Nanos,
    /// What it was.
    pub deed: Deed,
    /// What a command came to; `None` of what prints nothing.
    pub reply: Option<Reply>,
}

/// What can be done in a lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Deed {
    /// A command was typed.
    Type {
        /// The computer, by id.
        on: String,
        /// The words of the command.
        words: Vec<String>,
        /// Whether at a prompt with administrator's rights.
        elevated: bool,
    },
    /// A clock was set.
    Set {
        /// The computer, time source or DNS server, by id.
        on: String,
        /// What it read then: `true`, an offset or an instant.
        to: String,
    },
    /// Something happened to a machine.
    Happens {
        /// The machine, by id.
        on: String,
        /// What, by its word.
        what: String,
    },
    /// Time passed.
    Advance,
}
