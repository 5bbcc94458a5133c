//! Files that are no lab, a damaged one, or one that cannot be had: one clear line each.

use std::fs;

use rusqlite::Connection;

use crate::folder::{Came, Folder, came};

/// One line of what is wrong and one of what to do, and no more.
fn told(came: &Came, code: i32, part: &str) {
    assert_eq!(came.code, Some(code), "{part}: {}{}", came.out, came.err);
    assert!(came.err.contains(part), "{part}: {}", came.err);
    assert!(came.err.lines().count() <= 2, "{part}: {}", came.err);
    assert_eq!(came.out, "", "{part}");
    assert!(!came.err.contains("panicked"), "{part}: {}", came.err);
}

fn each_verb(lab: &Folder, code: i32, part: &str) {
    for args in [
        &["slmgr", "/ato"][..],
        &["lab", "list"],
        &["lab", "show"],
        &["lab", "advance", "1m"],
        &["lab", "export"],
        &["lab", "reset"],
        &["events"],
    ] {
        // Whoever forgets what was done need not be able to do it again.
        if args != ["lab", "reset"] || !part.contains("does not replay") {
            told(&lab.run(args), code, part);
        }
    }
}

fn change(lab: &Folder, sql: &str) {
    Connection::open(lab.path("kmslab.lab")).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn what_is_no_lab_is_left_alone() {
    let lab = Folder::new("no-lab");
    each_verb(&lab, 3, "there is no lab kmslab.lab");
    lab.write("kmslab.lab", "some text that is somebody else's and longer than a header is ");
    let before = fs::read(lab.path("kmslab.lab")).unwrap();
    each_verb(&lab, 3, "is no lab of kmslab");
    told(&lab.run(&["lab", "new", "--force"]), 3, "is no lab of kmslab");
    assert_eq!(fs::read(lab.path("kmslab.lab")).unwrap(), before);

    fs::remove_file(lab.path("kmslab.lab")).unwrap();
    change(&lab, "CREATE TABLE phones (name TEXT, number TEXT);");
    each_verb(&lab, 3, "is no lab of kmslab");
    told(&lab.run(&["lab", "new", "--force"]), 3, "is no lab of kmslab");

    fs::remove_file(lab.path("kmslab.lab")).unwrap();
    fs::create_dir(lab.path("kmslab.lab")).unwrap();
    each_verb(&lab, 8, "cannot be opened");
    told(&lab.run(&["lab", "new"]), 8, "cannot be opened");
    told(&lab.run(&["lab", "new", "no/such/folder/x.lab"]), 8, "cannot be opened");
}

#[test]
fn an_empty_file_becomes_a_lab() {
    let lab = Folder::new("empty");
    lab.write("kmslab.lab", "");
    each_verb(&lab, 3, "is no lab of kmslab");
    lab.ok(&["lab", "new"]);
    lab.ok(&["slmgr", "/dli"]);
}

#[test]
fn a_lab_of_another_form_is_named_with_its_maker() {
    let lab = Folder::with_lab("form");
    change(&lab, "PRAGMA user_version = 7; UPDATE lab SET made_by = '9.8.7';");
    each_verb(&lab, 3, "is a lab of form 7, made by kmslab 9.8.7; kmslab");
}

#[test]
fn a_damaged_lab_is_told_apart_from_none() {
    for (name, sql, part) in [
        ("no-table", "DROP TABLE entry;", "is damaged: no such table: entry"),
        ("no-head", "DELETE FROM lab;", "is damaged"),
        ("seed", "UPDATE lab SET seed = 'x';", "its seed is \"x\""),
        (
            "deed",
            "INSERT INTO entry (at, ended, deed) VALUES (0, 0, '{\"fly\":1}');",
            "is damaged: entry 1: unknown variant",
        ),
        ("source", "DELETE FROM source;", "does not replay"),
        ("text", "UPDATE source SET text = 'schema = 1';", "does not replay"),
    ] {
        let lab = Folder::with_lab(&format!("damaged-{name}"));
        change(&lab, sql);
        let came = lab.run(&["slmgr", "/ato"]);
        assert_eq!(came.code, Some(3), "{name}: {}", came.err);
        assert!(came.err.contains(part), "{name}: {}", came.err);
    }
}

/// Bytes in the middle are gone: whatever SQLite makes of it, it is said in one line.
#[test]
fn a_file_that_was_cut_or_overwritten_is_damaged() {
    let lab = Folder::with_lab("cut");
    for _ in 0..3 {
        lab.ok(&["slmgr", "kms", "/dlv"]);
    }
    let whole = fs::read(lab.path("kmslab.lab")).unwrap();
    for cut in [whole.len() / 2, 8192, 4096, 5000, 100] {
        fs::write(lab.path("kmslab.lab"), &whole[..cut]).unwrap();
        let came = lab.run(&["slmgr", "kms", "/dlv"]);
        assert_eq!(came.code, Some(3), "{cut}: {}", came.err);
        assert!(came.err.contains("kmslab.lab is"), "{cut}: {}", came.err);
        let advised = came.err.contains("a copy of it, or remove it");
        assert_eq!(advised, came.err.contains("is damaged"), "{cut}: {}", came.err);
        assert!(!came.err.contains("panicked"), "{cut}: {}", came.err);
    }
    for start in (0..whole.len()).step_by(1024) {
        let mut bent = whole.clone();
        let end = (start + 64).min(bent.len());
        bent[start..end].fill(0xA5);
        fs::write(lab.path("kmslab.lab"), &bent).unwrap();
        let came = lab.run(&["lab", "show"]);
        assert!(!came.err.contains("panicked"), "{start}: {}", came.err);
        assert!(matches!(came.code, Some(0 | 3 | 8)), "{start}: {:?} {}", came.code, came.err);
    }
}

/// What another version would come to otherwise is noticed, and reset helps.
#[test]
fn a_log_that_comes_to_something_else_is_not_built_upon() {
    let lab = Folder::with_lab("otherwise");
    lab.run(&["slmgr", "/ato"]);
    lab.ok(&["slmgr", "/dli"]);
    change(
        &lab,
        "UPDATE entry SET text = 'else' WHERE ordinal = 2; UPDATE lab SET made_by = '0.0.9';",
    );
    let part = "does not replay: entry 2 comes to something else than it did (made by kmslab 0.0.9";
    each_verb(&lab, 3, part);
    lab.ok(&["lab", "reset"]);
    assert_eq!(lab.log().len(), 0);
}

#[test]
fn a_lab_that_another_holds_is_busy_and_free_again() {
    let lab = Folder::with_lab("busy");
    let mut holder = Connection::open(lab.path("kmslab.lab")).unwrap();
    let held = holder.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    let run = |args: &[&str]| came(lab.kmslab(args).env("KMSLAB_WAIT", "50ms").output().unwrap());
    told(&run(&["slmgr", "/ato"]), 8, "is busy: another command did not end in time");
    // Who only looks is not kept waiting by who writes.
    assert_eq!(run(&["lab", "show"]).code, Some(0));
    drop(held);
    assert_eq!(run(&["slmgr", "/dli"]).code, Some(0));
    let wrong = came(lab.kmslab(&["lab", "show"]).env("KMSLAB_WAIT", "long").output().unwrap());
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("KMSLAB_WAIT"), "{}", wrong.err);
}

