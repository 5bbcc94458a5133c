//! Scenario files: any text is read or refused in its own lines, and what the look-through passes
//! can be run under every seed.

#[path = "scenario/written.rs"]
mod written;

use std::io;
use std::path::Path;

use kms_lab::scenario::document::Document;
use kms_lab::scenario::mistake::Broken;

use super::input::Input;

/// The most points of a sweep that are resolved.
const POINTS: usize = 4;

/// The most bytes of a text.
const MOST: usize = 16_384;

/// The first byte chooses: a text as it is, or one that is written by the tables of what may be.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let text = match input.u8() & 1 {
        0 => input.rest().to_vec(),
        _ => written::text(input).into_bytes(),
    };
    if text.len() <= MOST {
        read(&text);
    }
}

/// Reads a file, and one it may include: itself without its first line.
fn read(text: &[u8]) {
    let files = |path: &Path| match path.to_str() {
        Some("world.toml") => Ok(text.to_vec()),
        Some("part.toml") => {
            let line = text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| at + 1);
            Ok(text.get(line..).unwrap_or_default().to_vec())
        }
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let document = match Document::load(Path::new("world.toml"), &files) {
        Ok(document) => document,
        Err(broken) => return refused(&broken, text),
    };
    assert!(!document.points().is_empty(), "a file without a run");
    let checked = document.check();
    if let Err(broken) = &checked {
        refused(broken, text);
    }
    for (point, seed) in document.points().iter().take(POINTS).zip([0, 1, 42, u64::MAX]) {
        match document.resolve(point, seed) {
            Ok(resolved) => {
                let again = document.resolve(point, seed);
                assert_eq!(again.as_ref().ok(), Some(&resolved), "a seed gives two runs");
                assert!(!resolved.scenario.hosts.is_empty(), "a world without a host");
            }
            Err(broken) => {
                assert!(checked.is_err(), "passed, and not to be run: {broken}");
                refused(&broken, text);
            }
        }
    }
}

/// Every mistake is one, and lies within the text.
fn refused(broken: &Broken, text: &[u8]) {
    let told = broken.told();
    assert!(!told.is_empty() && told.len() == broken.mistakes().len());
    let lines = text.split(|byte| *byte == b'\n').count();
    for (place, message, _) in told {
        assert!(!message.is_empty());
        assert!((1..=lines).contains(&place.line), "{place}: {message}");
        assert!((1..=text.len() + 1).contains(&place.column), "{place}: {message}");
    }
    assert!(!broken.to_string().is_empty());
}
