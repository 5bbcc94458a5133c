//! `kms.state`: what the host forgets or imagines before it judges.

use kms_proto::guid::Uuid;
use serde::Deserialize;

/// What goes wrong with the host's memory.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum StateKind {
    /// The machines it counts are forgotten; the counters stay.
    Restart {},
    /// Both are forgotten.
    Reinstall {},
    /// One machine is struck from its lists.
    Evict {
        /// Which; the one that asks where it is not said.
        cmid: Option<Uuid>,
    },
    /// Machines that never asked are entered, for the application that is asked about.
    Fill {
        /// How many, at most 2000.
        n: u32,
    },
    /// The one that asks is not entered, nor refreshed.
    FreezeCount {},
}
