//! Hosts that nobody reaches: a refused connection is none, in either mode.

use serde_json::Value;

use crate::both::{journal, same, told};

/// Six attempts, one in 300 ms, under this rule and some that count connections.
fn scenario(rule: &str) -> String {
    format!(
        r#"
schema = 1
mode = "MODE"
limit = {{ sim = "3s", wall = "20s" }}
[[host]]
id = "kms"
policy = {{ count = 25 }}
[[machine]]
id = "pc"
{rule}
[[fault]]
id = "fourth"
stage = "kms.policy"
match = {{ conn = 4 }}
do = {{ kind = "result", hresult = "0xC004F042" }}
[[fault]]
id = "every-other"
stage = "tcp.accept"
when = {{ every = 2 }}
do = {{ kind = "slow-accept", by = "1ms" }}
[[fault]]
id = "drawn"
stage = "tcp.data"
when = {{ prob = 0.5 }}
do = {{ kind = "latency", median = "1ms" }}
[[step]]
at = "150ms"
run = "pc"
times = 6
every = "300ms"
"#
    )
}

/// The result of each attempt, and whether the rule is named on it.
fn attempts(journal: &[Value]) -> Vec<(String, bool)> {
    let lines = journal.iter().filter(|line| line["ev"] == "attempt");
    let named = |line: &Value| line["faults"].as_array().unwrap().iter().any(|id| id == "down");
    lines.map(|line| (line["result"].as_str().unwrap().to_owned(), named(line))).collect()
}

/// What both modes say of the rule: the results, and how often it struck.
fn both(rule: &str) -> (Vec<(String, bool)>, Value) {
    let journal = same(&scenario(rule));
    let hits = journal.last().unwrap()["fault_hits"]["down"].clone();
    (attempts(&journal), hits)
}

const OK: (&str, bool) = ("0x0", false);
const NOBODY: (&str, bool) = ("0x800706BA", true);
const RESET: (&str, bool) = ("0x800706BE", true);
const FOURTH: (&str, bool) = ("0xC004F042", false);

fn expected(rows: &[(&str, bool)]) -> Vec<(String, bool)> {
    rows.iter().map(|(code, named)| ((*code).to_owned(), *named)).collect()
}

#[test]
fn a_door_that_time_shuts_refuses_and_numbers_nobody() {
    let rule = r#"
[[fault]]
id = "down"
stage = "tcp.accept"
when = { window = ["400ms", "1s"] }
do = { kind = "refuse" }"#;
    let (attempts, hits) = both(rule);
    assert_eq!(attempts, expected(&[OK, NOBODY, NOBODY, OK, OK, FOURTH]));
    assert_eq!(hits, 2, "each client that was turned away is one");
}

#[test]
fn a_refusal_by_number_resets_and_shuts_the_door_behind_it() {
    let rule = r#"
[[fault]]
id = "down"
stage = "tcp.accept"
when = { nth = 2 }
do = { kind = "refuse", for = "500ms" }"#;
    let (attempts, _) = both(rule);
    assert_eq!(attempts, expected(&[OK, RESET, NOBODY, OK, FOURTH, OK]));
}

#[test]
fn a_process_that_dies_leaves_nobody_listening() {
    let bounce = r#"
[[fault]]
id = "down"
stage = "proc"
when = { nth = 2 }
do = { kind = "bounce", down = "500ms" }"#;
    let (attempts, _) = both(bounce);
    assert_eq!(attempts, expected(&[OK, RESET, NOBODY, OK, FOURTH, OK]));

    let crash = bounce.replace(r#""bounce", down = "500ms""#, r#""crash""#);
    let text = scenario(&crash).replace("id = \"fourth\"", "id = \"fourth\"\noptional = true");
    let journal = same(&text);
    assert_eq!(self::attempts(&journal), expected(&[OK, RESET, NOBODY, NOBODY, NOBODY, NOBODY]));
}

#[test]
fn a_door_that_shuts_and_nobody_finds_shut_has_not_struck() {
    let rule = r#"
[[fault]]
id = "down"
optional = true
stage = "tcp.accept"
when = { window = ["500ms", "700ms"] }
do = { kind = "refuse" }"#;
    for mode in ["virtual", "real"] {
        let journal = journal(mode, &scenario(rule));
        assert_eq!(journal.last().unwrap()["fault_hits"]["down"], 0, "{mode}");
        assert!(
            told(&journal, "fault", &["faults"]).iter().all(|f| !f.to_string().contains("down"))
        );
    }
}

#[test]
fn a_door_opens_and_shuts_at_the_very_moment() {
    let text = r#"
schema = 1
mode = "MODE"
limit = { sim = "3s", wall = "20s" }
[[host]]
id = "kms"
[[machine]]
id = "pc"
n = 40
[[fault]]
id = "down"
stage = "tcp.accept"
when = { window = ["500ms", "1s"] }
do = { kind = "refuse" }
[[step]]
at = "480ms"
run = "pc"
spread = "1ms"
[[step]]
at = "990ms"
run = "pc"
spread = "500us"
"#;
    let journal = journal("real", text);
    let all = attempts(&journal);
    assert_eq!(all.len(), 80);
    for (result, named) in &all {
        assert_eq!(*named, result != "0x0", "{all:?}");
    }
    let refused = all.iter().filter(|(_, named)| *named).count();
    assert_eq!(journal.last().unwrap()["fault_hits"]["down"], refused, "{all:?}");
    // Who dials at the door's opening or later is served, as in virtual time.
    let served = |line: &&Value| line["ev"] == "attempt" && line["result"] == "0x0";
    let times = journal.iter().filter(served).map(|line| line["t_ns"].as_i64().unwrap());
    assert!(times.filter(|at| *at >= 1_000_000_000).count() >= 20);
}
