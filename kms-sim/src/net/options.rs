//! Limits at the door.

use std::time::Duration;

use crate::net::tap::Taps;
use crate::session::config::SessionConfig;

/// How a server treats connections.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections served at once; one more is closed unserved. Default 10 000.
    pub max_connections: usize,
    /// How long a peer may take to complete a PDU before it is closed. Default 30 s.
    ///
    /// Counted from the last whole PDU, not the last byte: a byte now and then keeps nothing open.
    pub idle: Duration,
    /// The limits and switches of each session.
    pub session: SessionConfig,
    /// Who is given all that goes over the connections. Default nobody.
    pub taps: Taps,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            idle: Duration::from_secs(30),
            session: SessionConfig::default(),
            taps: Taps::default(),
        }
    }
}
