//! Holds `docs/conformance.md` to tests that exist, one at least for every row that claims something.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

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
    ("Legal mischief", 4),
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
fn every_row_is_shown_by_a_test() {
    let (_, page) = page();
    for (part, least) in SHOWN {
        let heading = |line: &&str| line.trim_start_matches('#').trim() == part;
        let rows: Vec<_> = page
            .lines()
            .skip_while(|line| !heading(line))
            .skip(1)
            .take_while(|line| !line.starts_with('#'))
            .filter(|line| line.starts_with('|'))
            .skip(2)
            .collect();
        assert!(rows.len() >= least, "{part} has {} rows", rows.len());
        let samba = |row: &str| row.contains("Samba's own `test_");
        let bare: Vec<_> =
            rows.iter().filter(|row| named(row).next().is_none() && !samba(row)).collect();
        assert!(bare.is_empty(), "no test shows: {bare:#?}");
    }
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
