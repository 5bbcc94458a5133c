//! Who is told what happened at the door.

use std::net::SocketAddr;

use crate::exchange::Exchange;
use crate::session::CloseReason;

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The peer closed its side.
    Peer,
    /// The peer broke the connection, or the system did.
    Broken(std::io::ErrorKind),
    /// The session ended it: a nak or a fault that closes.
    Session(CloseReason),
    /// No whole PDU came in time.
    Idle,
    /// The server stopped.
    Stopped,
    /// The connection limit was reached; the connection was closed unserved.
    Full,
}

/// Told of every connection and every call, in the order they change the host.
///
/// Called with the host's lock held and before the answer is written, so a record made here is
/// never later than what a client saw.
pub trait Observer: Send + Sync + 'static {
    /// A connection was accepted.
    fn opened(&self, connection: u64, peer: SocketAddr);
    /// A call was answered.
    fn called(&self, connection: u64, exchange: &Exchange);
    /// A connection ended.
    fn closed(&self, connection: u64, why: Ended);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Observer for Nobody {
    fn opened(&self, _: u64, _: SocketAddr) {}
    fn called(&self, _: u64, _: &Exchange) {}
    fn closed(&self, _: u64, _: Ended) {}
}
