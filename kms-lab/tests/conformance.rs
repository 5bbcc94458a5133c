//! Holds `docs/conformance.md` to tests that exist, one at least for every row that claims something.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const FOLDERS: [&str; 5] =
    ["kms-proto/tests", "kms-sim/tests", "client-sim/tests", "kms-lab/tests", "tests/peers"];

/// The parts of the page whose every row is shown by a test, and how many rows they have at least.
const SHOWN: [(&str, usize); 7] = [
    ("PDUs", 8),
    ("Binding", 9),
    ("Calls", 13),
    ("Rulings", 35),
    ("Messages", 10),
    ("Where other hosts differ", 33),
    (PEERS, 4),
];

/// The part that is about foreign programs.
const PEERS: &str = "Legal mischief";

/// What the description of the wire rules on, situation by situation, and what the specifications
/// and the lab's seal leave to a host besides: all the page has to answer, and the order it has.
const SITUATIONS: [&str; 35] = [
    "an element for our interface",
    "a host limited to one syntax",
    "a context id offered again, accepted before",
    "a context id offered again, refused before",
    "a request or alter_context before a bind",
    "a type of PDU no client sends",
    "frag_length under 16, or over what was agreed",
    "an interface version other than 1.0",
    "authentication in a request or alter_context",
    "authentication in a bind",
    "a continuation without FIRST",
    "FIRST again for a call under reassembly",
    "an unknown context id",
    "an operation other than 0",
    "a size that is not max_count, bytes missing, big-endian integers in NDR64",
    "bytes after the parameters",
    "the MAYBE flag",
    "co_cancel, orphaned",
    "max_recv_frag under 1432",
    "a fault",
    "a PDU over the limit",
    "a call over 64 KiB or 1 024 fragments",
    "over 256 KiB or 64 calls under reassembly",
    "over 32 contexts",
    "a connection too many",
    "a peer that is silent, or sends a byte now and then",
    "a bind of another protocol version",
    "a malformed or second bind",
    "feature negotiation",
    "reserved and pad bytes",
    "pipelined calls",
    "a PDU sent",
    "a referent other than 0x00020000, read by our client",
    "an answer with an unknown call or context id, read by our client",
    "a connection as Windows runs it",
];

/// The same of the message inside.
const MESSAGES: [&str; 10] = [
    "a message of another length, or of a version other than 4.0, 5.0 and 6.0",
    "a message sealed for another realm",
    "the inner version differs from the outer",
    "a foreign message, whatever the configuration, session, faults and mischief",
    "everything else",
    "fields out of their usual range: status over 6, VM info over 1, CMID of zeros, N of 0, a name \
     without NUL or with lone surrogates",
    "an equal request again",
    "an extended PID",
    "the client's checks, in their order and under their names",
    "the slot of version 6's MAC",
];

#[test]
fn every_test_the_page_names_exists() {
    let (root, page) = page();
    let named: Vec<_> = named(&page).collect();
    assert!(named.len() > 200, "the page names {} tests", named.len());
    let missing: Vec<_> = named.iter().filter(|(file, test)| !exists(&root, file, test)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:?}");
}

#[test]
fn every_situation_the_wire_rules_on_has_its_row() {
    let (_, page) = page();
    let situations = |part| -> Vec<_> {
        rows(&page, part).filter_map(|row| row.split('|').nth(1)).map(str::trim).collect()
    };
    assert_eq!(situations("Rulings"), SITUATIONS);
    assert_eq!(situations("Messages"), MESSAGES);
}

#[test]
fn every_row_is_shown_by_a_test() {
    let (_, page) = page();
    for (part, least) in SHOWN {
        let rows: Vec<_> = rows(&page, part).collect();
        assert!(rows.len() >= least, "{part} has {} rows", rows.len());
        // What only a foreign program shows is not shown where there is none.
        let foreign = |file: &str| file.starts_with("test_") || file == "mischief";
        let ours = |row: &str| named(row).any(|(file, _)| !foreign(file));
        let bare: Vec<_> = rows
            .iter()
            .filter(|row| if part == PEERS { named(row).next().is_none() } else { !ours(row) })
            .collect();
        assert!(bare.is_empty(), "no test of `cargo test` shows: {bare:#?}");
    }
}

#[test]
fn the_page_names_what_each_program_is_excused_from() {
    let (root, page) = page();
    for row in rows(&page, PEERS).skip(1) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let program = cells[1].split(' ').next().unwrap().to_lowercase();
        let test = fs::read_to_string(root.join(format!("tests/peers/test_{program}.py"))).unwrap();
        let table = test.split_once("excused = {").unwrap().1.split_once('}').unwrap().0;
        let excused: BTreeSet<&str> = table
            .split('"')
            .skip(1)
            .step_by(2)
            .filter(|text| ["tcp.", "rpc.", "kms.", "proc "].iter().any(|s| text.starts_with(s)))
            .collect();
        let told: BTreeSet<&str> = cells[4].split('`').skip(1).step_by(2).collect();
        assert_eq!(told, excused, "{program}");
    }
}

/// The rows of the first table below a heading.
fn rows<'a>(page: &'a str, part: &'a str) -> impl Iterator<Item = &'a str> {
    page.lines()
        .skip_while(move |line| line.trim_start_matches('#').trim() != part)
        .skip(1)
        .take_while(|line| !line.starts_with('#'))
        .filter(|line| line.starts_with('|'))
        .skip(2)
}

/// The root of the sources, and the page.
fn page() -> (PathBuf, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned();
    let page = fs::read_to_string(root.join("docs/conformance.md")).unwrap();
    (root, page)
}

/// The tests a text names: their file and their name.
fn named(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::"))
}

/// Whether a file of this name, in Rust or Python, has a function of this name.
fn exists(root: &Path, file: &str, test: &str) -> bool {
    let texts = FOLDERS.iter().flat_map(|folder| {
        ["rs", "py"].map(|kind| -> PathBuf { root.join(folder).join(format!("{file}.{kind}")) })
    });
    texts
        .filter_map(|path| fs::read_to_string(path).ok())
        .any(|text| text.contains(&format!("fn {test}(")) || text.contains(&format!("def {test}(")))
}
