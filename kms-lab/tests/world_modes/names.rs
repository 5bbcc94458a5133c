//! Hosts that are named, and found by DNS, in both modes.

use crate::both::{ran, same, told};

const NAMED: &str = r#"
schema = 1
mode = "MODE"
limit = { sim = "1500ms" }
[dns]
domain = "corp.example"
[[host]]
id = "kms"
[[host]]
id = "kms2"
[[machine]]
id = "named"
host = "kms2"
[[machine]]
id = "finds"
[[machine]]
id = "told"
[[machine]]
id = "lost"
[[step]]
at = "100ms"
run = ["named", "finds"]
[[step]]
at = "200ms"
type = "slmgr /skms KMS2"
on = "told"
[[step]]
at = "300ms"
type = "slmgr /ato"
on = "told"
[[step]]
at = "400ms"
type = "slmgr /skms 198.18.0.2:1688"
on = "told"
[[step]]
at = "500ms"
type = "slmgr /ato"
on = "told"
[[step]]
at = "600ms"
type = "slmgr 198.18.0.1 /dli"
on = "told"
[[step]]
at = "200ms"
type = "slmgr /skms kms3"
on = "lost"
[[step]]
at = "300ms"
type = "slmgr /ato"
on = "lost"
"#;

#[test]
fn names_lead_to_the_same_hosts_in_both_modes() {
    let journal = same(NAMED);
    let results: Vec<String> = told(&journal, "attempt", &["actor", "host", "result"])
        .iter()
        .map(ToString::to_string)
        .collect();
    let ok = results.iter().filter(|line| line.contains(r#""0x0""#)).count();
    assert_eq!((results.len(), ok), (5, 4), "{results:#?}");
    // What is typed says the same, addresses included.
    let said = |mode: &str| {
        let journal = String::from_utf8(ran(mode, NAMED).journal).unwrap();
        let lines = journal.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap());
        let typed: Vec<_> = lines.filter(|line| line["ev"] == "command").collect();
        told(&typed, "command", &["actor", "line", "code", "text"])
    };
    assert_eq!(said("virtual"), said("real"));
}
