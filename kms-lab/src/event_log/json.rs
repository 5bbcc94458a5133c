//! Entries as JSON, one line each.

use kms_proto::windows::event::Event;
use serde::Serialize;

use crate::event_log::record::Record;

#[derive(Serialize)]
struct Line<'a> {
    record: u64,
    computer: &'a str,
    #[serde(flatten)]
    event: &'a Event,
}

/// An entry, without the end of its line.
///
/// # Errors
///
/// Never: every value of it can be written.
pub fn line(record: &Record) -> serde_json::Result<String> {
    let Record { number, computer, event } = record;
    serde_json::to_string(&Line { record: *number, computer, event })
}
