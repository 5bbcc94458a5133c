//! Whether anybody listens.

use kms_proto::time::duration::Nanos;

use crate::fault::notes::Notes;

/// The state of the door at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Door {
    /// Nobody listens: who connects is refused.
    pub shut: bool,
    /// When to ask again, though nothing happened; never where it is not said.
    pub changes: Option<Nanos>,
}

/// How a connection is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is served.
    Serve,
    /// It is accepted and never served.
    Ignore,
    /// It is accepted and closed.
    Close,
    /// It is accepted and reset.
    Reset,
}

/// What becomes of a client that connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// How it is met.
    pub way: Way,
    /// How much later.
    pub after: Nanos,
    /// The rules that say so.
    pub notes: Notes,
}
