//! Structured queries: `<QueryList>`, as Event Viewer writes them and scripts hand them on.
//!
//! A list of queries, each with what it selects and what it suppresses of which log
//! (learn.microsoft.com, "Query Schema"). An entry answers if a query selects it that does not
//! suppress it.

use kms_proto::time::FileTime;
use kms_proto::windows::event::Log;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::event_log::query::Query;
use crate::event_log::record::{Record, log};

/// A structured query that was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Structured {
    queries: Vec<Listed>,
}

/// A `<Query>`.
#[derive(Clone, Debug, Default, PartialEq)]
struct Listed {
    selects: Vec<Picks>,
    suppresses: Vec<Picks>,
}

/// A `<Select>` or `<Suppress>`.
#[derive(Clone, Debug, PartialEq)]
struct Picks {
    log: Log,
    query: Query,
}

/// Why a structured query is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It is no structured query, or an `XPath` in it is none.
    Query,
    /// No computer has the log it names.
    Log,
}

/// The longest text that is read as one: more than anybody writes.
const LONGEST: usize = 1 << 20;

impl Structured {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// When it is none, or names a log that is not there.
    pub fn parse(text: &str) -> Result<Self, Broken> {
        if text.len() > LONGEST {
            return Err(Broken::Query);
        }
        let mut reading = Reading { reader: Reader::from_str(text) };
        reading.list()
    }

    /// Whether a text that stands where an `XPath` may is one.
    pub fn is_one(text: &str) -> bool {
        text.trim_start_matches(BYTE_ORDER_MARK).trim_start().starts_with('<')
    }

    /// Whether an entry answers it, the computer's clock reading `now`.
    pub fn holds(&self, record: &Record, now: FileTime) -> bool {
        let picks = |picks: &Picks| picks.log == record.event.log && picks.query.holds(record, now);
        let holds =
            |query: &Listed| query.selects.iter().any(picks) && !query.suppresses.iter().any(picks);
        self.queries.iter().any(holds)
    }
}

/// Files of Windows may begin with it.
const BYTE_ORDER_MARK: char = '\u{feff}';

struct Reading<'t> {
    reader: Reader<&'t [u8]>,
}

impl<'t> Reading<'t> {
    fn next(&mut self) -> Result<Event<'t>, Broken> {
        self.reader.read_event().map_err(|_| Broken::Query)
    }

    fn list(&mut self) -> Result<Structured, Broken> {
        loop {
            match self.next()? {
                Event::Start(of) if is(&of, b"QueryList") => break,
                Event::Decl(_) | Event::Comment(_) => {}
                Event::Text(text) if is_blank(&text) => {}
                _ => return Err(Broken::Query),
            }
        }
        let mut list = Structured::default();
        while let Some((of, empty)) = self.child(b"QueryList")? {
            if !is(&of, b"Query") {
                return Err(Broken::Query);
            }
            if !empty {
                list.queries.push(self.query(&of)?);
            }
        }
        let nothing = list.queries.iter().all(|query| query.selects.is_empty());
        if nothing { Err(Broken::Query) } else { Ok(list) }
    }

    fn query(&mut self, of: &BytesStart<'_>) -> Result<Listed, Broken> {
        let own = path(of)?;
        let mut query = Listed::default();
        while let Some((of, empty)) = self.child(b"Query")? {
            let picked = if is(&of, b"Select") {
                &mut query.selects
            } else if is(&of, b"Suppress") {
                &mut query.suppresses
            } else {
                return Err(Broken::Query);
            };
            let path = path(&of)?.or_else(|| own.clone()).ok_or(Broken::Query)?;
            let log = log(path.trim()).ok_or(Broken::Log)?;
            let text = if empty { String::new() } else { self.content(&of)? };
            let query = Query::parse(text.trim()).ok_or(Broken::Query)?;
            picked.push(Picks { log, query });
        }
        Ok(query)
    }

    /// The next element in the one of this name, and whether it is empty; `None` at its end.
    fn child(&mut self, within: &[u8]) -> Result<Option<(BytesStart<'t>, bool)>, Broken> {
        loop {
            match self.next()? {
                Event::Start(of) => return Ok(Some((of, false))),
                Event::Empty(of) => return Ok(Some((of, true))),
                Event::End(of) if of.local_name().as_ref() == within => return Ok(None),
                Event::Comment(_) => {}
                Event::Text(text) if is_blank(&text) => {}
                _ => return Err(Broken::Query),
            }
        }
    }

    /// The text in an element that has no elements in it.
    fn content(&mut self, of: &BytesStart<'_>) -> Result<String, Broken> {
        let mut out = String::new();
        loop {
            match self.next()? {
                Event::Text(text) => {
                    out.push_str(&text.xml10_content().map_err(|_| Broken::Query)?);
                }
                Event::CData(text) => {
                    out.push_str(&text.xml10_content().map_err(|_| Broken::Query)?);
                }
                Event::GeneralRef(named) => out.push(letter(&named)?),
                Event::Comment(_) => {}
                Event::End(end) if end.name() == of.name() => return Ok(out),
                _ => return Err(Broken::Query),
            }
        }
    }
}

fn is(of: &BytesStart<'_>, name: &[u8]) -> bool {
    of.local_name().as_ref() == name
}

fn is_blank(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    text.iter().all(u8::is_ascii_whitespace)
}

/// The log that an element names.
fn path(of: &BytesStart<'_>) -> Result<Option<String>, Broken> {
    let attribute = of.try_get_attribute("Path").map_err(|_| Broken::Query)?;
    let Some(attribute) = attribute else { return Ok(None) };
    let value = attribute.normalized_value(XmlVersion::Implicit1_0);
    Ok(Some(value.map_err(|_| Broken::Query)?.into_owned()))
}

/// `&lt;`, `&#60;`: nothing else is declared in a query.
fn letter(of: &BytesRef<'_>) -> Result<char, Broken> {
    if let Some(letter) = of.resolve_char_ref().map_err(|_| Broken::Query)? {
        return Ok(letter);
    }
    let name: &[u8] = of;
    match name {
        b"lt" => Ok('<'),
        b"gt" => Ok('>'),
        b"amp" => Ok('&'),
        b"quot" => Ok('"'),
        b"apos" => Ok('\''),
        _ => Err(Broken::Query),
    }
}
