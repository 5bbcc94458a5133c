//! An answer beside the one that was captured.

use kms_proto::dissect::{Calls, Dissector, Line, Listing};
use kms_proto::kms::realm::Realm;
use serde::Serialize;

/// Names of fields that are told; more are counted.
const TOLD: usize = 8;

/// The fields that say how something ended.
const OUTCOME: [&str; 5] = ["PTYPE", "HRESULT", "status", "result", "provider_reject_reason"];

/// Compares the answers of one connection.
#[derive(Debug)]
pub struct Comparer {
    dissector: Dissector,
    captured: Calls,
    came: Calls,
}

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// What the captured answer was, in short.
    pub captured: String,
    /// What came instead of it.
    pub came: String,
    /// The names of the fields that differ, in order, each once.
    pub differs: Vec<&'static str>,
    /// Whether both ended alike: the same PDU with the same codes.
    pub same_outcome: bool,
}

impl Comparer {
    /// One that opens what is sealed in this realm.
    pub fn new(realm: Option<&Realm>) -> Self {
        let (captured, came) = (Calls::default(), Calls::default());
        Self { dissector: Dissector::new(realm), captured, came }
    }

    /// Compares an answer with what came.
    pub fn compare(&mut self, captured: &[u8], came: &[u8]) -> Compared {
        let captured = self.dissector.list(captured, &mut self.captured);
        let came = self.dissector.list(came, &mut self.came);
        let same_outcome = outcome(&captured) == outcome(&came);
        Compared {
            captured: short(&captured),
            came: short(&came),
            differs: differing(&captured, &came),
            same_outcome,
        }
    }
}

impl Compared {
    /// The names of the differing fields as a text.
    pub fn named(&self) -> String {
        let mut text = self.differs.iter().take(TOLD).copied().collect::<Vec<_>>().join(", ");
        if let Some(more) = self.differs.len().checked_sub(TOLD).filter(|more| *more > 0) {
            text.extend([" and ", &more.to_string(), " more"]);
        }
        text
    }
}

/// The values of the fields that say how it ended.
fn outcome(listing: &Listing) -> Vec<(&'static str, &str)> {
    let says = |line: &&Line| OUTCOME.contains(&line.name);
    listing.lines.iter().filter(says).map(|line| (line.name, &*line.hex)).collect()
}

/// A PDU and its codes in a few words.
fn short(listing: &Listing) -> String {
    let mut words = Vec::new();
    for line in &listing.lines {
        match line.name {
            "pdu" | "HRESULT" | "status" | "provider_reject_reason" => {
                words.push(line.meaning.clone());
            }
            "error" => words.push("of wrong form".to_owned()),
            _ => {}
        }
    }
    if words.is_empty() { "no PDU".to_owned() } else { words.join(", ") }
}

/// The names of fields that stand in one listing and not, or not so, in the other.
fn differing(one: &Listing, other: &Listing) -> Vec<&'static str> {
    let fields = |listing: &Listing| -> Vec<(&'static str, String)> {
        let is_field = |line: &&Line| !line.hex.is_empty() || line.name == "error";
        listing
            .lines
            .iter()
            .filter(is_field)
            .map(|l| (l.name, format!("{}{}", l.hex, verdict(l))))
            .collect()
    };
    let (one, other) = (fields(one), fields(other));
    // Both have the same fields, or else the names themselves differ.
    let alike = one.iter().map(|(name, _)| name).eq(other.iter().map(|(name, _)| name));
    let mut names = Vec::new();
    let mut add = |name| {
        if !names.contains(&name) {
            names.push(name);
        }
    };
    if alike {
        for ((name, _), _) in one.iter().zip(&other).filter(|(one, other)| one.1 != other.1) {
            add(*name);
        }
    } else {
        for (name, value) in &one {
            if !other.iter().any(|(there, other)| there == name && other == value) {
                add(name);
            }
        }
        for (name, _) in &other {
            if !one.iter().any(|(there, _)| there == name) {
                add(name);
            }
        }
    }
    names
}

/// What is wrong, where a line tells of that.
fn verdict(line: &Line) -> &str {
    if line.name == "error" { &line.meaning } else { "" }
}
