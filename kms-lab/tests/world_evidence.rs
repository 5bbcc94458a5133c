//! Nothing that a scenario arranges is taken for granted: what never happened fails the run.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

use std::path::Path;

use kms_lab::exit::Exit;
use kms_lab::report::outcome::Run;
use kms_lab::report::text::trouble::lines_of;
use kms_lab::scenario::document::Document;
use kms_lab::world::diary::Keep;
use kms_lab::world::runner::{self, Wants};

const WORLD: &str = r#"
schema = 1
name = "evidence"
limit = { sim = "2h" }
[[host]]
id = "kms"
[[machine]]
id = "member"
[[step]]
at = "1m"
run = "member"
"#;

/// The exit code of a run with `more`, and what is told of it.
fn run(more: &str) -> (Exit, String) {
    let text = format!("{WORLD}{more}");
    let read = move |_: &Path| Ok(text.clone().into_bytes());
    let document = Document::load(Path::new("a.toml"), &read).unwrap_or_else(|b| panic!("{b}"));
    let resolved = document.resolve(&document.points()[0], 42).unwrap_or_else(|b| panic!("{b}"));
    let wants = Wants { journal: Keep::All, twice: false, course: false, capture: false };
    let ran = runner::run(&resolved, Run::default(), wants);
    let told = ran.run.troubles.iter().map(|trouble| lines_of(trouble).0 + "\n").collect();
    (ran.run.exit(), told)
}

/// Exit 7 naming `subject`, and nothing once it says `optional = true`.
fn is_missed(more: &str, subject: &str) {
    let (exit, told) = run(more);
    assert_eq!(exit, Exit::Inconclusive, "{more}: {told}");
    assert!(told.contains(subject), "{told}");
    assert_eq!(told.lines().count(), 1, "told once: {told}");
    let (exit, told) = run(&more.replace("#optional", "optional = true"));
    assert_eq!(exit, Exit::Ok, "{told}");
}

#[test]
fn a_fault_that_never_struck_fails_the_run_unless_it_is_optional() {
    let fault = |when: &str| {
        format!(
            "[[fault]]\nid = \"cut\"\nstage = \"tcp.data\"\n#optional\nwhen = {{ {when} }}\n\
             do = {{ kind = \"truncate\", keep = \"30B\" }}\n"
        )
    };
    is_missed(&fault("nth = 30"), "fault \"cut\" never applied");
    assert_eq!(run(&fault("nth = 1")).0, Exit::Ok);
    let required = format!("{}[[require_hit]]\nfault = \"cut\"\n", fault("nth = 30"));
    let (exit, told) = run(&required);
    assert_eq!((exit, told.lines().count()), (Exit::Inconclusive, 1), "{told}");
}

#[test]
fn an_event_that_never_came_fails_the_run_unless_it_is_optional() {
    let event = |trigger: &str| {
        format!(
            "[[clock]]\nactor = \"member\"\n[[clock.event]]\nop = \"bump\"\nby = \"+1s\"\n\
             #optional\n{trigger}\n"
        )
    };
    is_missed(&event("on = { exchange = 2 }"), "clock \"member\": bump never happened");
    is_missed(&event("on = { result = \"0xC004F06C\" }"), "bump never happened");
    is_missed(&event("on = { result = \"ok\", after = \"3h\" }"), "bump never happened");
    for trigger in ["at = \"30s\"", "every = \"40s\"", "on = { exchange = 1 }"] {
        assert_eq!(run(&event(trigger)), (Exit::Ok, String::new()), "{trigger}");
    }
}

#[test]
fn a_wrong_clock_that_nobody_met_fails_the_run_unless_it_is_optional() {
    let machine = "[[machine]]\nid = \"lonely\"\nclock = \"+5h\"\n#optional\n";
    is_missed(machine, "clock \"lonely\" was met by nobody");
    let group = "[[machine]]\nid = \"crowd\"\nn = 3\nclock = \"+5h\"\n#optional\n\
                 [[step]]\nat = \"2m\"\nrun = \"crowd-2\"\n";
    is_missed(group, "clock \"crowd\" was met by nobody on 2 of 3 machines");
    let host = "[[host]]\nid = \"spare\"\nclock = \"-1d\"\n#optional\n";
    is_missed(host, "clock \"spare\" was met by nobody");
    let source = "[[time_source]]\nid = \"dc\"\nclock = \"+9h\"\n#optional\n";
    is_missed(source, "clock \"dc\" was met by nobody");
    let dns = "[dns]\nclock = \"+9h\"\n#optional\n";
    is_missed(dns, "clock of [dns] was met by nobody");
    assert_eq!(run("[[machine]]\nid = \"right\"\n").0, Exit::Ok, "nothing is wrong with it");
}

