//! How a run over loopback ends whose `limit.wall` is shorter than its `limit.sim`: what needs no
//! socket happens as in virtual time, and a run that would need one is late.

use kms_lab::report::text::trouble::sentence;
use kms_lab::report::trouble::Trouble;
use kms_lab::world::runner::Ran;

use crate::both::ran;

/// One machine, that is asked to activate at 100 ms and has three seconds of sockets.
fn scenario(head: &str, machine: &str, rest: &str) -> String {
    format!(
        r#"
schema = 1
mode = "MODE"
limit = {{ sim = "1h", wall = "3s" }}
[[host]]
id = "kms"
policy = {{ renewal_interval = "15m" }}
{head}
[[machine]]
id = "m"
{machine}
[[step]]
at = "100ms"
run = "m"
{rest}
"#
    )
}

/// What is wrong with a run, a sentence each.
fn troubles(mode: &str, text: &str) -> Vec<String> {
    let Ran { run, .. } = ran(mode, text);
    run.troubles.iter().map(sentence).collect()
}

#[test]
fn a_run_that_needs_a_socket_later_than_it_has_one_is_late() {
    for (machine, when) in [
        ("clock = \"+5h\"\nretry = { every = \"1m\", max = 5 }", "1m"),
        ("renew = { every = \"15m\" }", "15m"),
    ] {
        // In virtual time nothing is wrong with it.
        let text = scenario("", machine, "");
        assert_eq!(troubles("virtual", &text), Vec::<String>::new(), "{machine}");
        let Ran { run, .. } = ran("real", &text);
        let [trouble @ Trouble::OutOfTime { limit, .. }] = &*run.troubles else {
            panic!("{machine}: {:?}", run.troubles)
        };
        assert_eq!(limit, "wall");
        let said = sentence(trouble);
        assert!(said.contains(&format!("m is to ask at {when}")), "{said}");
        for help in ["limit.sim", "limit.wall", "mode = \"virtual\""] {
            assert!(said.contains(help), "{said}");
        }
        assert_eq!(run.exchanges, 1, "{machine}");
    }
}

#[test]
fn what_needs_no_socket_happens_though_nobody_waits_for_it() {
    let bump = r#"
[[clock]]
actor = "m"
event = [ { on = { result = "ok", after = "10m" }, op = "bump", by = "+7m", optional = true } ]
[[expect]]
clock = { of = "m", offset = "+7m" }"#;
    let source = "[[time_source]]\nid = \"ts\"\nclock = \"+2m\"\n[dns]\n";
    let follows = "time = { source = \"ts\", every = \"17m\", max_correction = \"any\" }";
    let set = "[[expect]]\nclock = { of = \"m\", offset = \"+2m\", tolerance = \"5s\" }";
    // It would not pass before the 17 minutes are over.
    let day = |text: String| text.replace("sim = \"1h\"", "sim = \"25h\"");
    for text in [scenario("", "", bump), day(scenario(source, follows, set))] {
        for mode in ["virtual", "real"] {
            assert_eq!(troubles(mode, &text), Vec::<String>::new(), "{mode} {text}");
        }
    }
}

#[test]
fn time_outs_of_what_is_over_are_not_waited_for() {
    let text = scenario("", "timeout = \"40s\"", "").replace("3s", "1m");
    let Ran { run, .. } = ran("real", &text);
    assert!(run.troubles.is_empty(), "{:?}", run.troubles);
    // Neither the time-out is waited for nor the limit.
    assert!(run.wall.0 < 30_000_000_000, "{}", run.wall);
    assert_eq!(run.sim.to_string(), "1h");
}
