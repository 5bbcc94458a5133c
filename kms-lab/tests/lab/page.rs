//! The page of typed commands prints what it says.

use crate::folder::Folder;

#[test]
fn the_page_of_labs_is_as_it_says() {
    let folder = Folder::new("page");
    let page = folder.path("lab.md");
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/lab.md"), &page).unwrap();
    // Commands of a page share a folder of the page's own name.
    std::fs::create_dir(folder.path("lab.in")).unwrap();
    let cases = trycmd::TestCases::new();
    for name in ["KMSLAB_LAB", "KMSLAB_MACHINE", "KMSLAB_EOL", "KMSLAB_WAIT"] {
        cases.env(name, "");
    }
    cases.case(page);
}
