//! What answers the calls of a session.

use bytes::BytesMut;
use kms_proto::kms::hresult::HResult;

use crate::call::Call;
use crate::exchange::Bytes;

/// The one operation of the interface.
pub trait Service {
    /// What is told of a call to whoever drives the session.
    type Outcome;

    /// Answers one message.
    ///
    /// `message` is the caller's to overwrite: it is opened in place. `reply` comes empty and
    /// keeps its capacity from call to call. With success the reply is sent; with any other result
    /// a null pointer is, and what `reply` holds is dropped.
    fn handle(
        &mut self,
        message: &mut [u8],
        call: &Call,
        reply: &mut BytesMut,
    ) -> (HResult, Self::Outcome);

    /// Says of a call that was answered how many bytes its PDUs were, those that came and those
    /// that are to go.
    fn carried(&self, outcome: &mut Self::Outcome, bytes: Bytes) {
        let _ = (outcome, bytes);
    }
}
