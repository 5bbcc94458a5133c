//! Golden files: plain texts under `tests/golden/time`.

use std::path::Path;

/// Compares `text` with the golden file `name`; with `UPDATE_GOLDEN` set, writes it instead.
#[track_caller]
pub(crate) fn assert(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/time").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let golden = std::fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("{name}: {e}; run once with UPDATE_GOLDEN=1 to write it"));
    assert!(golden == text, "{name} differs; expected:\n{golden}\nfound:\n{text}");
}
