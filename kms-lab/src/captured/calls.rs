//! From what happened on the connections of a capture to what is told of it.

use std::collections::BTreeMap;

use kms_proto::capture::follow::{Event, MOST_STREAMS};
use kms_proto::capture::found::Found;
use kms_proto::capture::framer::Framed;
use kms_proto::capture::passed::Side;
use kms_proto::capture::stream::{Place, What};
use kms_proto::dissect::{Calls, Dissector, Gist, Sealed};
use kms_proto::kms::catalogue::find;
use kms_proto::kms::realm::Realm;
use kms_proto::rpc::frame;
use kms_proto::rpc::header::{Flags, Header, PacketType};
use kms_proto::time::Moment;

use crate::captured::record::{
    CallRecord, CaptureRecord, Head, MissingRecord, PduRecord, Record, StreamRecord, Verdict,
};
use crate::captured::walk::{Names, Walked};

/// Requests of one connection that may wait for their answers.
const MOST_ASKED: usize = 256;

/// Tells of a capture.
#[derive(Debug)]
pub struct Teller {
    dissector: Dissector,
    streams: BTreeMap<u64, Open>,
    sum: CaptureRecord,
}

/// A connection that may go on.
#[derive(Debug, Default)]
struct Open {
    calls: Calls,
    asked: BTreeMap<u32, Asked>,
    ended: [bool; 2],
}

/// A request whose answer is not here yet.
#[derive(Debug)]
struct Asked {
    place: Place,
    gist: Gist,
}

impl Teller {
    /// One that opens what is sealed in this realm.
    pub fn new(realm: Option<&Realm>) -> Self {
        let sum = CaptureRecord::default();
        Self { dissector: Dissector::new(realm), streams: BTreeMap::new(), sum }
    }

    /// What is to be told of an event.
    pub fn event(&mut self, event: &Event, names: &Names) -> Vec<Record> {
        let head = head(event.stream, event.place, event.side);
        let id = event.stream;
        match &event.what {
            What::Found(found) => {
                while self.streams.len() >= MOST_STREAMS {
                    self.streams.pop_first();
                }
                self.streams.insert(id, Open::default());
                vec![Record::Stream(stream(event, *found, names))]
            }
            What::Missing(bytes) => {
                self.sum.missing = self.sum.missing.saturating_add(*bytes);
                vec![Record::Missing(MissingRecord { head, bytes: *bytes })]
            }
            What::Framed(framed) => self.framed(event, framed, head),
            What::End | What::Reset => {
                let reset = event.what == What::Reset;
                let mut told = vec![if reset { Record::Reset(head) } else { Record::End(head) }];
                if let Some(open) = self.streams.get_mut(&id) {
                    match event.side {
                        Side::Client => open.ended[0] = true,
                        Side::Server => open.ended[1] = true,
                    }
                    if reset || open.ended == [true, true] {
                        told.extend(self.left(id));
                    }
                }
                told
            }
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
            given_up: tally.given_up,
            not_tcp: tally.not_tcp.iter().map(|(what, n)| (*n, what.to_string())).collect(),
            broken: walked.broken.map(|error| error.to_string()),
            ..self.sum
        };
        (told, sum)
    }

    fn framed(&mut self, event: &Event, framed: &Framed, head: Head) -> Vec<Record> {
        let Some(open) = self.streams.get_mut(&event.stream) else { return Vec::new() };
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
        let Some(header) = pdu else { return told };
        told.extend(self.call(event, &header, gist).map(Record::Call));
        told
    }

    /// Keeps a request, or finishes its call.
    fn call(&mut self, event: &Event, header: &Header, gist: Gist) -> Option<CallRecord> {
        let open = self.streams.get_mut(&event.stream)?;
        let last = header.flags.has(Flags::LAST);
        match header.packet_type {
            PacketType::REQUEST if last => {
                while open.asked.len() >= MOST_ASKED {
                    open.asked.pop_first();
                }
                open.asked.insert(header.call_id, Asked { place: event.place, gist });
                None
            }
            PacketType::RESPONSE | PacketType::FAULT if last => {
                let asked = open.asked.remove(&header.call_id);
                let call = call(event.stream, header.call_id, asked, Some((event.place, gist)));
                self.count(&call);
                Some(call)
            }
            _ => None,
        }
    }

    /// The calls of a connection that have no answer.
    fn left(&mut self, id: u64) -> Vec<Record> {
        let asked = self.streams.remove(&id).map(|open| open.asked).unwrap_or_default();
        let calls = asked.into_iter().map(|(call_id, asked)| call(id, call_id, Some(asked), None));
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
            (_, Some(result), None) if result.is_ok() => &mut self.sum.granted,
            (_, Some(_), None) => &mut self.sum.refused,
            (_, None, None) => return,
        };
        *kind += 1;
    }
}

/// A call, from its two halves.
fn call(
    stream: u64,
    call: u32,
    asked: Option<Asked>,
    answered: Option<(Place, Gist)>,
) -> CallRecord {
    let (request_place, request) = asked.map(|asked| (asked.place, asked.gist)).unzip();
    let (answer_place, answer) = answered.unzip();
    let at = request_place.and_then(|(at, _)| at);
    let client_time = request.as_ref().and_then(|gist| gist.client_time);
    let skew = client_time.zip(at).map(|(time, at)| time.skew_from(at.filetime()));
    let took = answer_place.and_then(|(answered, _)| Some(answered?.since(at?).0));
    let result = answer.as_ref().and_then(|gist| gist.hresult);
    let version = request.as_ref().and_then(|gist| gist.version);
    CallRecord {
        stream,
        call,
        request_packet: request_place.map(|(_, packet)| packet),
        answer_packet: answer_place.map(|(_, packet)| packet),
        at: at.map(stamp),
        took_ns: took,
        version: version.map(|(major, minor)| format!("{major}.{minor}")),
        machine: request.as_ref().and_then(|gist| gist.machine.clone()),
        client_time: client_time.map(|time| time.to_string()),
        skew,
        skew_ns: skew.map(kms_proto::time::skew::Skew::nanos),
        request: verdict(request.as_ref()),
        answer: verdict(answer.as_ref()),
        result,
        symbol: result.and_then(find).and_then(|entry| entry.symbol),
        fault: answer.as_ref().and_then(|gist| gist.fault).map(|status| status.to_string()),
        count: answer.as_ref().and_then(|gist| gist.count),
    }
}

fn verdict(gist: Option<&Gist>) -> Verdict {
    let Some(gist) = gist else { return Verdict::Absent };
    if let Some((offset, why)) = &gist.wrong {
        return Verdict::WrongForm { offset: *offset, why: why.clone() };
    }
    match gist.sealed {
        None => Verdict::Plain,
        Some(Sealed::Holds) => Verdict::Sealed,
        Some(Sealed::Foreign) => Verdict::Foreign,
        Some(Sealed::Unopened) => Verdict::Unopened,
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

/// A moment as text.
fn stamp(at: Moment) -> String {
    at.filetime().to_string()
}
