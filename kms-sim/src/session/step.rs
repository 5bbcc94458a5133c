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

/// Something a journal should say of a step that ended no connection and judged no odd message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A call was refused in RPC, by a fault or in silence; the connection stays.
    Refused(Trouble),
    /// So many bytes after a call's parameters were ignored.
    Ignored(usize),
}

impl<O> Step<O> {
    /// What there is to remark of this step.
    pub const fn remark(&self) -> Option<Remark> {
        match self {
            Self::Sent(Answer::Fault(trouble) | Answer::Silent(trouble)) => {
                Some(Remark::Refused(*trouble))
            }
            Self::Called { ignored, .. } if *ignored > 0 => Some(Remark::Ignored(*ignored)),
            _ => None,
        }
    }
}
