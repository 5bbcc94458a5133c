//! Entries for people: a line of what stands where, the text below it.

use kms_proto::windows::event::Level;

use crate::console::{ASIDE, BAD, Console, HEADING};
use crate::event_log::record::Record;

/// An entry, with an empty line after it.
pub fn entry(record: &Record, console: &Console<'_>) -> String {
    let event = &record.event;
    let level = event.level.to_string();
    let level = match event.level {
        Level::Information => level,
        Level::Warning | Level::Error => console.paint(BAD, &level),
    };
    let id = console.paint(HEADING, &event.id.to_string());
    let aside = console.paint(ASIDE, &format!("{}, {}", event.log, event.provider));
    let time = event.time_created.to_string();
    let mut out = format!("{time}  {id}  {level}  {aside}\n");
    for line in event.description().lines() {
        let line = format!("    {line}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.push('\n');
    out
}

/// An entry as `wevtutil qe /f:text` prints it, the one numbered `place` of those printed, from 0.
pub fn wevtutil(record: &Record, place: usize) -> String {
    let event = &record.event;
    let time = event.time_created.to_string();
    // Milliseconds of local time, without a zone.
    let time = time.trim_end_matches('Z');
    let time = time.get(..time.len().min(23)).unwrap_or(time);
    format!(
        "Event[{place}]:\n  Log Name: {}\n  Source: {}\n  Date: {time}\n  Event ID: {}\n  \
         Task: N/A\n  Level: {}\n  Opcode: N/A\n  Keyword: Classic\n  User: N/A\n  \
         User Name: N/A\n  Computer: {}\n  Description: \n{}\n\n",
        event.log,
        event.provider,
        event.id,
        event.level,
        record.computer,
        event.description()
    )
}
