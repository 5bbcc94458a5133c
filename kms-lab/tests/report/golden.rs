//! Texts that are files.

use std::fs;
use std::path::Path;

/// Holds `text` to the golden file `name`; with `UPDATE_GOLDEN` set, writes the file instead.
pub(crate) fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    for (number, (found, wanted)) in (1..).zip(text.lines().zip(golden.lines())) {
        assert_eq!(found, wanted, "{name}, line {number}");
    }
    assert_eq!(text, golden, "{name}: one has more lines than the other");
}
