//! How long a client waits, and how it binds.

use std::time::Duration;

use crate::session::config::SessionConfig;

/// How connections are made.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long one address of the host may take to accept. Default 5 s.
    pub connect: Duration,
    /// How long connecting and binding may take together, and each call; for
    /// [`attempt`](crate::net::attempt), all of it. Default 30 s.
    pub timeout: Duration,
    /// How the session binds, calls and limits.
    pub session: SessionConfig,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            session: SessionConfig::default(),
        }
    }
}
