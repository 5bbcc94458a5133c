//! What is told of a capture, for people.

use std::fmt::{self, Write as _};

use kms_proto::dissect::Listing;
use kms_proto::time::duration::Nanos;

use crate::captured::record::{
    CallRecord, CaptureRecord, Head, PduRecord, Record, StreamRecord, Verdict,
};
use crate::report::clean::clean;

/// One thing told, as lines. With `calls`, only what belongs to calls.
pub fn text(record: &Record, calls: bool) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write(record, calls, &mut text);
    text
}

fn write(record: &Record, calls: bool, out: &mut String) -> fmt::Result {
    match record {
        Record::Stream(stream) => writeln!(out, "{}", heading(stream)),
        Record::Pdu(pdu) if !calls || !pdu.right => write_pdu(pdu, out),
        Record::Call(call) => writeln!(out, "= {}", said(call)),
        Record::Missing(missing) => {
            writeln!(out, "{} {} bytes are not in the capture", place(&missing.head), missing.bytes)
        }
        Record::End(head) if !calls => writeln!(out, "{} end", place(head)),
        Record::Pdu(_) | Record::End(_) => Ok(()),
        Record::Reset(head) => writeln!(out, "{} reset", place(head)),
        Record::GivenUp(head) => {
            writeln!(out, "stream {} is followed no more, for want of room", head.stream)
        }
        Record::Capture(sum) => write_sum(sum, out),
    }
}

fn heading(stream: &StreamRecord) -> String {
    let named = |address: &str, name: &Option<String>| match name {
        Some(name) => format!("{address} ({})", clean(name)),
        None => address.to_owned(),
    };
    let client = named(&stream.client, &stream.client_name);
    let server = named(&stream.server, &stream.server_name);
    let found = match stream.found {
        "interface" => "its bind names the interface",
        "message" => "it carries KMS messages",
        _ => "by its port",
    };
    let whole = if stream.from_start { "" } else { "; the capture begins in the middle of it" };
    format!("stream {}: {client} -> {server}, {found}{whole}", stream.stream)
}

/// Where something was captured, and which way it went.
fn place(head: &Head) -> String {
    let at = head.at.as_deref().unwrap_or("no time");
    let way = if head.from == "client" { "client ->" } else { "server ->" };
    format!("#{} {at} stream {} {way}", head.packet, head.stream)
}

fn write_pdu(pdu: &PduRecord, out: &mut String) -> fmt::Result {
    let kind = if pdu.packet_type.is_empty() { "no whole PDU" } else { &pdu.packet_type };
    let call = pdu.call.map(|call| format!(", call {call}")).unwrap_or_default();
    writeln!(out, "{} {kind}{call}, {} bytes", place(&pdu.head), pdu.length)?;
    let listing = Listing { lines: pdu.lines.clone() };
    for line in listing.to_string().lines() {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// A call in one line.
fn said(call: &CallRecord) -> String {
    let mut parts = vec![format!("stream {}, call {}", call.stream, call.call)];
    let from = |machine: &String| format!(" from {}", clean(machine));
    if let Some(version) = &call.version {
        let machine = call.machine.as_ref().map(from).unwrap_or_default();
        parts.push(format!("version {version}{machine}"));
    }
    if let Some(time) = &call.client_time {
        parts.push(format!("client time {time}"));
    }
    if let Some(skew) = call.skew {
        parts.push(format!("skew {skew} against the capture's clock"));
    }
    let took = call.took_ns.filter(|took| *took > 0).map(|took| format!(" after {}", Nanos(took)));
    let outcome = match (&call.answer, call.result, &call.fault) {
        (Verdict::Absent, ..) => "no answer in the capture".to_owned(),
        (_, _, Some(fault)) => format!("fault {fault}"),
        (_, Some(result), None) if result.is_ok() && !call.granted => {
            "answered with success that no client takes".to_owned()
        }
        (_, Some(result), None) if result.is_ok() => match call.count {
            Some(count) => format!("granted, count {count}"),
            None => "granted".to_owned(),
        },
        (_, Some(result), None) => match call.symbol {
            Some(symbol) => format!("refused {result} {symbol}"),
            None => format!("refused {result}"),
        },
        (_, None, None) => "an answer that cannot be read".to_owned(),
    };
    parts.push(format!("{outcome}{}", took.unwrap_or_default()));
    if let (Some(asked), Some(answered)) = (&call.version, &call.answer_version)
        && asked != answered
    {
        parts.push(format!("answer of version {answered}"));
    }
    for (what, verdict) in [("request", &call.request), ("answer", &call.answer)] {
        match verdict {
            Verdict::Foreign => {
                parts.push(format!("{what} of right form, but not this realm's seal, or altered"));
            }
            Verdict::WrongForm { offset, why } => {
                parts.push(format!("{what} of wrong form, at {offset}: {why}"));
            }
            Verdict::Absent if what == "request" => parts.push("request not captured".to_owned()),
            Verdict::Absent | Verdict::Plain | Verdict::Sealed | Verdict::Unopened => {}
        }
    }
    parts.join("; ")
}

fn write_sum(sum: &CaptureRecord, out: &mut String) -> fmt::Result {
    let several = |count: u64, one: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
    };
    writeln!(
        out,
        "{}: {}, {} of KMS, {} other; {}: {} granted, {} refused, {} faulted, {} unanswered",
        sum.kind,
        several(sum.packets, "packet"),
        several(sum.streams, "stream"),
        sum.others,
        several(sum.calls, "call"),
        sum.granted,
        sum.refused,
        sum.faulted,
        sum.unanswered,
    )?;
    let notes = [
        (sum.unusable, "answered with success that no client takes"),
        (sum.wrong_form, "of wrong form, or no PDU at all"),
        (sum.foreign, "of right form, but not this realm's seal, or altered"),
        (sum.missing, "bytes not in the capture"),
        (sum.repeated, "bytes that came more than once"),
        (sum.early, "bytes from before the first one captured of their side: too late to be read"),
        (sum.stray_resets, "resets out of place, which end nothing"),
        (sum.given_up, "streams given up for want of room"),
    ];
    for (count, what) in notes.into_iter().filter(|(count, _)| *count > 0) {
        writeln!(out, "{count} {what}")?;
    }
    for (count, what) in &sum.not_tcp {
        writeln!(out, "{} {what}", several(*count, "packet"))?;
    }
    if let Some(broken) = &sum.broken {
        writeln!(out, "the capture cannot be read any further: {broken}")?;
    }
    Ok(())
}
