//! The page on scenarios: its snippets are scenarios that pass, its lists of keys the program's own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use kms_lab::interrupt::Interrupt;
use kms_lab::report::outcome::Run;
use kms_lab::report::text::trouble::lines_of;
use kms_lab::scenario::form::{Form, Key, Shape};
use kms_lab::scenario::head::Mode;
use kms_lab::scenario::root;
use kms_lab::world::diary::Keep;
use kms_lab::world::real;
use kms_lab::world::runner::{self, Wants};

use crate::load;

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/scenarios.md")
}

/// The TOML snippets of a page.
fn snippets(page: &str) -> Vec<String> {
    let parts = page.split("```toml\n").skip(1);
    parts.map(|part| part.split_once("```").unwrap().0.to_owned()).collect()
}

/// A snippet as a file: its own, or added to the first. Keys before the first table stay before it.
fn whole(first: &str, snippet: &str) -> String {
    if snippet.contains("schema = ") {
        return snippet.to_owned();
    }
    let at = if snippet.starts_with('[') {
        0
    } else {
        snippet.find("\n[").map_or(snippet.len(), |at| at + 1)
    };
    let (head, tables) = snippet.split_at(at);
    format!("{head}{first}\n{tables}")
}

#[test]
fn every_snippet_is_read_and_passes() {
    let page = std::fs::read_to_string(page()).unwrap();
    let snippets = snippets(&page);
    assert!(snippets.len() >= 18, "{}", snippets.len());
    for snippet in &snippets {
        let text = whole(&snippets[0], snippet);
        let document = load("page.toml", text.as_bytes());
        let document = document.and_then(|document| document.check().map(|()| document));
        let document = document.unwrap_or_else(|broken| panic!("{text}\n{broken}"));
        let wants = Wants { journal: Keep::All, twice: false, course: false, capture: false };
        for point in document.points() {
            let resolved = document.resolve(point, 42).unwrap();
            let ran = match resolved.scenario.head.mode {
                Mode::Virtual => runner::run(&resolved, Run::default(), wants),
                _ => real::run_until(&resolved, Run::default(), wants, &Interrupt::never()),
            };
            let troubles: Vec<String> =
                ran.run.troubles.iter().map(|trouble| lines_of(trouble).0).collect();
            assert!(troubles.is_empty(), "{text}\n{point}\n{troubles:#?}");
        }
    }
}

#[test]
fn every_table_of_a_scenario_has_an_example() {
    let page = std::fs::read_to_string(page()).unwrap();
    let snippets = snippets(&page).concat();
    for key in root::SHAPE.keys {
        let Key { name, .. } = key;
        let shown = snippets.contains(&format!("[[{name}]]"))
            || snippets.contains(&format!("[{name}]"))
            || snippets.lines().any(|line| line.starts_with(&format!("{name} = ")));
        // Only files of their own can include others, or say how fast they run.
        let told = page.contains(&format!("`{name} = ")) || page.contains(&format!("`{name}`"));
        assert!(shown || ["include", "scale"].contains(name) && told, "{name} has no example");
    }
}

/// The lists of keys in the page, made anew.
fn with_keys(page: &str) -> String {
    let mut made = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<!-- keys of ") {
        let (name, after) = after.split_once(" -->\n").unwrap();
        let (_, after) = after.split_once("<!-- end -->").unwrap();
        made.push_str(before);
        let _ = writeln!(made, "<!-- keys of {name} -->");
        let keys: Vec<&Key> = match name {
            "the head" => {
                let tables = |form: &Form| matches!(form, Form::Tables(_) | Form::Map(_));
                let own =
                    |key: &&Key| !tables(&key.form) && !["dns", "include"].contains(&key.name);
                root::SHAPE.keys.iter().filter(own).collect()
            }
            name => {
                shape(&root::SHAPE, name).unwrap_or_else(|| panic!("{name}")).keys.iter().collect()
            }
        };
        for key in keys {
            list(key, 0, &mut made);
        }
        made.push_str("<!-- end -->");
        rest = after;
    }
    made + rest
}

/// A table anywhere in another, by its name.
fn shape(within: &'static Shape, name: &str) -> Option<&'static Shape> {
    if within.name == name {
        return Some(within);
    }
    within.keys.iter().find_map(|key| inside(&key.form, name))
}

fn inside(form: &'static Form, name: &str) -> Option<&'static Shape> {
    match form {
        Form::Table(inner) | Form::Tables(inner) => shape(inner, name),
        Form::Map(form) | Form::List(form) => inside(form, name),
        Form::Either(forms) => forms.iter().find_map(|form| inside(form, name)),
        _ => None,
    }
}

fn list(key: &Key, depth: usize, into: &mut String) {
    let needed = if key.required { " (needed)" } else { "" };
    let indent = "  ".repeat(depth);
    let _ = writeln!(into, "{indent}- `{}`{needed}: {}", key.name, key.about);
    if let Form::Table(inner) | Form::Tables(inner) = &key.form {
        // What an exchange looks like is the same in first, last, all, none and some.
        let again = ["last", "all", "none", "some", "look", "renew"].contains(&key.name);
        for key in inner.keys.iter().filter(|_| !again) {
            list(key, depth + 1, into);
        }
    }
}

#[test]
fn the_lists_of_keys_are_the_programs_own() {
    let text = std::fs::read_to_string(page()).unwrap();
    let made = with_keys(&text);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(page(), &made).unwrap();
    } else {
        assert!(made == text, "UPDATE_GOLDEN=1 makes the lists of docs/scenarios.md anew");
    }
}
