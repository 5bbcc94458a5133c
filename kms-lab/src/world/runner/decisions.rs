//! What two runs over loopback must have in common: who did what, and how it was decided.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::report::trouble::Difference;

/// Lines that tell of a decision. What connections did is not among them: when a host learns that
/// one was closed is a matter of the computer's moods.
const TOLD: [&str; 7] = ["exchange", "attempt", "fault", "clock", "step", "expect", "miss"];

/// Fields that hold this computer's time, or follow from it, or number a connection.
const OF_THE_COMPUTER: [&str; 21] = [
    "seq",
    "t",
    "t_ns",
    "wall",
    "conn",
    "host_time",
    "client_time",
    "host_filetime",
    "client_filetime",
    "skew",
    "skew_ns",
    "injected",
    "injected_ns",
    "before",
    "after",
    "detail",
    "peer",
    "license_minutes",
    "near",
    "true_time",
    "clocks",
];

/// Texts in which a length or a port stands among words.
const IN_WORDS: [&str; 4] = ["why", "unmet", "message", "host"];

/// The first decision that differs between two journals of one seed. Kinds of lines are held
/// against each other one by one: only within a kind is their order the run's own.
pub fn difference(first: &[u8], second: &[u8]) -> Option<Difference> {
    let (first, second) = (told(first), told(second));
    for kind in TOLD {
        let none = Vec::new();
        let (a, b) = (first.get(kind).unwrap_or(&none), second.get(kind).unwrap_or(&none));
        let mut pairs = (0..a.len().max(b.len())).map(|place| (a.get(place), b.get(place)));
        let differs = pairs.find(|(a, b)| a.map(|(_, text)| text) != b.map(|(_, text)| text));
        if let Some((a, b)) = differs {
            let text = |told: Option<&(u64, String)>| {
                told.map(|(_, text)| text.clone()).unwrap_or_default()
            };
            let line = a.or(b).map_or(1, |(line, _)| *line);
            return Some(Difference { line, first: text(a), second: text(b) });
        }
    }
    None
}

/// The decisions of a journal by kind, each with the number of its line.
fn told(journal: &[u8]) -> BTreeMap<&'static str, Vec<(u64, String)>> {
    let mut told: BTreeMap<&str, Vec<(u64, String)>> = BTreeMap::new();
    for (number, line) in (1..).zip(journal.split(|byte| *byte == b'\n')) {
        let Ok(Value::Object(mut line)) = serde_json::from_slice(line) else { continue };
        let kind = line.get("ev").and_then(Value::as_str).unwrap_or_default();
        let Some(kind) = TOLD.iter().find(|told| **told == kind) else { continue };
        bare(&mut line);
        told.entry(kind).or_default().push((number, Value::Object(line).to_string()));
    }
    told
}

/// Takes away what belongs to the computer.
fn bare(line: &mut Map<String, Value>) {
    line.retain(|key, value| {
        let key = key.as_str();
        let in_words = IN_WORDS.contains(&key) && value.is_string();
        !in_words && !OF_THE_COMPUTER.contains(&key)
    });
    for value in line.values_mut() {
        if let Value::Object(inner) = value {
            bare(inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = r#"{"seq":1,"t":"PT0.1S","wall":"x","ev":"exchange","conn":1,"host_time":"a","result":"0x0","clock":{"client":{"spec":"+5h","injected_ns":5}}}
{"seq":2,"ev":"conn-close","conn":1}
{"seq":3,"ev":"attempt","attempt":1,"host":"127.0.0.1:4711","result":"0x0"}
"#;

    #[test]
    fn times_ports_and_the_order_of_closing_are_no_decisions() {
        let second = r#"{"seq":1,"t":"PT0.2S","wall":"y","ev":"exchange","conn":2,"host_time":"b","result":"0x0","clock":{"client":{"spec":"+5h","injected_ns":6}}}
{"seq":2,"ev":"attempt","attempt":1,"host":"127.0.0.1:4712","result":"0x0"}
"#;
        assert_eq!(difference(FIRST.as_bytes(), second.as_bytes()), None);
    }

    #[test]
    fn another_decision_is_shown_with_its_line_and_so_is_one_that_is_lacking() {
        let other = FIRST.replace(
            r#""attempt":1,"host":"127.0.0.1:4711","result":"0x0""#,
            r#""attempt":1,"result":"0xC004F06C""#,
        );
        let found = difference(FIRST.as_bytes(), other.as_bytes()).unwrap();
        assert_eq!(found.line, 3);
        assert_eq!(found.first, r#"{"ev":"attempt","attempt":1,"result":"0x0"}"#);
        assert_eq!(found.second, r#"{"ev":"attempt","attempt":1,"result":"0xC004F06C"}"#);
        let (short, _) = FIRST.split_once('\n').unwrap();
        let found = difference(FIRST.as_bytes(), short.as_bytes()).unwrap();
        assert_eq!((found.line, found.second.as_str()), (3, ""));
    }
}
