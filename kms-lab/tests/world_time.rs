//! Time services in a world, and the commands for them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

use std::path::Path;

use kms_lab::report::outcome::Run;
use kms_lab::report::trouble::Trouble;
use kms_lab::scenario::document::Document;
use kms_lab::world::diary::Keep;
use kms_lab::world::runner::{self, Ran, Wants};
use serde_json::Value;

const WORLD: &str = r#"
schema = 1
name = "time"
limit = { sim = "6h" }
[[host]]
id = "kms"
[[time_source]]
id = "dc"
round_trip = "4ms"
[[time_source]]
id = "unsure"
stratum = 16
[[machine]]
id = "member"
clock = "+5h"
time = { source = "dc", type = "nt5ds", running = false }
[[machine]]
id = "alone"
clock = "+2d"
time = { source = "dc", type = "ntp" }
[[machine]]
id = "bare"
[[machine]]
id = "lost"
time = { source = "unsure", type = "ntp" }
"#;

fn run(steps: &str) -> Ran {
    ran_of(&format!("{WORLD}{steps}"))
}

fn ran_of(text: &str) -> Ran {
    let text = text.to_owned();
    let read = move |_: &Path| Ok(text.clone().into_bytes());
    let document = Document::load(Path::new("time.toml"), &read).unwrap_or_else(|e| panic!("{e}"));
    let point = document.points().first().unwrap();
    let resolved = document.resolve(point, 42).unwrap_or_else(|e| panic!("{e}"));
    let wants = Wants { journal: Keep::All, twice: true, course: false, capture: false };
    runner::run(&resolved, Run::default(), wants)
}

