//! `wevtutil qe`: queries of a simulated computer's event log.

use std::fmt::Write;

use kms_proto::time::FileTime;
use kms_proto::windows::event::Log;

use crate::clock::true_now;
use crate::event_log::query::Query;
use crate::event_log::record::{Record, log, records};
use crate::event_log::{text, xml};
use crate::lab::Lab;
use crate::lab::locate::{MACHINE, file, variable};
use crate::prompt::reply::Reply;
use crate::stop::Stop;

/// `ERROR_INVALID_PARAMETER`.
const INVALID_PARAMETER: u32 = 87;
/// `ERROR_EVT_INVALID_QUERY`.
const INVALID_QUERY: u32 = 15_001;
/// `ERROR_EVT_CHANNEL_NOT_FOUND`.
const NO_CHANNEL: u32 = 15_007;

/// How entries are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Xml,
    RenderedXml,
    Text,
}

/// What `wevtutil qe` was told.
#[derive(Debug, Default)]
struct Asked {
    log: Option<Log>,
    query: Option<Query>,
    form: Form,
    /// At most so many.
    count: Option<usize>,
    /// Newest first.
    reverse: bool,
    /// The element around all of them.
    root: Option<String>,
}

/// Runs what stands after `wevtutil`.
///
/// # Errors
///
/// When there is no lab or computer.
pub(super) fn run(args: &[String]) -> Result<Reply, Stop> {
    let asked = match args.split_first() {
        Some((verb, rest)) if is(verb, "qe") || is(verb, "query-events") => match read(rest) {
            Ok(asked) => asked,
            Err(reply) => return Ok(reply),
        },
        Some((verb, [])) if is(verb, "el") || is(verb, "enum-logs") => {
            let names = [Log::Application, Log::KeyManagementService, Log::System];
            let names = names.map(|log| format!("{log}\n"));
            return Ok(Reply::done(names.concat()));
        }
        _ => {
            let text = "Only \"wevtutil qe LOG [/q:QUERY] [/f:XML|Text|RenderedXml] [/c:N] \
                        [/rd:true|false] [/e:ROOT]\" and \"wevtutil el\" are simulated.\n";
            return Ok(Reply::failed(text, INVALID_PARAMETER));
        }
    };
    let mut present = Lab::open(&file(None))?.look()?;
    present.follow(true_now());
    let actor = present.computer(variable(MACHINE).as_deref())?;
    let now = present.world.clock(actor).map(|clock| clock.peek(present.world.now()).wall);
    Ok(answer(&asked, records(&present.world, actor), now.unwrap_or_default()))
}

fn answer(asked: &Asked, mut records: Vec<Record>, now: FileTime) -> Reply {
    records.retain(|record| {
        asked.log.is_none_or(|log| log == record.event.log)
            && asked.query.as_ref().is_none_or(|query| query.holds(record, now))
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

/// Options stand anywhere: `/c:3` or `/count:3`.
fn read(args: &[String]) -> Result<Asked, Reply> {
    let mut asked = Asked::default();
    for arg in args {
        let Some(option) = arg.strip_prefix(['/', '-']) else {
            if asked.log.is_some() {
                return Err(invalid(arg));
            }
            asked.log = Some(log(arg).ok_or_else(|| {
                let text = "Failed to read events. The specified channel could not be found.\n";
                Reply::failed(text, NO_CHANNEL)
            })?);
            continue;
        };
        let (name, value) = option.split_once(':').ok_or_else(|| invalid(arg))?;
        match name.to_ascii_lowercase().as_str() {
            "q" | "query" => {
                let query = Query::parse(value).ok_or_else(|| {
                    let text = "Failed to read events. The specified query is invalid.\n";
                    Reply::failed(text, INVALID_QUERY)
                })?;
                asked.query = Some(query);
            }
            "f" | "format" => {
                asked.form = match value.to_ascii_lowercase().as_str() {
                    "xml" => Form::Xml,
                    "renderedxml" => Form::RenderedXml,
                    "text" => Form::Text,
                    _ => return Err(invalid(arg)),
                };
            }
            "c" | "count" => asked.count = Some(value.parse().map_err(|_| invalid(arg))?),
            "rd" | "reversedirection" => {
                asked.reverse = match value.to_ascii_lowercase().as_str() {
                    "true" | "t" => true,
                    "false" | "f" => false,
                    _ => return Err(invalid(arg)),
                };
            }
            "e" | "element" if is_name(value) => asked.root = Some(value.to_owned()),
            // The computer's locale, and files and bookmarks there are none of.
            "l" | "locale" => {}
            _ => return Err(invalid(arg)),
        }
    }
    if asked.log.is_none() {
        return Err(Reply::failed("Too few arguments: the name of a log.\n", INVALID_PARAMETER));
    }
    Ok(asked)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn is(word: &str, name: &str) -> bool {
    word.eq_ignore_ascii_case(name)
}

fn invalid(arg: &str) -> Reply {
    Reply::failed(format!("Invalid option or value: {arg}\n"), INVALID_PARAMETER)
}
