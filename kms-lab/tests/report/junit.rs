//! `JUnit`, read back.

use std::collections::BTreeMap;

use kms_lab::report::junit::junit;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::{golden, suites};

#[test]
fn every_status() {
    golden::check("everything.xml", &junit(&suites::everything()).unwrap());
}

#[test]
fn seeds() {
    golden::check("seeds.xml", &junit(&suites::seeds()).unwrap());
}

#[test]
fn it_is_well_formed_and_holds_one_case_a_run() {
    let suite = suites::everything();
    let text = junit(&suite).unwrap();
    let elements = elements(&text);
    let names = |tag: &str| elements.iter().filter(|(name, _)| name == tag).count();
    assert_eq!(names("testcase"), suite.runs.len());
    assert_eq!(names("skipped"), 2, "a miss, not run");
    assert_eq!(names("failure"), 4, "unmet twice, over, late");
    assert_eq!(names("error"), 5, "nondeterministic, invalid, cannot start, cut short, internal");
    let files: Vec<&String> =
        elements.iter().filter(|(name, _)| name == "testsuite").map(|(_, a)| &a["name"]).collect();
    assert_eq!(files.len(), 5, "one suite a file: {files:?}");
    let totals = &elements.iter().find(|(name, _)| name == "testsuites").unwrap().1;
    assert_eq!((totals["tests"].as_str(), totals["failures"].as_str()), ("12", "4"));
    let threshold = elements.iter().find(|(_, a)| a.get("type").is_some_and(|t| t == "threshold"));
    assert_eq!(threshold.unwrap().0, "failure");
}

#[test]
fn no_control_character_is_left() {
    let text = junit(&suites::everything()).unwrap();
    let fit = |c: char| c == '\n' || c == '\t' || c >= ' ' && c != '\u{fffe}' && c != '\u{ffff}';
    assert!(text.chars().all(fit), "{text:?}");
    assert!(text.contains("]]&gt;"), "a section's end is escaped");
}

/// Every element with its attributes; fails where the document is not well formed.
fn elements(text: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    let mut elements = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => elements.push(element(&tag)),
            Event::GeneralRef(reference) => {
                let name: &[u8] = &reference;
                assert!(
                    [&b"lt"[..], b"gt", b"amp", b"quot", b"apos"].contains(&name),
                    "{reference:?}"
                );
            }
            Event::Eof => return elements,
            _ => {}
        }
    }
}

fn element(tag: &BytesStart<'_>) -> (String, BTreeMap<String, String>) {
    let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
    let attributes = tag.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
        (key, attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned())
    });
    (name, attributes.collect())
}
