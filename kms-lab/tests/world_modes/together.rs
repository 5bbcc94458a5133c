//! On sockets as in virtual time, nobody waits for anybody else, and time ends when it is over.

use kms_lab::world::runner::Ran;

use crate::both::{journal, ran};

const BOTH: [&str; 2] = ["virtual", "real"];

fn passes(text: &str) {
    for mode in BOTH {
        let Ran { run, .. } = ran(mode, text);
        assert!(run.troubles.is_empty(), "{mode}: {:?}", run.troubles);
    }
}

#[test]
fn a_machine_that_hangs_holds_up_neither_clocks_nor_machines() {
    passes(
        r#"
schema = 1
mode = "MODE"
limit = { sim = "3s", wall = "20s" }
[[host]]
id = "kms"
[[machine]]
id = "a"
timeout = "1500ms"
[[machine]]
id = "b"
[[fault]]
id = "hang"
stage = "tcp.data"
match = { client = "a" }
do = { kind = "stall" }
[[clock]]
actor = "b"
[[clock.event]]
at = "400ms"
op = "bump"
by = "+5h"
[[clock.event]]
at = "1s"
op = "reset"
[[step]]
at = "100ms"
run = "a"
[[step]]
at = "600ms"
run = "b"
[[expect]]
machine = "b"
first = { result = "0xC004F06C" }
"#,
    );
}

#[test]
fn machines_that_ask_at_once_share_the_door() {
    passes(
        r#"
schema = 1
mode = "MODE"
limit = { sim = "3s", wall = "20s" }
[[host]]
id = "kms"
policy = { count = 25 }
[[machine]]
id = "pc"
n = 3
timeout = "1s"
[[fault]]
id = "slow"
stage = "tcp.data"
do = { kind = "latency", median = "100ms" }
[[fault]]
id = "few"
stage = "tcp.accept"
do = { kind = "max-connections", n = 1 }
[[step]]
at = "100ms"
run = "pc"
[[expect]]
some = { fault = "slow", result = "ok" }
times = 1
"#,
    );
}

#[test]
fn what_still_hangs_at_the_end_is_left_alone() {
    let text = r#"
schema = 1
mode = "MODE"
limit = { sim = "1s", wall = "20s" }
[[host]]
id = "kms"
[[machine]]
id = "pc"
timeout = "12s"
[[fault]]
id = "hang"
stage = "tcp.data"
do = { kind = "stall" }
[[step]]
at = "100ms"
run = "pc"
"#;
    for mode in BOTH {
        let journal = journal(mode, text);
        let last = journal.last().unwrap();
        let ends = last["t_ns"].as_i64().unwrap();
        assert!((1_000_000_000..6_000_000_000).contains(&ends), "{mode}: {ends}");
        assert_eq!(last["attempts"], 0, "{mode}");
    }
    let short = text.replace(r#"sim = "1s", wall = "20s""#, r#"sim = "1h", wall = "500ms""#);
    let Ran { run, .. } = ran("real", &short);
    let text = format!("{:?}", run.troubles);
    assert!(text.contains("OutOfTime { limit: \"wall\""), "{text}");
}

#[test]
fn the_end_is_the_planned_end_though_nothing_is_left_to_happen() {
    passes(
        r#"
schema = 1
mode = "MODE"
limit = { sim = "1h", wall = "20s" }
[[host]]
id = "kms"
[[machine]]
id = "a"
clock = "x2"
[[step]]
at = "100ms"
run = "a"
[[expect]]
clock = { of = "a", offset = "+1h" }
"#,
    );
}

#[test]
fn the_journal_of_sockets_is_in_the_order_of_time() {
    let text = r#"
schema = 1
mode = "MODE"
limit = { sim = "3s", wall = "20s" }
[[host]]
id = "kms"
[[machine]]
id = "pc"
n = 4
[[step]]
at = "0"
run = "pc"
times = 3
every = "100ms"
spread = "90ms"
"#;
    let journal = journal("real", text);
    let times: Vec<i64> = journal.iter().map(|line| line["t_ns"].as_i64().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    let closes = journal.iter().filter(|line| line["ev"] == "conn-close").count();
    assert_eq!(closes, 12);
}
