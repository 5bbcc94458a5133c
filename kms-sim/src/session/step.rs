//! What a session tells whoever drives it.

use crate::session::trouble::Trouble;

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<O> {
    /// Nothing: more bytes are needed, or the session is finished.
    Idle,
    /// A PDU was taken that called nothing; its answer, if it has one, was appended.
    Sent(Answer),
    /// A call reached the service; its answer, unless it wants none, was appended.
    Called {
        /// What the service says of it.
        outcome: O,
        /// Bytes after the call's parameters, which were ignored.
        ignored: usize,
    },
    /// The peer is to be left once what was appended is sent; nothing more is served.
    Close(Trouble),
}

/// What became of a PDU that called nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Contexts were judged.
    Bound {
        /// Elements accepted.
        accepted: usize,
        /// Elements refused; feature negotiation is neither.
        refused: usize,
    },
    /// A fragment was kept.
    Kept,
    /// A call was cancelled or given up; whether it was under reassembly.
    Forgotten(bool),
    /// The call was refused by a fault, and the connection stays.
    Fault(Trouble),
    /// The call would have been refused, but wants no answer.
    Silent(Trouble),
}
