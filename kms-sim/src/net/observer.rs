//! Who is told what happened at the door.

use core::fmt;
use std::io;
use std::net::SocketAddr;

use crate::exchange::Exchange;
use crate::fault::notes::Notes;
use crate::session::step::Remark;
use crate::session::trouble::Trouble;

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The peer closed its side.
    Peer,
    /// The peer broke the connection, or the system did.
    Broken(io::ErrorKind),
    /// The session ended it: a nak or a fault that closes.
    Session(Trouble),
    /// No whole PDU came in time.
    Idle,
    /// The server stopped.
    Stopped,
    /// The connection limit was reached; the connection was closed unserved.
    Full,
    /// A fault ended it.
    Fault,
}

/// The word a journal uses: `peer`, `broken`, `session`, `idle`, `stopped`, `full`, `fault`, with what more
/// there is to say after a colon.
impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Peer => f.write_str("peer"),
            Self::Broken(kind) => write!(f, "broken: {kind}"),
            Self::Session(trouble) => write!(f, "session: {trouble}"),
            Self::Idle => f.write_str("idle"),
            Self::Stopped => f.write_str("stopped"),
            Self::Full => f.write_str("full"),
            Self::Fault => f.write_str("fault"),
        }
    }
}

/// Told of every connection and every call, in the order they change the host.
pub trait Observer: Send + Sync + 'static {
    /// A connection was accepted.
    fn opened(&self, connection: u64, peer: SocketAddr);
    /// The system gave no connection: it has no descriptor left, most likely.
    fn not_accepted(&self, why: &io::Error) {
        let _ = why;
    }
    /// A call was answered.
    ///
    /// Told with the host's lock held and before the answer is written, so a record made here is
    /// never later than what a client saw. `notes` names the faults that bent it, and those that
    /// nearly did.
    fn called(&self, connection: u64, exchange: &Exchange, notes: &Notes);
    /// A fault bent something that is no judged call: a connection, a bind, a request nobody took.
    ///
    /// Connection 0 is none: a fault of the listening socket.
    fn bent(&self, connection: u64, notes: &Notes) {
        let _ = (connection, notes);
    }
    /// A call was refused in RPC and the connection stays, or bytes of it were ignored.
    fn remarked(&self, connection: u64, remark: Remark) {
        let _ = (connection, remark);
    }
    /// A connection ended.
    fn closed(&self, connection: u64, why: Ended);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Observer for Nobody {
    fn opened(&self, _: u64, _: SocketAddr) {}
    fn called(&self, _: u64, _: &Exchange, _: &Notes) {}
    fn closed(&self, _: u64, _: Ended) {}
}
