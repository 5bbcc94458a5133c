//! A connection between a machine and a host.

use bytes::Bytes;
use client_sim::clock::reading::Reading;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_sim::fault::door::Way;
use kms_sim::fault::line::Line;
use kms_sim::session::Session;

use crate::world::link::Link;

/// A connection, from the machine's first packet until both ends are gone.
#[derive(Debug)]
pub struct Wire {
    /// The host's place in the plan.
    pub host: usize,
    /// The machine's place in the plan.
    pub machine: usize,
    /// Which of the machine's attempts opened it.
    pub attempt: u64,
    /// The reading in the request that goes over it.
    pub asked: Reading,
    /// How long bytes travel.
    pub link: Link,
    /// What names it in every draw made for it: the machine, and how many it opened before. So a
    /// machine more in the world moves no draw of another's.
    pub key: u64,
    /// How many connections its machine has opened, with this one.
    pub opened: u64,
    /// It is still on its way to the door.
    pub knocking: bool,
    /// Which connection of the host it is, from 1; 0 before it is accepted.
    pub ordinal: u64,
    /// The host's side, while it lives.
    pub server: Option<Served>,
    /// Whether the machine's side lives.
    pub client: bool,
    /// When the last bytes on their way to the host arrive there: none overtakes another.
    pub at_host: Moment,
    /// When the last bytes on their way to the machine arrive there.
    pub at_client: Moment,
    /// When the host last took a whole PDU.
    pub progress: Moment,
}

impl Wire {
    /// How long bytes travel there and back.
    pub const fn round_trip(&self) -> Nanos {
        Nanos(self.link.to_host.0.saturating_add(self.link.to_client.0))
    }
}

/// The host's side of a connection.
#[derive(Debug)]
pub struct Served {
    /// The session.
    pub session: Session,
    /// What the host's faults ask of it.
    pub line: Line,
    /// How the host meets its client.
    pub way: Way,
    /// From when on it takes what comes.
    pub opens: Moment,
    /// When the last of what came before is taken.
    pub heard: Moment,
    /// When the last of what is to be sent has left.
    pub leaves: Moment,
    /// A fault ended the host's side of the stream, or lets nothing leave any more.
    pub mute: bool,
    /// Nothing that comes is taken any more.
    pub deaf: bool,
}

/// What travels on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freight {
    /// Bytes.
    Bytes(Bytes),
    /// The end of them: the sender writes no more.
    End,
    /// The connection is broken off.
    Reset,
}
