//! ARCHITECTURE.md tells the truth: it names every source file once, lowest floor first, and every
//! import points down.
#![allow(clippy::unwrap_used, clippy::similar_names, reason = "a test may unwrap")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own files")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The crates of the house, lowest floor first, with those each may name.
const FLOORS: [(&str, &[&str]); 6] = [
    ("fixtures", &[]),
    ("kms-proto", &[]),
    ("kms-sim", &["kms_proto"]),
    ("client-sim", &["kms_proto"]),
    ("kms-lab", &["kms_proto", "kms_sim", "client_sim"]),
    ("benches", &["kms_proto", "kms_sim", "client_sim", "kms_lab", "fixtures"]),
];

const HOUSE: [&str; 5] = ["kms_proto", "kms_sim", "client_sim", "kms_lab", "fixtures"];

#[test]
fn the_map_names_every_file_once_and_nothing_else() {
    let named = map();
    let once: BTreeSet<&String> = named.iter().collect();
    assert_eq!(once.len(), named.len(), "ARCHITECTURE.md names a file twice");

    let mut real = BTreeSet::new();
    for (krate, _) in FLOORS {
        files(&root().join(krate).join("src"), &mut real);
    }
    let named: BTreeSet<String> = named.into_iter().collect();
    let missing: Vec<_> = real.difference(&named).collect();
    let stale: Vec<_> = named.difference(&real).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "not on the map: {missing:#?}\ngone: {stale:#?}"
    );
}

#[test]
fn imports_point_to_files_named_above() {
    let named = map();
    let mut wrong = Vec::new();
    for (height, file) in named.iter().enumerate() {
        let krate = file.split('/').next().unwrap();
        for import in imports(file) {
            let Some(target) = resolve(krate, &import, &named) else {
                wrong.push(format!("{file}: `use crate::{import}` names no file"));
                continue;
            };
            // A file in a module's folder is an annex of that module's own file: one room.
            let room = named[target].trim_end_matches(".rs");
            let annex = file.strip_prefix(room).is_some_and(|rest| rest.starts_with('/'));
            if height < target && !annex {
                wrong.push(format!(
                    "{file} imports {}, which the map names below it",
                    named[target]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn crates_name_only_the_floors_below_them() {
    let mut wrong = Vec::new();
    for (krate, may) in FLOORS {
        let mut sources = BTreeSet::new();
        files(&root().join(krate).join("src"), &mut sources);
        for file in sources {
            let code = code(&file);
            for other in HOUSE.iter().filter(|name| **name != krate.replace('-', "_")) {
                if !may.contains(other) && code.contains(&format!("{other}::")) {
                    wrong.push(format!("{file} names {other}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn one_file_reads_the_real_clock_and_only_net_opens_sockets() {
    let mut wrong = Vec::new();
    for file in map() {
        let code = code(&file);
        let reads = ["SystemTime::now", "Instant::now", "Utc::now", "Local::now"];
        let tokio_timer =
            file.starts_with("kms-sim/src/net") || file.starts_with("client-sim/src/net");
        if reads.iter().any(|call| code.contains(call))
            && file != "kms-lab/src/clock.rs"
            && !tokio_timer
        {
            wrong.push(format!("{file} reads a clock"));
        }
        let core = file.starts_with("kms-proto/")
            || (file.starts_with("kms-sim/") || file.starts_with("client-sim/")) && !tokio_timer;
        let opens = ["tokio::", "std::net::Tcp", "std::net::Udp", "std::fs", "socket2"];
        if core && opens.iter().any(|name| code.contains(name)) {
            wrong.push(format!("{file} opens sockets or files"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Identifiers that stand in the tree as they are: the protocol's own, the two applications that
/// Microsoft documents, and made-up ones of a single digit. All others are derived from a realm.
const GUIDS: [&str; 6] = [
    "51c82175-844e-4750-b0d8-ec255555bc06",
    "8a885d04-1ceb-11c9-9fe8-08002b104860",
    "71710533-beba-4937-8319-b5dbef9ccc36",
    "6cb71c2c-9812-4540",
    "55c92734-d682-4d71-983e-d6ec3f16059f",
    "0ff1ce16-a989-479d-af46-f275c6370663",
];

#[test]
fn no_genuine_identifier_but_the_documented_two_stands_in_the_sources() {
    let mut sources = BTreeSet::new();
    for (krate, _) in FLOORS {
        for part in ["src", "tests"] {
            let dir = root().join(krate).join(part);
            if dir.exists() {
                files(&dir, &mut sources);
            }
        }
    }
    let mut wrong = Vec::new();
    for file in sources {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for word in text.split(|c: char| !c.is_ascii_hexdigit() && c != '-') {
            let groups: Vec<usize> = word.split('-').map(str::len).collect();
            let known = GUIDS.iter().any(|known| word.eq_ignore_ascii_case(known));
            let digits: BTreeSet<char> = word.chars().filter(|c| *c != '-' && *c != '8').collect();
            if groups == [8, 4, 4, 4, 12] && !known && digits.len() > 1 {
                wrong.push(format!("{file}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The files ARCHITECTURE.md names, in its order: lines that begin with "- `path`".
fn map() -> Vec<String> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    text.lines()
        .filter_map(|line| line.trim_start().strip_prefix("- `")?.split_once('`'))
        .filter(|(path, _)| path.ends_with(".rs"))
        .map(|(path, job)| {
            assert!(job.trim().len() > 10, "{path} has no job in ARCHITECTURE.md");
            path.to_owned()
        })
        .collect()
}

/// What a file imports from its own crate: the paths after `use crate::`, braces expanded.
fn imports(file: &str) -> Vec<String> {
    let code = code(file);
    let statements = code.split("use crate::").skip(1).filter_map(|rest| rest.split_once(';'));
    statements.flat_map(|(path, _)| expand(&path.split_whitespace().collect::<String>())).collect()
}

/// `a::{b,c::d}` as `a::b` and `a::c::d`; braces within braces stay together.
fn expand(path: &str) -> Vec<String> {
    let Some((stem, inner)) = path.split_once('{') else { return vec![path.to_owned()] };
    let inner = inner.trim_end_matches('}');
    inner.split(',').filter(|part| !part.is_empty()).map(|part| format!("{stem}{part}")).collect()
}

/// The position on the map of the file a path after `crate::` lies in: the longest match.
fn resolve(krate: &str, import: &str, named: &[String]) -> Option<usize> {
    let mut parts: Vec<&str> = import.split("::").collect();
    while !parts.is_empty() {
        if parts.last() == Some(&"self") {
            parts.pop();
        }
        let path = format!("{krate}/src/{}.rs", parts.join("/"));
        if let Some(at) = named.iter().position(|file| *file == path) {
            return Some(at);
        }
        parts.pop();
    }
    None
}

/// A file's code without its unit tests.
fn code(file: &str) -> String {
    let text = fs::read_to_string(root().join(file)).unwrap();
    text.split("#[cfg(test)]").next().unwrap().to_owned()
}

fn files(dir: &Path, into: &mut BTreeSet<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            into.insert(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
