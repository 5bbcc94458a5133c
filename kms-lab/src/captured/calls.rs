//! From what happened on the connections of a capture to what is told of it.

use std::collections::BTreeMap;

use kms_proto::capture::follow::Event;
use kms_proto::capture::found::Found;
use kms_proto::capture::framer::Framed;
use kms_proto::capture::passed::Side;
use kms_proto::capture::stream::{Place, What};
use kms_proto::dissect::{Calls, Dissector, Gist, Sealed};
use kms_proto::kms::realm::Realm;
use kms_proto::rpc::frame;
use kms_proto::rpc::header::{Flags, Header, PacketType};

use crate::captured::call::{Asked, call, stamp};
use crate::captured::record::{
    CallRecord, CaptureRecord, Head, MissingRecord, PduRecord, Record, StreamRecord, Verdict,
};
use crate::captured::walk::{Names, Walked};

/// Requests of one connection that may wait for their answers.
const MOST_ASKED: usize = 256;

/// What may be kept of all connections, in bytes. What is kept to follow them comes to at most
/// [`MOST_HELD`](kms_proto::capture::follow::MOST_HELD); both together to 32 MiB.
pub const MOST_KEPT: usize = 8 * 1024 * 1024;

/// What keeping a request costs, rounded up.
const ASKED: usize = 512;

/// Tells of a capture.
#[derive(Debug)]
pub struct Teller {
    dissector: Dissector,
    streams: BTreeMap<u64, Open>,
    kept: usize,
    sum: CaptureRecord,
}

/// A connection that may go on.
#[derive(Debug, Default)]
struct Open {
    calls: Calls,
    asked: BTreeMap<u32, Asked>,
    /// Something of it was let go of for want of room.
    let_go: bool,
}

impl Open {
    fn cost(&self) -> usize {
        self.calls.cost() + self.asked.len() * ASKED
    }
}

impl Teller {
    /// One that opens what is sealed in this realm.
    pub fn new(realm: Option<&Realm>) -> Self {
        let sum = CaptureRecord::default();
        Self { dissector: Dissector::new(realm), streams: BTreeMap::new(), kept: 0, sum }
    }

    /// What is to be told of an event.
    pub fn event(&mut self, event: &Event, names: &Names) -> Vec<Record> {
        let head = head(event.stream, event.place, event.side);
        let id = event.stream;
        match &event.what {
            What::Found(found) => {
                vec![Record::Stream(stream(event, *found, names))]
            }
            What::Missing(bytes) => {
                self.sum.missing = self.sum.missing.saturating_add(*bytes);
                vec![Record::Missing(MissingRecord { head, bytes: *bytes })]
            }
            What::Framed(framed) => self.framed(event, framed, head),
            What::End => vec![Record::End(head)],
            What::Reset => vec![Record::Reset(head)],
            What::GivenUp => {
                let mut told = vec![Record::GivenUp(head)];
                told.extend(self.left(id));
                told
            }
            // What comes late of a connection comes before this.
            What::Over => self.left(id),
        }
    }

    /// What is to be told once the capture is over: calls without an answer, and the sum.
    pub fn finish(mut self, walked: &Walked) -> (Vec<Record>, CaptureRecord) {
        let ids: Vec<u64> = self.streams.keys().copied().collect();
        let told: Vec<Record> = ids.into_iter().flat_map(|id| self.left(id)).collect();
        let tally = &walked.tally;
        let sum = CaptureRecord {
            kind: walked.kind.map(|kind| kind.to_string()).unwrap_or_default(),
            packets: walked.packets,
            streams: tally.streams,
            others: tally.others,
            repeated: tally.repeated,
            early: tally.early,
            stray_resets: tally.stray,
            given_up: tally.given_up.saturating_add(self.sum.given_up),
            unread: tally.not_tcp.iter().filter(|(what, _)| what.is_unread()).map(|(_, n)| n).sum(),
            not_tcp: tally.not_tcp.iter().map(|(what, n)| (*n, what.to_string())).collect(),
            broken: walked.broken.map(|error| error.to_string()),
            ..self.sum
        };
        (told, sum)
    }

