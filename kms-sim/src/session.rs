//! One connection of the host, sans I/O: bytes in, calls to a [`Service`], bytes out.
//!
//! C706 chapter 12 and MS-RPCE say how; where they leave it open, this host does so:
//!
//! * Every `bind_nak` ends the connection, as every fault that names a broken protocol or a limit.
//! * Version 5.0 and 5.1 are taken, 5.0 is answered; a bind of any other gets a `bind_nak`, anything
//!   else a fault.
//! * Version, type and length are judged as soon as the header is there, all else once the PDU is.
//! * A bind or an `alter_context` without elements, with an element without syntaxes, or with two
//!   for feature negotiation, is malformed. Its FIRST and LAST flags are not looked at.
//! * Each direction's PDU limit is the smaller of both sides', never under 1432. An `alter_context`
//!   does not change it.
//! * A bind that names an association group joins it: there is no state to share, so there is
//!   nothing to refuse.
//! * Bind-time feature negotiation is an element whose only syntax is the pseudo-syntax. It concerns
//!   the connection, so neither its interface nor its context id is judged.
//! * A context id takes one place of the limit when it is first offered, accepted or not, and no
//!   other when it is offered again; in a bind, every element takes one.
//! * A re-offered context keeps the transfer syntax it was accepted with.
//! * Context, operation and parameters are judged when a call is complete, so that its fragments
//!   do not break the protocol after a fault. Fragments that disagree with the first do.
//! * The length of fragments but the last is taken as it comes.
//! * A call with the MAYBE flag gets no fault that leaves the connection open either.
//! * `co_cancel` and `orphaned` for a call nobody knows mean nothing, before a bind too.
//! * A malformed KMS message is a well-formed call: the service gets it.
//! * `lenient` is `strict` here: RPC that cannot be read cannot be served.

mod arrived;
mod association;
mod calls;
mod canonical;
pub mod config;
mod contexts;
mod peer;
pub mod service;
pub mod step;
pub mod trouble;

use bytes::{Buf, BytesMut};
use kms_proto::draw::Draw;
use kms_proto::rpc::frame;

use crate::call::Reads;
use crate::session::config::SessionConfig;
use crate::session::peer::Peer;
use crate::session::service::Service;
pub use crate::session::step::{Answer, Remark, Step};

/// The host's side of one connection.
#[derive(Debug)]
pub struct Session {
    // What came and is not worked off; a PDU is worked on where it lies here.
    input: BytesMut,
    peer: Peer,
}

impl Session {
    /// A session nobody has spoken in: connection number `connection` of a host whose port is
    /// `port`, which the secondary address names.
    pub fn new(config: SessionConfig, draw: Draw, connection: u64, port: u16) -> Self {
        let peer = Peer::new(config, draw, connection, port);
        Self { input: BytesMut::new(), peer }
    }

    /// Takes bytes from the peer, in any slices; after the end they are dropped.
    ///
    /// What is taken is kept until [`step`](Self::step) works it off: step until
    /// [`Step::Idle`] before taking more, and less than a PDU is kept.
    pub fn receive(&mut self, bytes: &[u8]) {
        if !self.peer.is_closed() {
            self.input.extend_from_slice(bytes);
        }
    }

    /// Works off one PDU at most and appends its answer to `out`.
    ///
    /// `clock` is read once when a call is judged, and not at all otherwise. Call again until
    /// [`Step::Idle`].
    pub fn step<S: Service>(
        &mut self,
        service: &mut S,
        clock: impl Reads,
        out: &mut BytesMut,
    ) -> Step<S::Outcome> {
        if self.peer.is_closed() {
            return Step::Idle;
        }
        let Some(header) = frame::header(&self.input) else { return Step::Idle };
        let step = match self.peer.admit(&header) {
            Err(trouble) => self.peer.close(&header, 0, trouble, out),
            Ok(length) => {
                let Some(pdu) = self.input.get_mut(..length) else { return Step::Idle };
                let step = self.peer.take(&header, pdu, service, clock, out);
                self.input.advance(length);
                step
            }
        };
        if self.peer.is_closed() {
            self.input = BytesMut::new();
        }
        step
    }

    /// Whether the session is finished.
    pub const fn is_closed(&self) -> bool {
        self.peer.is_closed()
    }

    /// Whether the peer is in the middle of something: a PDU or a call it has not sent completely.
    pub fn is_waiting(&self) -> bool {
        !self.input.is_empty() || self.peer.open_calls() > 0
    }

    /// How many calls reached the service.
    pub const fn served(&self) -> u64 {
        self.peer.served()
    }
}
