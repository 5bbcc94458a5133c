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
    for trigger in ["at = \"30s\"", "every = \"10m\"", "on = { exchange = 1 }"] {
        assert_eq!(run(&event(trigger)).0, Exit::Ok, "{trigger}");
    }
}

#[test]
fn a_wrong_clock_that_nobody_met_fails_the_run_unless_it_is_optional() {
    let machine = "[[machine]]\nid = \"lonely\"\nclock = \"+5h\"\n#optional\n";
    is_missed(machine, "clock \"lonely\" never seen on the wire: it had no exchange");
    let group = "[[machine]]\nid = \"crowd\"\nn = 3\nclock = \"+5h\"\n#optional\n\
                 [[step]]\nat = \"2m\"\nrun = \"crowd-2\"\n";
    is_missed(group, "clock \"crowd\" never seen on the wire of 2 of 3 machines");
    let host = "[[host]]\nid = \"spare\"\nclock = \"-1d\"\n#optional\n";
    is_missed(host, "clock \"spare\" never seen");
    assert_eq!(run("[[machine]]\nid = \"right\"\n").0, Exit::Ok, "nothing is wrong with it");
}
