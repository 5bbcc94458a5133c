//! What of an expectation did not hold, and the time it looks at.

use kms_proto::time::duration::Nanos;
use kms_sim::exchange::Exchange;

/// A check that did not hold: what was expected and found, and the exchange that shows it.
pub(super) struct Unmet {
    pub(super) message: String,
    pub(super) witness: Option<Box<Exchange>>,
}

impl Unmet {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), witness: None }
    }
}

/// The time that is looked at; both ends inside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) from: Nanos,
    pub(super) until: Nanos,
}
