//! Texts people read, compared with the files of `tests/golden`.

use std::path::Path;

/// Compares `text` with `tests/golden/NAME`; with `UPDATE_GOLDEN` set, writes it there instead.
pub(crate) fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error} (UPDATE_GOLDEN=1 writes it)", path.display()));
    assert_eq!(text, expected, "tests/golden/{name} (UPDATE_GOLDEN=1 accepts the new text)");
}