    fn framed(&mut self, event: &Event, framed: &Framed, head: Head) -> Vec<Record> {
        let open = self.streams.entry(event.stream).or_default();
        let before = open.cost();
        let listing = self.dissector.list(&framed.bytes, &mut open.calls);
        let gist = Gist::of(&listing);
        let right = framed.whole && listing.is_whole();
        self.sum.wrong_form += u64::from(!right);
        self.sum.foreign += u64::from(gist.sealed == Some(Sealed::Foreign));
        let pdu = frame::header(&framed.bytes).filter(|_| framed.whole);
        let mut told = vec![Record::Pdu(PduRecord {
            head,
            packet_type: pdu.map(|header| header.packet_type.name().to_owned()).unwrap_or_default(),
            call: pdu.map(|header| header.call_id),
            length: framed.bytes.len(),
            right,
            lines: listing.lines,
        })];
        if let Some(header) = pdu {
            let calls = self.call(event, &header, gist);
            told.extend(calls.into_iter().map(Record::Call));
        }
        told.extend(self.keep(event.stream, before));
        told
    }

    /// Counts what a connection keeps, and lets go of it where that is too much of all.
    fn keep(&mut self, id: u64, before: usize) -> Vec<Record> {
        let after = self.streams.get(&id).map_or(0, Open::cost);
        self.kept = (self.kept + after).saturating_sub(before);
        if self.kept <= MOST_KEPT || after <= before {
            return Vec::new();
        }
        let fresh = Open { let_go: true, ..Open::default() };
        let open = self.streams.insert(id, fresh).unwrap_or_default();
        self.unanswered(id, open)
    }

    /// Keeps a request, or finishes its call.
    ///
    /// A request that makes room for another is a call without an answer.
    fn call(&mut self, event: &Event, header: &Header, gist: Gist) -> Option<CallRecord> {
        let (id, open) = (event.stream, self.streams.entry(event.stream).or_default());
        let last = header.flags.has(Flags::LAST);
        let over = match header.packet_type {
            PacketType::REQUEST if last => {
                let asked = Asked { place: event.place, gist };
                let same =
                    open.asked.insert(header.call_id, asked).map(|old| (header.call_id, old));
                let full = open.asked.len() > MOST_ASKED;
                let old = same.or_else(|| full.then(|| open.asked.pop_first()).flatten());
                old.map(|(call_id, old)| call(id, call_id, Some(old), None))
            }
            PacketType::RESPONSE | PacketType::FAULT if last => {
                let asked = open.asked.remove(&header.call_id);
                Some(call(id, header.call_id, asked, Some((event.place, gist))))
            }
            _ => None,
        };
        if let Some(call) = &over {
            self.count(call);
        }
        over
    }

    /// The calls of a connection that have no answer.
    fn left(&mut self, id: u64) -> Vec<Record> {
        let open = self.streams.remove(&id).unwrap_or_default();
        self.sum.given_up += u64::from(open.let_go);
        self.unanswered(id, open)
    }

    fn unanswered(&mut self, id: u64, open: Open) -> Vec<Record> {
        self.kept = self.kept.saturating_sub(open.cost());
        let calls =
            open.asked.into_iter().map(|(call_id, asked)| call(id, call_id, Some(asked), None));
        let calls: Vec<CallRecord> = calls.collect();
        for call in &calls {
            self.count(call);
        }
        calls.into_iter().map(Record::Call).collect()
    }

    fn count(&mut self, call: &CallRecord) {
        self.sum.calls += 1;
        let kind = match (&call.answer, call.result, &call.fault) {
            (Verdict::Absent, ..) => &mut self.sum.unanswered,
            (_, _, Some(_)) => &mut self.sum.faulted,
            (_, Some(_), None) if call.granted => &mut self.sum.granted,
            (_, Some(result), None) if result.is_ok() => &mut self.sum.unusable,
            (_, Some(_), None) => &mut self.sum.refused,
            (_, None, None) => return,
        };
        *kind += 1;
    }
}

fn stream(event: &Event, found: Found, names: &Names) -> StreamRecord {
    let (client, server) = event.ends;
    StreamRecord {
        stream: event.stream,
        client: client.to_string(),
        server: server.to_string(),
        client_name: names.get(&client.ip()).cloned(),
        server_name: names.get(&server.ip()).cloned(),
        found: match found {
            Found::Interface => "interface",
            Found::Message => "message",
            Found::Port => "port",
        },
        from_start: event.from_start,
    }
}

fn head(stream: u64, (at, packet): Place, side: Side) -> Head {
    Head {
        stream,
        packet,
        at: at.map(stamp),
        at_ns: at.map(|at| at.0),
        from: match side {
            Side::Client => "client",
            Side::Server => "server",
        },
    }
}
