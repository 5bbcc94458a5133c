//! PDUs in one direction of a connection, found one after the other.

use bytes::{Bytes, BytesMut};

use crate::capture::assembler::Piece;
use crate::rpc::frame;
use crate::rpc::header::{Header, MAJOR, PacketType, SIZE};
use crate::time::Moment;

/// A PDU, or bytes that are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framed {
    /// When its last byte was captured.
    pub at: Option<Moment>,
    /// In which packet.
    pub packet: u64,
    /// The bytes.
    pub bytes: Bytes,
    /// Whether they are one whole PDU, by its header.
    pub whole: bool,
}

/// The bytes of a direction that are not yet a PDU.
#[derive(Clone, Debug, Default)]
pub struct Framer {
    buffer: BytesMut,
    at: Option<Moment>,
    packet: u64,
}

impl Framer {
    /// Takes the next bytes, and gives the PDUs that are whole by now.
    ///
    /// Where bytes are missing, and where bytes are no PDU, it begins anew with the next piece.
    pub fn piece(&mut self, piece: &Piece, mut each: impl FnMut(Framed)) {
        if piece.missing > 0 {
            self.finish(&mut each);
        }
        (self.at, self.packet) = (piece.at, piece.packet);
        self.buffer.extend_from_slice(&piece.bytes);
        let before = self.buffer.len();
        while !self.buffer.is_empty() {
            match front(&self.buffer) {
                Front::Pdu(length) => {
                    let bytes = self.buffer.split_to(length).freeze();
                    each(Framed { at: self.at, packet: self.packet, bytes, whole: true });
                }
                Front::Part => break,
                Front::Noise => self.finish(&mut each),
            }
        }
        if self.buffer.len() < before {
            // The rest of a long allocation is not to be kept for the sake of a few bytes.
            self.buffer = BytesMut::from(&*self.buffer);
        }
    }

    /// Gives what is left.
    pub fn finish(&mut self, mut each: impl FnMut(Framed)) {
        if !self.buffer.is_empty() {
            let bytes = self.buffer.split().freeze();
            each(Framed { at: self.at, packet: self.packet, bytes, whole: false });
        }
    }

    /// Bytes that wait.
    pub fn held(&self) -> usize {
        self.buffer.len()
    }
}

/// What stands at the front of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Front {
    /// A PDU of this length.
    Pdu(usize),
    /// The beginning of one, as far as can be told.
    Part,
    /// None.
    Noise,
}

fn front(buffer: &[u8]) -> Front {
    let minor = buffer.get(1).is_none_or(|minor| *minor <= 1);
    let kind = buffer.get(2).is_none_or(|kind| *kind <= LAST_TYPE);
    if buffer.first() != Some(&MAJOR) || !minor || !kind {
        return Front::Noise;
    }
    match frame::first(buffer, usize::MAX) {
        Ok(Some(length)) => Front::Pdu(length),
        Ok(None) => Front::Part,
        Err(_) => Front::Noise,
    }
}

/// The highest number of a PDU type (C706 §12.6.4, MS-RPCE §2.2.2).
const LAST_TYPE: u8 = 20;

/// Whose PDU these bytes begin, where that can be told: `true` for a client's.
pub fn is_clients(bytes: &[u8]) -> Option<bool> {
    if bytes.len() < SIZE || front(bytes) == Front::Noise {
        return None;
    }
    let Header { packet_type, .. } = frame::header(bytes)?;
    match packet_type {
        PacketType::REQUEST
        | PacketType::BIND
        | PacketType::ALTER_CONTEXT
        | PacketType::CO_CANCEL
        | PacketType::ORPHANED => Some(true),
        PacketType::RESPONSE
        | PacketType::FAULT
        | PacketType::BIND_ACK
        | PacketType::BIND_NAK
        | PacketType::ALTER_CONTEXT_RESP => Some(false),
        _ => None,
    }
}
