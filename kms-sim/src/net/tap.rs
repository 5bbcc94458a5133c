//! Who is given all that goes over a server's connections.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use kms_proto::capture::passed::{Passed, Side};

use crate::net::observer::Ended;

/// Given every byte that goes over a connection, as the host's program sees it.
///
/// What faults of a plan do to bytes happens before the tap: what comes is told as the session gets
/// it, what goes as it is handed to the socket, just before it is.
pub trait Tap: Send + Sync + 'static {
    /// A connection from `client` to `server` was accepted.
    fn opened(&self, connection: u64, client: SocketAddr, server: SocketAddr);
    /// One side of it did something.
    fn passed(&self, connection: u64, side: Side, passed: Passed<'_>);
}

/// Where a tap may be; nowhere, by default.
#[derive(Clone, Default)]
pub struct Taps(Option<Arc<dyn Tap>>);

impl Taps {
    /// A tap on every connection.
    pub fn on(tap: impl Tap) -> Self {
        Self(Some(Arc::new(tap)))
    }

    /// The place of one connection.
    pub(crate) fn of(&self, connection: u64) -> Wire {
        Wire { tap: self.0.clone(), connection }
    }
}

impl fmt::Debug for Taps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Taps").field(&self.0.is_some()).finish()
    }
}

/// A connection, and the tap on it if there is one.
#[derive(Clone)]
pub(crate) struct Wire {
    tap: Option<Arc<dyn Tap>>,
    connection: u64,
}

impl Wire {
    pub(crate) fn opened(&self, client: SocketAddr, server: SocketAddr) {
        if let Some(tap) = &self.tap {
            tap.opened(self.connection, client, server);
        }
    }

    /// The client sent these bytes.
    pub(crate) fn came(&self, bytes: &[u8]) {
        self.tell(Side::Client, Passed::Bytes(bytes));
    }

    /// The host sends these bytes.
    pub(crate) fn goes(&self, bytes: &[u8]) {
        self.tell(Side::Server, Passed::Bytes(bytes));
    }

    /// The host ends its side.
    pub(crate) fn half_closed(&self) {
        self.tell(Side::Server, Passed::End);
    }

    /// The host breaks the connection off.
    pub(crate) fn reset(&self) {
        self.tell(Side::Server, Passed::Reset);
    }

    /// The connection ended on the host's side, for this reason.
    pub(crate) fn ended(&self, why: Ended) {
        match why {
            Ended::Peer => self.tell(Side::Client, Passed::End),
            Ended::Broken(_) => self.tell(Side::Client, Passed::Reset),
            _ => {}
        }
        self.half_closed();
    }

    fn tell(&self, side: Side, passed: Passed<'_>) {
        if let Some(tap) = &self.tap
            && passed != Passed::Bytes(&[])
        {
            tap.passed(self.connection, side, passed);
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("connection", &self.connection).finish_non_exhaustive()
    }
}
