//! docs/faults.md is what the catalogue says.

use std::path::Path;

#[test]
fn the_page_of_kinds_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/faults.md");
    let page = kms_sim::fault::catalogue::page();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/faults.md is not what the catalogue says; see its first lines");
}
