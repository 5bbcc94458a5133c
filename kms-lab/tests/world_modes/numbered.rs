//! What happens to a host's clock at its n-th request: at that very one, whoever asks meanwhile.

use crate::both::{journal, told};

/// Six machines that ask at once, and what happens to the host's clock.
fn scenario(events: &str, more: &str) -> String {
    format!(
        r#"
schema = 1
mode = "MODE"
limit = {{ sim = "3s", wall = "20s" }}
[[host]]
id = "kms"
policy = {{ count = 25 }}
[[machine]]
id = "g"
n = 6
timeout = "1s"
[[clock]]
actor = "kms"
event = [ {events} ]
[[step]]
at = "100ms"
run = "g"
{more}
"#
    )
}

/// The result of each exchange, in the order of the host.
fn results(mode: &str, text: &str) -> Vec<String> {
    let told = told(&journal(mode, text), "exchange", &["result"]);
    told.iter().map(|line| line[0][1].as_str().unwrap().to_owned()).collect()
}

const OK: &str = "0x0";
const SKEW: &str = "0xC004F06C";

#[test]
fn a_clock_turns_at_the_nth_request_though_all_ask_at_once() {
    let bump = scenario("{ on = { exchange = 3 }, op = \"bump\", by = \"+5h\" }", "");
    let there_and_back = scenario(
        "{ on = { exchange = 2 }, op = \"bump\", by = \"+5h\" }, \
         { on = { exchange = 5 }, op = \"reset\" }",
        "",
    );
    for mode in ["virtual", "real"] {
        assert_eq!(results(mode, &bump), [OK, OK, SKEW, SKEW, SKEW, SKEW], "{mode}");
        assert_eq!(results(mode, &there_and_back), [OK, SKEW, SKEW, SKEW, OK, OK], "{mode}");
    }
}

#[test]
fn a_host_is_saved_and_returns_at_its_requests() {
    let events = "{ on = { exchange = 2 }, op = \"snapshot\", name = \"early\" }, \
                  { on = { exchange = 6 }, op = \"rollback\", name = \"early\", clock = \"saved\", \
                  state = true }";
    // One request before it was saved, and the sixth after it returned.
    let counted = "[[expect]]\ncounters = { requests_total = 2 }";
    let text = scenario(events, counted).replace("count = 25", "count = 0");
    for mode in ["virtual", "real"] {
        let turned = told(&journal(mode, &text), "clock", &["actor", "op"]);
        let of_host = turned.iter().filter(|line| line[0][1] == "kms");
        let ops: Vec<&str> = of_host.map(|line| line[1][1].as_str().unwrap()).collect();
        assert_eq!(ops, ["snapshot", "rollback"], "{mode}");
    }
}
