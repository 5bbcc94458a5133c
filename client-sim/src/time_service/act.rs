//! What the service asks of those who run the machine.

use kms_proto::ntp::packet::Packet;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::event::time_service::TimeEvent;

use crate::clock::shape::slew::Slew;

/// Something to be done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Ask a peer; its answer, or that there is none, goes back to the service.
    Ask(Query),
    /// Make the clock jump.
    Step(Nanos),
    /// Correct the clock little by little.
    Slew(Slew),
    /// Write an event, the clock being read when it is written.
    Log(TimeEvent),
}

/// A question to a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// By what the answer is known.
    pub id: u64,
    /// Who is asked.
    pub whom: Whom,
    /// The request.
    pub packet: Packet,
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// A domain controller, whichever is found.
    Domain,
    /// A manual peer, by name.
    Manual(String),
}
