//! `proc`: what happens to the host's process as it takes a request.

use serde::Deserialize;

use crate::fault::value::Length;

/// What goes wrong with the process.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ProcKind {
    /// It stands still, for every client; its clock runs on.
    Pause {
        /// For how long.
        #[serde(rename = "for")]
        length: Length,
    },
    /// It dies: connections are reset, and nobody listens any more.
    Crash {},
    /// It dies and comes back, the machines it counted forgotten.
    Bounce {
        /// How long nobody listens.
        down: Length,
    },
}
