//! Holds `docs/conformance.md` to tests that exist.

use std::fs;
use std::path::{Path, PathBuf};

const FOLDERS: [&str; 5] =
    ["kms-proto/tests", "kms-sim/tests", "client-sim/tests", "kms-lab/tests", "tests/peers"];

#[test]
fn every_test_the_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("docs/conformance.md")).unwrap();
    let named: Vec<_> =
        page.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::")).collect();
    assert!(named.len() > 80, "the page names {} tests", named.len());
    let missing: Vec<_> = named.iter().filter(|(file, test)| !exists(root, file, test)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:?}");
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