/// A file that cannot be written is read, and nothing is done in it. Whoever may write every file
/// takes the rights of nobody for this.
#[cfg(unix)]
#[test]
fn a_lab_that_cannot_be_written_is_only_looked_at() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    let lab = Folder::with_lab("read-only");
    lab.ok(&["slmgr", "/dli"]);
    let file = lab.path("kmslab.lab");
    let root = fs::metadata(&file).unwrap().uid() == 0;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let run = |args: &[&str]| {
        let mut command = lab.kmslab(args);
        if root {
            command.uid(65_534).gid(65_534);
        }
        came(command.output().unwrap())
    };
    told(&run(&["slmgr", "/ato"]), 8, "cannot be written, so nothing was done");
    told(&run(&["lab", "reset"]), 8, "cannot be written");
    assert_eq!(run(&["lab", "show"]).err, "");
    assert!(run(&["lab", "list"]).out.contains("member"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(lab.log().len(), 1);
}

/// No file may grow beyond a few blocks, as on a disk that is full.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_nothing_was_done() {
    let lab = Folder::with_lab("full");
    let size = fs::metadata(lab.path("kmslab.lab")).unwrap().len();
    let blocks = size / 512;
    let program = env!("CARGO_BIN_EXE_kmslab");
    let mut full = None;
    for _ in 0..40 {
        let line = format!("ulimit -f {blocks}; trap '' XFSZ; exec '{program}' slmgr kms /dlv");
        let came = came(lab.command("sh").args(["-c", &line]).output().unwrap());
        if came.code != Some(0) {
            full = Some(came);
            break;
        }
    }
    let full = full.unwrap();
    told(&full, 8, "so nothing was done");
    let done = lab.log().len();
    lab.ok(&["slmgr", "kms", "/dlv"]);
    assert_eq!(lab.log().len(), done + 1);
}