/// Lines typed one after another on a machine, a second apart from 20 minutes on: what each says,
/// its code, and how long it took.
fn typed(on: &str, lines: &[&str]) -> Vec<(String, String, String)> {
    let steps = lines.iter().enumerate().map(|(place, line)| {
        let at = 1200 + place;
        format!("[[step]]\nat = \"{at}s\"\non = \"{on}\"\ntype = '{line}'\n")
    });
    let ran = run(&steps.collect::<String>());
    let journal = String::from_utf8(ran.journal).unwrap();
    let lines = journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let field = |line: &Value, name: &str| match &line[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    lines
        .filter(|line| line["ev"] == "command")
        .map(|line| (field(&line, "text"), field(&line, "code"), field(&line, "took")))
        .collect()
}

/// One line, and what it says.
fn says(on: &str, line: &str) -> String {
    typed(on, &[line]).remove(0).0
}

#[test]
fn a_service_that_never_ran_is_started_and_heals() {
    let said =
        typed("member", &["w32tm /query /status", "net start w32time", "w32tm /query /source"]);
    let texts: Vec<&str> = said.iter().map(|(text, ..)| text.as_str()).collect();
    let [status, start, source] = texts.as_slice() else { panic!("{texts:?}") };
    assert!(status.ends_with("The service has not been started. (0x80070426)\n"), "{status}");
    assert!(start.starts_with("The Windows Time service is starting.\n"), "{start}");
    assert_eq!(*source, "dc\n");
}

#[test]
fn a_resynchronisation_is_waited_for_on_any_computer() {
    for (on, line) in [("alone", "w32tm /resync"), ("bare", "w32tm /resync /computer:alone")] {
        let text = says(on, line);
        assert!(text.ends_with("because the required time change was too big.\n"), "{text}");
    }
    assert!(says("alone", "w32tm /resync /nowait").ends_with("completed successfully.\n"));
    assert!(says("lost", "w32tm /resync").ends_with("because no time data was available.\n"));
    let nobody = says("bare", "w32tm /query /source /computer:nobody");
    assert_eq!(
        nobody,
        "The following error occurred: The RPC server is unavailable. (0x800706BA)\n"
    );
}

#[test]
fn a_machine_without_time_has_a_service_that_does_not_run_and_can_follow_the_domain() {
    let lines = ["w32tm /query /source", "net start \"Windows Time\"", "w32tm /query /source"];
    let said = typed("bare", &lines);
    assert!(said.first().unwrap().0.contains("0x80070426"));
    assert_eq!(said.last().unwrap().0, "dc\n");
}

#[test]
fn charts_are_drawn_line_by_line() {
    let text = says("alone", "w32tm /stripchart /computer:dc /samples:3 /period:10 /dataonly");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert!(lines.iter().skip(3).all(|line| line.ends_with(", -172800.0000000s")), "{text}");
    // Nobody is there to press Ctrl+C.
    assert_eq!(says("alone", "w32tm /stripchart /computer:DC").lines().count(), 2 + 5);
    let unsure = says("alone", "w32tm /stripchart /computer:unsure /samples:1");
    assert!(unsure.ends_with(" error: 0x800705B4\n"), "{unsure}");
    let nobody = says("alone", "w32tm /stripchart /computer:nobody");
    assert!(nobody.ends_with("No such host is known. (0x80072AF9)\n"), "{nobody}");
}

#[test]
fn other_services_and_wrong_lines() {
    assert!(says("member", "net stop sppsvc").contains("Software Protection service was stopped"));
    assert!(says("kms", "net stop w32time").contains("HELPMSG 2185"));
    assert!(says("kms", "net start w32time").contains("HELPMSG 2185"));
    let started = says("kms", "net start");
    assert!(started.contains("started:\n\n   Software Protection\n\nThe command"), "{started}");
    let started = says("alone", "net start");
    assert!(started.contains("   Software Protection\n   Windows Time\n\n"), "{started}");
    assert!(says("member", "net stop spooler").contains("HELPMSG 2185"));
    assert!(says("member", "w32tm /reboot").starts_with("The command /reboot is unknown."));
    assert_eq!(says("kms", "w32tm /query /source"), "w32tm is not there on this computer.\n");
}

#[test]
fn what_a_person_sets_is_an_event_and_ends_corrections() {
    let ran = run("[[step]]\nat = \"1h\"\non = \"alone\"\nset = \"true\"\n\
         [[expect]]\nevents = { of = \"alone\", id = 1, count = 1 }\n\
         [[expect]]\nevents = { of = \"alone\", id = 35, count = 1 }\n");
    assert!(unmet(&ran).is_empty(), "{:?}", ran.run.troubles);
}

fn unmet(ran: &Ran) -> Vec<&Trouble> {
    ran.run.troubles.iter().filter(|trouble| matches!(trouble, Trouble::Unmet(_))).collect()
}

/// By hand one was started that does not start by itself, and one stopped that does: after a restart
/// each is as it was set up. Who waits for the old service is told.
#[test]
fn a_restart_starts_the_service_as_it_is_set_up_and_ends_what_was_under_way() {
    let ran = run(r#"
[[step]]
at = "10m"
on = "member"
type = "net start w32time"
[[step]]
at = "10m"
on = "alone"
type = "net stop w32time"
[[step]]
id = "resync"
at = "19m"
on = "member"
type = "w32tm /resync"
[[step]]
at = "19m1ms"
on = ["member", "alone"]
happens = "restarted"
[[step]]
id = "is-it-there"
at = "21m"
on = ["member", "alone"]
type = "net stop w32time"
[[expect]]
output = { step = "resync", contains = "The computer did not resync because the time service was shutting down." }
[[expect]]
output = { step = "is-it-there", on = "member", contains = "is not started." }
[[expect]]
output = { step = "is-it-there", on = "alone", contains = "was stopped successfully." }
"#);
    assert!(unmet(&ran).is_empty(), "{:?}", ran.run.troubles);
}

#[test]
fn a_battery_is_missed_at_a_restart_and_only_once() {
    let ran = run(r#"
[[clock]]
actor = "bare"
event = [{ at = "1m", op = "battery", to = "1980" }]
[[step]]
at = "2m"
on = "bare"
happens = "restarted"
[[step]]
at = "3m"
on = "bare"
set = "true"
[[step]]
at = "4m"
on = "bare"
happens = "restarted"
[[expect]]
at = "1m59s"
clock = { of = "bare", offset = "0" }
[[expect]]
at = "2m1s"
clock = { of = "bare", offset = "-16802d2m" }
[[expect]]
clock = { of = "bare", offset = "0" }
"#);
    assert!(unmet(&ran).is_empty(), "{:?}", ran.run.troubles);
}

/// A domain controller takes up to 48 hours from the one above it; nobody is above the first of all.
#[test]
fn a_role_has_its_own_limit_and_its_own_source() {
    let ran = run(r#"
[[machine]]
id = "second"
clock = "+2d1s"
time = { source = "dc", type = "nt5ds", role = "domain-controller" }
[[machine]]
id = "first"
clock = "+1s"
time = { source = "dc", type = "nt5ds", role = "forest-root" }
[[expect]]
events = { of = "second", id = 34, contains = "172800 seconds" }
[[expect]]
clock = { of = "first", offset = "+1s" }
[[expect]]
events = { of = "first", id = 12, count = 1 }
"#);
    assert!(unmet(&ran).is_empty(), "{:?}", ran.run.troubles);
}

#[test]
fn a_source_s_clock_is_turned_right_before_its_nth_answer() {
    let order = "[[clock]]\nactor = \"dc\"\n[[clock.event]]\non = { exchange = 2 }\nop = \"bump\"\nby = \"+3s\"\n";
    let step = |n: u32| {
        let at = 20 + n;
        format!(
            "[[step]]\nat = \"{at}m\"\non = \"bare\"\ntype = 'w32tm /stripchart /computer:dc /samples:1 /dataonly'\n"
        )
    };
    let steps = (0..3).map(step).collect::<Vec<_>>().concat();
    // Nobody but the chart asks this source.
    let text = format!(
        "schema = 1\nname = \"nth\"\nlimit = {{ sim = \"1h\" }}\n[[host]]\nid = \"kms\"\n[[time_source]]\nid = \"dc\"\n[[machine]]\nid = \"bare\"\n{order}{steps}"
    );
    let journal = String::from_utf8(ran_of(&text).journal).unwrap();
    let lines = journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let printed = lines.filter(|line| line["ev"] == "command");
    let offsets: Vec<bool> =
        printed.map(|line| line["text"].as_str().unwrap().contains("+03.0000000s")).collect();
    assert_eq!(offsets, [false, true, true], "{journal}");
}
