//! `tcp.accept`: what meets a client that connects.

use serde::Deserialize;

use crate::fault::value::Length;

/// What goes wrong as a client connects.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AcceptKind {
    /// Nobody listens, from this connection on and for a while.
    Refuse {
        /// For how long; for this connection alone where it is not said.
        #[serde(rename = "for")]
        length: Option<Length>,
    },
    /// The system takes the connection and nobody serves it.
    NoAccept {},
    /// The connection is closed unserved.
    AcceptClose {},
    /// The connection is reset unserved.
    AcceptRst {},
    /// The connection is served late.
    SlowAccept {
        /// By how much.
        by: Length,
    },
    /// One more connection than this is closed unserved.
    MaxConnections {
        /// How many are served at once.
        n: u64,
    },
}
