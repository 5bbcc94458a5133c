//! What is said of wrong files: plain texts under `tests/golden/scenario`, a file and what is said.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use crate::load;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/scenario")
}

/// What is said of a file; nothing of one that is right.
fn said(name: &str, text: &[u8]) -> String {
    let checked = load(name, text).and_then(|document| document.check());
    checked.err().map(|broken| broken.to_string()).unwrap_or_default()
}

#[test]
fn wrong_files_are_told_where_and_what_and_what_would_be_right() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(golden()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(files.len() >= 20, "{} wrong files", files.len());
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap();
        let said = said(name, &std::fs::read(&file).unwrap());
        assert!(!said.is_empty(), "{name} is right");
        let told = file.with_extension("txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&told, &said).unwrap();
        }
        let expected = std::fs::read_to_string(&told).unwrap_or_default();
        assert_eq!(said, expected, "{name}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = said("x.toml", &bytes);
    }

    /// Bytes of a real file changed, so that what is wrong lies deep.
    #[test]
    fn a_file_with_a_part_replaced_is_read_or_refused(
        which in 0_usize..64,
        at in 0_usize..4000,
        length in 0_usize..40,
        put in "[a-z0-9=\\[\\]{}\",.#+ \n-]{0,12}",
    ) {
        let files = crate::files();
        let mut text = std::fs::read(&files[which % files.len()]).unwrap();
        let start = at % text.len();
        let end = (start + length).min(text.len());
        text.splice(start..end, put.bytes());
        let _ = said("x.toml", &text);
    }
}

#[test]
fn a_file_that_is_too_long_or_too_deep_or_no_text_is_refused() {
    assert!(said("x.toml", &vec![b'#'; (1 << 20) + 1]).contains("at most 1048576 bytes"));
    assert!(said("x.toml", b"a = [").contains("x.toml:1:"));
    let deep = [b"a = ".as_slice(), &b"[".repeat(100_000)].concat();
    assert!(!said("x.toml", &deep).is_empty());
    assert!(said("x.toml", b"schema = 1\n\xff").starts_with("x.toml:2:1: this is not UTF-8"));
}
