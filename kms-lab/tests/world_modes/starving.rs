//! A run over loopback that may open too few files.

use std::process::Command;

use crate::folder::Folder;

#[test]
fn too_few_descriptors_are_said_to_be_too_few() {
    let folder = Folder::new("starving");
    let file = folder.write(
        "many.toml",
        r#"
schema = 1
mode = "real"
limit = { sim = "5s", wall = "20s" }
[[host]]
id = "kms"
[[machine]]
id = "g"
n = 100
timeout = "3s"
[[step]]
at = "100ms"
run = "g"
"#,
    );
    let quick = folder.write(
        "quick.toml",
        "schema = 1\n[[host]]\n[[machine]]\nid = \"pc\"\n[[step]]\nat = \"1m\"\nrun = \"pc\"\n",
    );
    let journal = folder.path("j.ndjson");
    let line = "ulimit -n 64; exec \"$0\" run \"$1\" \"$2\" --journal \"$3\"";
    let mut shell = Command::new("sh");
    let kmslab = env!("CARGO_BIN_EXE_kmslab");
    let output = shell.args(["-c", line, kmslab, &file, &quick, &journal]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let all = format!("{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(8), "{all}");
    assert!(all.contains("too many open files"), "{all}");
    assert!(all.contains("ulimit -n"), "{all}");
    assert!(!all.contains("uncategorized"), "{all}");

    // What was lived until then is in the journal, which says that it is not the whole.
    let journal = folder.read("j.ndjson");
    let lines: Vec<serde_json::Value> =
        journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().filter(|line| line["ev"] == "ready").count(), 2);
    assert!(lines.iter().any(|line| line["ended"] == "starved"), "{journal}");
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["whole"], &last["done"], &last["runs"]),
        (&false.into(), &1.into(), &2.into())
    );
}
