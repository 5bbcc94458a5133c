//! What is told of a capture, and what would be played of it: every PDU once, every call in one place
//! of the sum, and a script says what the client said.

use std::collections::{BTreeMap, BTreeSet};

use kms_lab::captured::calls::Teller;
use kms_lab::captured::record::{CaptureRecord, Record, Verdict};
use kms_lab::captured::script::{Script, Scripts, Turn};
use kms_lab::captured::text::text;
use kms_lab::captured::walk::{Names, Walked};
use kms_proto::capture::follow::{Event, Tally};
use kms_proto::capture::passed::Side;
use kms_proto::capture::stream::What;
use kms_proto::kms::realm::Realm;

/// Tells of the events, plays them, and holds both to what happened.
pub(super) fn check(events: &[Event], tally: &Tally) {
    let mut teller = Teller::new(Some(&Realm::default()));
    let mut records = Vec::new();
    for event in events {
        let told = teller.event(event, &Names::new());
        let pdus = told.iter().filter(|record| matches!(record, Record::Pdu(_))).count();
        assert_eq!(pdus, usize::from(matches!(event.what, What::Framed(_))), "not told: {event:?}");
        records.extend(told);
    }
    let walked = Walked { kind: None, packets: 0, tally: tally.clone(), broken: None };
    let (left, sum) = teller.finish(&walked);
    records.extend(left);
    counted(&records, &sum);
    records.push(Record::Capture(sum));
    for record in &records {
        let lines = text(record, false);
        assert!(lines.chars().all(|c| c == '\n' || !c.is_control()), "a terminal obeys {lines:?}");
    }
    played(events);
}

/// Every call stands in one place of the sum.
fn counted(records: &[Record], sum: &CaptureRecord) {
    let calls: Vec<_> = records
        .iter()
        .filter_map(|record| match record {
            Record::Call(call) => Some(call),
            _ => None,
        })
        .collect();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    assert_eq!(sum.calls, count(calls.len()));
    let judged = sum.granted + sum.unusable + sum.refused + sum.faulted + sum.unanswered;
    let unread = calls.iter().filter(|call| {
        call.answer != Verdict::Absent && call.result.is_none() && call.fault.is_none()
    });
    assert_eq!(judged + count(unread.count()), sum.calls, "a call stands nowhere, or twice");
    assert_eq!(sum.granted, count(calls.iter().filter(|call| call.granted).count()));
}

/// A script says what its client said, in its order, as far as it goes.
fn played(events: &[Event]) {
    let mut scripts = Scripts::default();
    for event in events {
        if scripts.event(event).is_err() {
            return;
        }
    }
    let scripts: BTreeMap<u64, Script> =
        scripts.finish().into_iter().map(|script| (script.stream, script)).collect();
    let streams: BTreeSet<u64> = events.iter().map(|event| event.stream).collect();
    for stream in streams {
        let mut said = Vec::new();
        for event in events.iter().filter(|event| event.stream == stream) {
            if let (What::Framed(framed), Side::Client) = (&event.what, event.side) {
                said.extend_from_slice(&framed.bytes);
            }
        }
        let mut says = Vec::new();
        let script = scripts.get(&stream);
        for turn in script.map(|script| &*script.turns).unwrap_or_default() {
            if let Turn::Say(bytes) = turn {
                says.extend_from_slice(bytes);
            }
        }
        let whole = script.is_some_and(|script| script.cut.is_none());
        assert!(said.starts_with(&says), "stream {stream} is not played as it was said");
        assert!(!whole || said == says, "stream {stream} stops early and does not say so");
    }
}
