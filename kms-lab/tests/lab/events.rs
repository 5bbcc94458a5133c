//! The event log, as text, JSON and XML.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use crate::folder::Folder;

#[test]
fn entries_are_json_lines_with_their_numbers() {
    let lab = Folder::with_lab("events-json");
    lab.run(&["slmgr", "/ato"]);
    lab.ok(&["lab", "set", "member", "clock", "true"]);
    lab.ok(&["slmgr", "/ato"]);
    let text = lab.ok(&["events", "member", "--json", "--log", "application"]);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let short: Vec<(u64, u64)> = lines
        .iter()
        .map(|line| (line["record"].as_u64().unwrap(), line["id"].as_u64().unwrap()))
        .collect();
    assert_eq!(short, [(3, 12288), (5, 12288), (6, 12289)]);
    assert_eq!(lines[0]["computer"], "MEMBER");
    assert_eq!(lines[0]["time_created"].as_str().unwrap().get(..10), Some("2009-01-01"));
    assert_eq!(lines[1]["time_created"].as_str().unwrap().get(..10), Some("2026-01-05"));
    // Setting the clock is an event of the System log, and takes a number.
    assert_eq!(lab.ok(&["events", "--json", "--id", "12289,1"]).lines().count(), 2);
    assert_eq!(lab.ok(&["events", "--log", "System", "--id", "12288"]), "");
}

#[test]
fn entries_are_well_formed_xml_in_the_shape_of_wevtutil() {
    let lab = Folder::with_lab("events-xml");
    lab.run(&["slmgr", "/ato"]);
    let xml = lab.ok(&["events", "kms", "--xml", "--id", "12290"]);
    let golden = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
        <Provider Name='Microsoft-Windows-Security-SPP' \
        EventSourceName='Software Protection Platform Service'/>\
        <EventID Qualifiers='16384'>12290</EventID><Version>0</Version><Level>4</Level>\
        <Task>0</Task><Opcode>0</Opcode><Keywords>0x80000000000000</Keywords>\
        <TimeCreated SystemTime='2026-01-05T09:00:00.0045000Z'/><EventRecordID>2</EventRecordID>\
        <Correlation/><Execution ProcessID='0' ThreadID='0'/>\
        <Channel>Key Management Service</Channel><Computer>kms.corp.example</Computer><Security/>\
        </System><EventData><Data>0xC004F06C,5,MEMBER,";
    assert!(xml.starts_with(golden), "{xml}");
    let mut reader = Reader::from_str(&xml);
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
}

#[test]
fn entries_are_told_as_they_come() {
    let lab = Folder::with_lab("follow");
    lab.run(&["slmgr", "/ato"]);
    let mut follow = lab.kmslab(&["events", "--json", "--follow"]);
    let mut child = follow.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let id = |line: Value| line["id"].as_u64().unwrap();
    // DNS does not take the machine's signature, the time service has found its source, the request
    // is refused; and once more when begun anew.
    assert_eq!([id(next()), id(next()), id(next())], [8019, 37, 12288]);
    lab.run(&["slmgr", "/ato"]);
    assert_eq!(id(next()), 12288);
    lab.ok(&["lab", "reset"]);
    lab.run(&["slmgr", "/ato"]);
    assert_eq!(id(next()), 8019);
    child.kill().unwrap();
    child.wait().unwrap();
}
