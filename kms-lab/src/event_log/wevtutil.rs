//! `wevtutil`: what it prints of a computer's event logs.

pub mod asked;

use std::fmt::Write;

use kms_proto::time::FileTime;
use kms_proto::windows::event::Log;

use crate::event_log::record::Record;
use crate::event_log::wevtutil::asked::{Asked, Form, Which};
use crate::event_log::{text, xml};
use crate::prompt::reply::Reply;

/// `ERROR_INVALID_PARAMETER`.
const INVALID_PARAMETER: u32 = 87;
/// `ERROR_EVT_INVALID_QUERY`.
const INVALID_QUERY: u32 = 15_001;
/// `ERROR_EVT_CHANNEL_NOT_FOUND`.
const NO_CHANNEL: u32 = 15_007;

/// Runs what stands after `wevtutil`, on a computer whose logs keep these records and whose clock
/// reads `now`.
///
/// A structured query is given as text, `<QueryList>…`, in the place of the name of its file.
pub fn run(args: &[String], records: Vec<Record>, now: FileTime) -> Reply {
    let is = |verb: &str, names: [&str; 2]| names.iter().any(|n| verb.eq_ignore_ascii_case(n));
    match args.split_first() {
        Some((verb, rest)) if is(verb, ["qe", "query-events"]) => match Asked::read(rest) {
            Ok(asked) => answer(&asked, records, now),
            Err(reply) => reply,
        },
        Some((verb, [])) if is(verb, ["el", "enum-logs"]) => {
            let names = [Log::Application, Log::KeyManagementService, Log::System];
            let names = names.map(|log| format!("{log}\n"));
            Reply::done(names.concat())
        }
        _ => {
            let text = "Only \"wevtutil qe LOG [/q:QUERY] [/f:XML|Text|RenderedXml] [/c:N] \
                        [/rd:true|false] [/e:ROOT]\", \"wevtutil qe FILE /sq:true\" and \
                        \"wevtutil el\" are simulated.\n";
            Reply::failed(text, INVALID_PARAMETER)
        }
    }
}

fn answer(asked: &Asked, mut records: Vec<Record>, now: FileTime) -> Reply {
    records.retain(|record| match &asked.which {
        Which::Of(log, query) => {
            *log == record.event.log && query.as_ref().is_none_or(|query| query.holds(record, now))
        }
        Which::Structured(query) => query.holds(record, now),
    });
    if asked.reverse {
        records.reverse();
    }
    let count = asked.count.unwrap_or(usize::MAX);
    let mut out = String::new();
    if let Some(root) = &asked.root {
        // A String takes whatever is written to it.
        let _ = writeln!(out, "<{root}>");
    }
    for (place, record) in (0..).zip(records.iter().take(count)) {
        match asked.form {
            Form::Text => out.push_str(&text::wevtutil(record, place)),
            Form::Xml => out.push_str(&xml::line(record)),
            Form::RenderedXml => out.push_str(&xml::rendered(record)),
        }
        if asked.form != Form::Text {
            out.push('\n');
        }
    }
    if let Some(root) = &asked.root {
        let _ = writeln!(out, "</{root}>");
    }
    Reply::done(out)
}
