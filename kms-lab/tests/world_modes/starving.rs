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
    let line = "ulimit -n 64; exec \"$0\" run \"$1\"";
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", line, env!("CARGO_BIN_EXE_kmslab"), &file]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let all = format!("{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(8), "{all}");
    assert!(all.contains("too many open files"), "{all}");
    assert!(all.contains("ulimit -n"), "{all}");
    assert!(!all.contains("uncategorized"), "{all}");
}
