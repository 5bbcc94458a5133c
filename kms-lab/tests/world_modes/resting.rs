//! A host that does nothing at all for a while, by an event of its clock.

use crate::both::{journal, same, told};

/// A machine asks while its host rests, from 200 ms on for this long; what else the event says.
fn scenario(event: &str, timeout: &str) -> String {
    format!(
        r#"
schema = 1
mode = "MODE"
limit = {{ sim = "5s", wall = "20s" }}
[[host]]
id = "kms"
policy = {{ count = 25 }}
[[machine]]
id = "m"
timeout = "{timeout}"
[[clock]]
actor = "kms"
event = [ {{ at = "200ms", op = "pause", {event}, optional = true }} ]
[[step]]
at = "500ms"
run = "m"
times = 2
every = "1s"
"#
    )
}

fn results(journal: &[serde_json::Value]) -> Vec<String> {
    let told = told(journal, "attempt", &["result"]);
    told.iter().map(|line| line[0][1].as_str().unwrap().to_owned()).collect()
}

#[test]
fn nobody_gets_an_answer_from_a_host_that_rests() {
    let journal = same(&scenario("for = \"3s\", sync = true", "500ms"));
    assert_eq!(results(&journal), ["0x800706BA", "0x800706BA"]);
}

#[test]
fn who_has_patience_is_served_once_the_host_wakes() {
    for mode in ["virtual", "real"] {
        let journal = journal(mode, &scenario("for = \"600ms\", sync = false", "2s"));
        assert_eq!(results(&journal), ["0x0", "0x0"], "{mode}");
        let served = told(&journal, "attempt", &["t_ns"])[0][0][1].as_i64().unwrap();
        assert!(served >= 800_000_000, "{mode}: {served}");
        // Its clock stood meanwhile.
        let skews = told(&journal, "exchange", &["skew_ns"]);
        let skew = skews[0][0][1].as_i64().unwrap();
        assert!(skew > 100_000_000, "{mode}: {skew}");
    }
}

#[test]
fn what_was_sent_before_it_rests_is_judged_when_it_wakes() {
    let slow = r#"
[[fault]]
id = "slow"
stage = "tcp.data"
match = { direction = "to-client" }
when = { nth = 2 }
do = { kind = "latency", median = "300ms" }
"#;
    let text = scenario("for = \"1s\", sync = true", "600ms").replace("500ms\"", "100ms\"");
    let text = text.replace("every = \"1s\"", "every = \"3s\"") + slow;
    // The bind is answered late, and by then the host rests; the machine waits no longer.
    let journal = same(&text);
    assert_eq!(results(&journal).len(), 2);
    let exchanges = told(&journal, "exchange", &["result"]);
    assert_eq!(exchanges.len(), 2, "{exchanges:?}");
}
