//! An answer of a zone: what it repeats, how long it may be, how it is signed.

use hickory_proto::op::{Edns, Message, OpCode};
use hickory_proto::rr::RecordType;
use kms_proto::dns::message::{PLAIN_UDP, UDP, write};
use kms_proto::dns::name::shown;
use kms_proto::time::duration::Nanos;

use crate::dns::guard::Signed;

/// What a message came over, which limits the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Datagrams: 512 bytes, or as many as the one who asks has room for, at most 1232.
    Udp,
    /// A connection: 65,535 bytes.
    Tcp,
}

/// An answer, and what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The answer.
    pub bytes: Vec<u8>,
    /// What was asked, as far as it could be read.
    pub asked: Asked,
    /// The code answered with: that of the signature where it was not taken, else of the header.
    pub rcode: u16,
    /// The key it was signed with and taken; `None` where it was not.
    pub key: Option<String>,
    /// How much later than at once it is to be sent.
    pub late: Nanos,
}

/// What was asked of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Something that cannot be read, or that no zone does.
    Odd,
    /// Records: of which type, and of which name.
    Query(RecordType, String),
    /// A change of the names it says.
    Update {
        /// The names, each once, without the dot at its end.
        names: Vec<String>,
        /// Whether anything changed.
        changed: bool,
    },
}

/// An answer that repeats what was asked.
pub(super) fn begin(request: &Message) -> Message {
    let mut answer = Message::response(request.metadata.id, request.metadata.op_code);
    answer.metadata.recursion_desired = request.metadata.recursion_desired;
    answer.add_queries(request.queries.iter().cloned());
    if request.edns.is_some() {
        let mut edns = Edns::new();
        edns.set_max_payload(UDP);
        answer.set_edns(edns);
    }
    answer
}

pub(super) fn asked(request: &Message) -> Asked {
    match (request.metadata.op_code, request.queries.as_slice()) {
        (OpCode::Query, [query]) => Asked::Query(query.query_type(), shown(query.name())),
        (OpCode::Update, _) => {
            let mut names: Vec<String> = Vec::new();
            for record in &request.authorities {
                let name = shown(&record.name);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            Asked::Update { names, changed: false }
        }
        _ => Asked::Odd,
    }
}

/// How long an answer may be.
pub(super) fn room(request: &Message, transport: Transport) -> usize {
    match transport {
        Transport::Tcp => usize::from(u16::MAX),
        Transport::Udp => {
            let room = request.edns.as_ref().map_or(PLAIN_UDP, Edns::max_payload);
            room.clamp(PLAIN_UDP, UDP).into()
        }
    }
}

/// Writes and signs the answer; one that is too long says so and nothing else (RFC 2181 §9).
pub(super) fn finish(answer: &Message, signed: &Signed, now: u64, room: usize) -> Vec<u8> {
    let mut bytes = write(answer);
    signed.answer(&mut bytes, now);
    if bytes.len() > room {
        bytes = write(&answer.truncate());
        signed.answer(&mut bytes, now);
    }
    bytes
}
