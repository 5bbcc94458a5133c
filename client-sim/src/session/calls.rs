//! The calls of an association: their ids, and which wait for an answer.

use crate::session::agreement::Context;
use crate::session::failure::Failure;

/// The id of the bind, and of the first call.
pub(super) const FIRST_CALL: u32 = 2;

/// A call that is not answered yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) call_id: u32,
    pub(super) context: Context,
}

/// The calls made so far.
#[derive(Debug)]
pub(super) struct Calls {
    next: u32,
    // Few at most, so a list searched from the front serves better than a map.
    open: Vec<Open>,
}

impl Calls {
    pub(super) const fn new() -> Self {
        Self { next: FIRST_CALL, open: Vec::new() }
    }

    /// Whether the next call is the association's first.
    pub(super) const fn none_made(&self) -> bool {
        self.next == FIRST_CALL
    }

    /// How many wait for an answer.
    pub(super) const fn waiting(&self) -> usize {
        self.open.len()
    }

    /// Makes a call in `context`.
    pub(super) fn open(&mut self, context: Context) -> u32 {
        let call_id = self.next;
        // 2 never comes again: the id stands for the first call.
        self.next = call_id.checked_add(1).unwrap_or(FIRST_CALL + 1);
        self.open.push(Open { call_id, context });
        call_id
    }

    /// The call with this id, if it waits for an answer.
    pub(super) fn find(&self, call_id: u32) -> Result<Open, Failure> {
        let open = self.open.iter().find(|open| open.call_id == call_id);
        open.copied().ok_or(Failure::CallId(call_id))
    }

    /// The call is answered.
    pub(super) fn close(&mut self, call_id: u32) {
        self.open.retain(|open| open.call_id != call_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_the_first_call_never_comes_again() {
        let context = Context { id: 0, ndr: kms_proto::rpc::stub::Ndr::Ndr32 };
        let mut calls = Calls::new();
        assert!(calls.none_made());
        assert_eq!(calls.open(context), FIRST_CALL);
        calls.next = u32::MAX;
        assert_eq!(calls.open(context), u32::MAX);
        assert_eq!(calls.open(context), FIRST_CALL + 1);
        assert!(!calls.none_made());
    }
}
