//! Dynamic updates ([RFC 2136]): what is sent, and what the answer says.
//!
//! [RFC 2136]: https://www.rfc-editor.org/rfc/rfc2136

use hickory_proto::op::{Message, MessageType, OpCode, Query};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};

use crate::dns::failure::DnsFailure;
use crate::dns::key::TsigKey;
use crate::dns::message::{read, write};
use crate::dns::tsig::{FUDGE, Signature, Stamp, seconds, sign};
use crate::time::FileTime;

/// The response code NOTAUTH, with which errors of signatures are told.
const NOT_AUTH: u16 = 9;

/// An update of a zone, in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The zone.
    pub zone: Name,
    /// What must hold before (RFC 2136 §2.4).
    pub prerequisites: Vec<Record>,
    /// What is added and deleted, in this order (RFC 2136 §2.5).
    pub changes: Vec<Record>,
}

/// An update on its way: its bytes, and what its answer is told by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentUpdate {
    /// The message.
    pub bytes: Vec<u8>,
    id: u16,
    signed: Option<(TsigKey, Vec<u8>, u64)>,
}

/// What the answer to an update says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateReply {
    /// Done, or why not.
    pub result: Result<(), DnsFailure>,
    /// What the server's clock read, where it says that the clocks differ.
    pub server_time: Option<FileTime>,
}

impl Update {
    /// Writes the update under this id; signed where there is a key, with what the signer's clock
    /// reads.
    pub fn send(&self, id: u16, by: Option<(&TsigKey, FileTime)>) -> SentUpdate {
        let mut message = Message::new(id, MessageType::Query, OpCode::Update);
        message.add_query(Query::query(self.zone.clone(), RecordType::SOA));
        message.add_answers(self.prerequisites.iter().cloned());
        message.add_authorities(self.changes.iter().cloned());
        let mut bytes = write(&message);
        let signed = by.map(|(key, now)| {
            let stamp = Stamp { time: seconds(now), ..Stamp::default() };
            let mac = sign(&mut bytes, key, &stamp, None);
            (key.clone(), mac, stamp.time)
        });
        SentUpdate { bytes, id, signed }
    }
}

impl SentUpdate {
    /// What a reply says; `None` where it is no reply to this update, so that one goes on waiting.
    pub fn read(&self, reply: &[u8]) -> Option<UpdateReply> {
        let Ok(message) = read(reply) else {
            let ours = crate::dns::outline::header(reply)
                .is_some_and(|header| header.id == self.id && header.is_response());
            let result = Err(DnsFailure::BadPacket);
            return ours.then_some(UpdateReply { result, server_time: None });
        };
        let header = &message.metadata;
        if header.id != self.id
            || header.message_type != MessageType::Response
            || header.op_code != OpCode::Update
        {
            return None;
        }
        let rcode = u16::from(header.response_code);
        let plain = if rcode == 0 { Ok(()) } else { Err(DnsFailure::Rcode(rcode)) };
        let reply = match (&self.signed, Signature::of(&message)) {
            (None, _) => UpdateReply { result: plain, server_time: None },
            (Some(signed), Some(signature)) => judged(plain, signed, &signature, reply),
            // An error may be told by one who does not sign; that it was done may not.
            (Some(_), None) => {
                UpdateReply { result: plain.and(Err(DnsFailure::BAD_SIGNATURE)), server_time: None }
            }
        };
        Some(reply)
    }
}

/// An answer with a signature (RFC 8945 §5.3).
fn judged(
    plain: Result<(), DnsFailure>,
    (key, mac, sent): &(TsigKey, Vec<u8>, u64),
    signature: &Signature,
    reply: &[u8],
) -> UpdateReply {
    let error = signature.error();
    let verified = signature.is_by(key, reply, Some(mac));
    let reported = plain == Err(DnsFailure::Rcode(NOT_AUTH)) && error != 0;
    // BADKEY and BADSIG cannot be signed: the two sides do not share the key.
    let unsigned = signature.data.mac.is_empty() && matches!(error, 16 | 17);
    let result = if reported && (verified || unsigned) {
        Err(DnsFailure::Rcode(error))
    } else if !verified {
        plain.and(Err(DnsFailure::BAD_SIGNATURE))
    } else if sent.abs_diff(signature.data.time) > 2 * u64::from(FUDGE) {
        plain.and(Err(DnsFailure::BAD_TIME))
    } else {
        plain
    };
    let late = verified && result == Err(DnsFailure::BAD_TIME);
    let server_time = signature.server_time().filter(|_| late);
    UpdateReply { result, server_time: server_time.map(crate::dns::tsig::filetime) }
}

/// A change that adds a record.
pub fn add(name: &Name, ttl: u32, data: RData) -> Record {
    Record::from_rdata(name.clone(), ttl, data)
}

/// A change that deletes all records of one type (RFC 2136 §2.5.2).
pub fn delete_all(name: &Name, kind: RecordType) -> Record {
    empty(name, kind, DNSClass::ANY)
}

/// A change that deletes one record (RFC 2136 §2.5.4).
pub fn delete(name: &Name, data: RData) -> Record {
    let mut record = Record::from_rdata(name.clone(), 0, data);
    record.dns_class = DNSClass::NONE;
    record
}

/// A prerequisite: the name has no record of the type (RFC 2136 §2.4.3).
pub fn absent(name: &Name, kind: RecordType) -> Record {
    empty(name, kind, DNSClass::NONE)
}

fn empty(name: &Name, kind: RecordType, class: DNSClass) -> Record {
    let mut record = Record::update0(name.clone(), 0, kind);
    record.dns_class = class;
    record
}
