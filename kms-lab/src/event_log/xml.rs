//! Entries as XML, in the shape `wevtutil qe /f:xml` prints.
//!
//! Element by element as the event schema of Windows has it (learn.microsoft.com, "Event Schema"),
//! without the provider's GUID: this project holds no identifiers of others' that it can do without.

use kms_proto::windows::event::{Level, PROVIDER};

use crate::event_log::element::Element;
use crate::event_log::record::Record;

/// The namespace of events.
const NAMESPACE: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

/// An entry as a tree.
pub fn tree(record: &Record) -> Element {
    let event = &record.event;
    let classic = event.provider == PROVIDER;
    let mut provider = Element::new("Provider").attribute("Name", event.provider);
    let mut id = Element::new("EventID").text(event.id.to_string());
    let (level, qualifiers) = match event.level {
        Level::Error => ("2", "49152"),
        Level::Warning => ("3", "32768"),
        Level::Information => ("4", "16384"),
    };
    if classic {
        provider = provider.attribute("EventSourceName", "Software Protection Platform Service");
        id = id.attribute("Qualifiers", qualifiers);
    }
    let keywords = if classic { "0x80000000000000" } else { "0x8000000000000000" };
    let time = event.time_created.to_string();
    let system = Element::new("System").with([
        provider,
        id,
        Element::new("Version").text("0"),
        Element::new("Level").text(level),
        Element::new("Task").text("0"),
        Element::new("Opcode").text("0"),
        Element::new("Keywords").text(keywords),
        Element::new("TimeCreated").attribute("SystemTime", time),
        Element::new("EventRecordID").text(record.number.to_string()),
        Element::new("Correlation"),
        Element::new("Execution").attribute("ProcessID", "0").attribute("ThreadID", "0"),
        Element::new("Channel").text(event.log.name()),
        Element::new("Computer").text(&record.computer),
        Element::new("Security"),
    ]);
    // All fields are one string: the message has one insert (`%nInfo:%n%1`).
    let data = Some(&event.info).filter(|info| !info.is_empty());
    let data = data.map(|info| Element::new("Data").text(info));
    let data = Element::new("EventData").with(data);
    Element::new("Event").attribute("xmlns", NAMESPACE).with([system, data])
}

/// An entry on one line, without its end.
pub fn line(record: &Record) -> String {
    let mut out = String::new();
    tree(record).write(&mut out);
    out
}

/// The same with the texts a reader would look up: `wevtutil qe /f:RenderedXml`.
pub fn rendered(record: &Record) -> String {
    let event = &record.event;
    let rendering = Element::new("RenderingInfo").attribute("Culture", "en-US").with([
        Element::new("Message").text(event.description()),
        Element::new("Level").text(event.level.to_string()),
        Element::new("Task"),
        Element::new("Opcode"),
        Element::new("Channel"),
        Element::new("Provider"),
        Element::new("Keywords").with([Element::new("Keyword").text("Classic")]),
    ]);
    let mut out = String::new();
    tree(record).with([rendering]).write(&mut out);
    out
}
