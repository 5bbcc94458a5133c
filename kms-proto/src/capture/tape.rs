//! The connections of one capture, written as they go.

use core::net::{IpAddr, SocketAddr};
use std::collections::BTreeMap;

use bytes::BytesMut;

use crate::capture::block;
use crate::capture::conversation::Conversation;
use crate::capture::passed::{Passed, Side};
use crate::draw::Draw;
use crate::time::Moment;

/// A capture being written: connections by key, and the blocks not yet taken.
///
/// Packets stand in the order they are told in, each with the moment it is told to have.
#[derive(Clone, Debug)]
pub struct Tape {
    draw: Draw,
    open: BTreeMap<(u64, u64), Conversation>,
    opened: u64,
    out: BytesMut,
}

/// Names a connection: which host, and which of its connections.
pub type Key = (u64, u64);

impl Tape {
    /// A capture made by `application`. Its first sequence numbers are drawn from `draw`, in the
    /// order connections are opened; a comment and names are written where they are not empty.
    pub fn new(application: &str, comment: &str, names: &[(IpAddr, String)], draw: Draw) -> Self {
        let mut out = BytesMut::new();
        block::begin(application, comment, &mut out);
        if !names.is_empty() {
            block::names(names.iter().map(|(addr, name)| (*addr, &**name)), &mut out);
        }
        Self { draw, open: BTreeMap::new(), opened: 0, out }
    }

    /// A connection is opened; its client's [`Passed::Ack`] is yet to come.
    pub fn open(&mut self, key: Key, at: Moment, ends: (SocketAddr, SocketAddr)) {
        let first = self.first();
        let out = &mut self.out;
        let made = Conversation::open(ends, first, |packet| block::packet(at, packet, out));
        self.open.insert(key, made);
    }

    /// A connection is refused.
    pub fn refuse(&mut self, at: Moment, ends: (SocketAddr, SocketAddr)) {
        let first = self.first();
        let out = &mut self.out;
        Conversation::refused(ends, first, |packet| block::packet(at, packet, out));
    }

    /// One side of a connection did something. What nobody opened, and what is over, is not told.
    pub fn pass(&mut self, key: Key, at: Moment, side: Side, passed: Passed<'_>) {
        let Some(conversation) = self.open.get_mut(&key) else { return };
        let out = &mut self.out;
        conversation.pass(side, passed, |packet| block::packet(at, packet, out));
        let owes = conversation.owes(Side::Client) || conversation.owes(Side::Server);
        if conversation.is_over() && (conversation.is_reset() || !owes) {
            self.open.remove(&key);
        }
    }

    /// The capture ends in order; nothing is told after it.
    pub fn end(&mut self, at: Moment) {
        block::end(at, &mut self.out);
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.open.len()
    }

    /// Whether nothing is written that was not taken.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Takes what was written since it was last taken: whole blocks.
    pub fn take(&mut self) -> BytesMut {
        self.out.split()
    }

    fn first(&mut self) -> (u32, u32) {
        self.opened = self.opened.saturating_add(1);
        let drawn = self.draw.keyed("capture", "sequence", self.opened, 0, "first");
        let part = |shift: u32| u32::try_from((drawn >> shift) & u128::from(u32::MAX));
        (part(0).unwrap_or(0), part(32).unwrap_or(0))
    }
}
