//! Messages from bytes and to them.

use core::fmt;

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{Name, RecordType};

use crate::dns::outline::outline;
use crate::error::DecodeError;

/// The largest message taken or sent over UDP where both sides say so, which fits any path
/// (DNS flag day 2020).
pub const UDP: u16 = 1232;

/// The largest message over UDP where nothing is said (RFC 1035 §2.3.4).
pub const PLAIN_UDP: u16 = 512;

/// Bytes that are no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The sections do not hold what the header says.
    Outline(DecodeError),
    /// A record's data is not well-formed.
    Record(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outline(error) => error.fmt(f),
            Self::Record(why) => f.write_str(why),
        }
    }
}

impl core::error::Error for Unreadable {}

/// Reads a message that fills `bytes`.
///
/// # Errors
///
/// When they are none.
pub fn read(bytes: &[u8]) -> Result<Message, Unreadable> {
    outline(bytes).map_err(Unreadable::Outline)?;
    Message::from_vec(bytes).map_err(|error| Unreadable::Record(error.to_string()))
}

/// Writes a message; one that is longer than 65,535 bytes becomes an empty one that says SERVFAIL.
pub fn write(message: &Message) -> Vec<u8> {
    let written = message.to_vec().ok().filter(|bytes| u16::try_from(bytes.len()).is_ok());
    written.unwrap_or_else(|| {
        let mut short = Message::new(message.metadata.id, MessageType::Response, OpCode::Query);
        short.metadata.op_code = message.metadata.op_code;
        short.metadata.response_code = ResponseCode::ServFail;
        short.to_vec().unwrap_or_default()
    })
}

/// A question: one name, one type, with room for [`UDP`] bytes of answer.
pub fn question(id: u16, name: &Name, kind: RecordType) -> Message {
    let mut message = Message::new(id, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name.clone(), kind));
    let mut edns = Edns::new();
    edns.set_max_payload(UDP);
    message.set_edns(edns);
    message
}