/// A machine nobody ran, or `member`, whose clock is turned by these events.
fn turned(actor: &str, events: &str) -> String {
    format!("[[machine]]\nid = \"idle\"\n[[clock]]\nactor = {actor:?}\n{events}")
}

fn at(at: &str, op: &str) -> String {
    format!("[[clock.event]]\nat = {at:?}\n{op}\n")
}

const BUMP: &str = "op = \"bump\"\nby = \"+1h\"\n#optional";
const BACK: &str = "op = \"bump\"\nby = \"-1h\"";
const RESET: &str = "op = \"reset\"";
const TRUE: &str = "op = \"set\"\nto = \"true\"";
const RATE: &str = "op = \"rate\"\nx = 2\n#optional";
const FREEZE: &str = "op = \"freeze\"\n#optional";

#[test]
fn a_clock_turned_wrong_that_nobody_read_so_fails_the_run() {
    let never: &[(&str, &[(&str, &str)])] = &[
        // Nobody asks that machine for the time.
        ("idle", &[("30m", BUMP)]),
        // After the last exchange, or undone before it.
        ("member", &[("30m", BUMP)]),
        ("member", &[("10s", BUMP), ("30s", RESET)]),
        ("member", &[("10s", BUMP), ("30s", TRUE)]),
        ("member", &[("10s", BUMP), ("30s", BACK)]),
        ("member", &[("10s", RATE), ("30s", RESET)]),
        ("member", &[("10s", FREEZE), ("30s", "op = \"resume\"\nsync = true"), ("40s", RESET)]),
        ("kms", &[("10s", BUMP), ("30s", TRUE)]),
        ("kms", &[("30m", BUMP)]),
    ];
    for (actor, events) in never {
        let events: String = events.iter().map(|(when, op)| at(when, op)).collect();
        is_missed(&turned(actor, &events), "was met by nobody");
    }
}

#[test]
fn a_clock_turned_wrong_is_met_by_whoever_reads_it_so_and_a_repair_need_not_be() {
    let met: &[(&str, &[(&str, &str)])] = &[
        ("member", &[("30s", BUMP)]),
        ("member", &[("30s", BUMP), ("2m", RESET)]),
        ("member", &[("30s", BUMP), ("2m", TRUE)]),
        ("member", &[("30s", BUMP), ("2m", BACK)]),
        ("member", &[("10s", RATE), ("30s", TRUE)]),
        ("member", &[("10s", "op = \"check\""), ("30s", RESET), ("1h", TRUE)]),
        ("kms", &[("30s", BUMP), ("1h", RESET)]),
        ("idle", &[("1h", "op = \"snapshot\"\nname = \"s\"")]),
    ];
    for (actor, events) in met {
        let events: String = events.iter().map(|(when, op)| at(when, op)).collect();
        assert_eq!(run(&turned(actor, &events)), (Exit::Ok, String::new()), "{actor}: {events}");
    }
    let bumped = at("30m", BUMP);
    for more in [
        "[[step]]\nat = \"1h\"\ntype = \"slmgr /dlv\"\non = \"idle\"\n",
        "[[step]]\nat = \"1h\"\ntype = \"w32tm /query /status\"\non = \"idle\"\n",
        "[dns]\n[[step]]\nat = \"1h\"\nrun = \"idle\"\n",
    ] {
        let world = format!("{}{more}", turned("idle", &bumped));
        assert_eq!(run(&world), (Exit::Ok, String::new()), "{more}");
    }
    // A licence is counted down by it until it becomes another.
    let ends = at("30m", "op = \"bump\"\nby = \"+200d\"");
    assert_eq!(run(&turned("member", &ends)), (Exit::Ok, String::new()));
}

#[test]
fn a_time_source_is_met_by_whoever_it_answers_or_is_set_by_it() {
    let source = "[[time_source]]\nid = \"dc\"\nclock = \"+1h\"\n";
    let follows = "[[machine]]\nid = \"follows\"\ntime = { source = \"dc\", every = \"10m\" }\n";
    let set = "[[clock]]\nactor = \"member\"\n[[clock.event]]\nat = \"30s\"\nop = \"set\"\n\
               to = \"source:dc\"\n";
    for more in [follows, set] {
        assert_eq!(run(&format!("{source}{more}")), (Exit::Ok, String::new()), "{more}");
    }
}
