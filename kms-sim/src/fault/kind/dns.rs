//! `dns.srv`: what DNS answers a client that looks for a host.
//!
//! Data alone: whoever serves the zone, in a world or beside a host, asks the plan at this stage
//! and carries the kind out.

use serde::Deserialize;

use crate::fault::value::Length;

/// What goes wrong with an SRV query.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum DnsKind {
    /// The name does not exist.
    Nxdomain {},
    /// The server fails.
    Servfail {},
    /// The name exists and has no SRV record.
    Empty {},
    /// The answer comes late.
    Slow {
        /// By how much.
        by: Length,
    },
    /// Every record names another port.
    WrongPort {
        /// The port.
        port: u16,
    },
    /// The first records name hosts that are not there.
    DeadFirst {
        /// How many.
        n: u32,
    },
    /// The records carry these weights, in their order.
    Weights {
        /// One for each record; the last holds for the rest.
        weights: Vec<u16>,
    },
}
