//! Commands typed into a world: begun in order, answered when they end, told and held to.
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
name = "typed"
[[host]]
id = "kms"
[[machine]]
id = "member"
clock = "+1d"
timeout = "10s"
[[machine]]
id = "other"
[[link]]
latency = "20ms"
"#;

fn load(text: &str) -> Document {
    let text = text.to_owned();
    let read = move |_: &Path| Ok(text.clone().into_bytes());
    Document::load(Path::new("typed.toml"), &read).unwrap_or_else(|broken| panic!("{broken}"))
}

fn run(steps: &str) -> Ran {
    let document = load(&format!("{WORLD}{steps}"));
    let resolved = document.resolve(&document.points()[0], 42).unwrap_or_else(|b| panic!("{b}"));
    let wants = Wants { journal: Keep::All, twice: true, course: false, capture: false };
    runner::run(&resolved, Run::default(), wants)
}

fn mistakes(steps: &str) -> String {
    load(&format!("{WORLD}{steps}")).check().unwrap_err().to_string()
}

fn commands(ran: &Ran) -> Vec<Value> {
    let lines = std::str::from_utf8(&ran.journal).unwrap().lines();
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["ev"] == "command").collect()
}

fn unmet(ran: &Ran) -> Vec<String> {
    let told = ran.run.troubles.iter().map(|trouble| match trouble {
        Trouble::Unmet(finding) => finding.message.clone(),
        other => format!("{other:?}"),
    });
    told.collect()
}

/// The story's middle: refused, the clock set, activated; every output held to by expectations.
#[test]
fn a_machine_is_refused_set_right_and_activated_by_typed_commands() {
    let ran = run(r#"
[[step]]
id = "try"
at = "0"
type = "slmgr /ato"
on = "member"
[[step]]
id = "look"
at = "1s"
type = "cscript //NoLogo slmgr.vbs /dlv"
on = ["kms", "member"]
[[step]]
id = "repair"
at = "1m"
set = "true"
on = "member"
[[step]]
id = "again"
at = "1m"
type = 'cscript C:\Windows\System32\slmgr.vbs /ato'
on = "member"
[[step]]
id = "remote"
at = "2m"
type = "slmgr kms /dli"
on = "member"
[[expect]]
output = { step = "try", code = "0xC004F074", contains = ["Activating Windows(R)", "Error: 0xC004F074 The Software"], lacks = "successfully" }
[[expect]]
output = { step = "look", on = "kms", code = "ok", contains = "Total requests received: 1" }
[[expect]]
output = { step = 2, on = "member", contains = "Please use slmgr.vbs /ato" }
[[expect]]
output = { step = "again", contains = ["Windows Script Host Version 5.8", "Product activated successfully."] }
[[expect]]
output = { step = "remote", contains = ["Failed requests received: 1", "Total requests received: 2"] }
[[expect]]
clock = { of = "member", offset = "0" }
"#);
    assert_eq!(unmet(&ran), Vec::<String>::new());
    let told = commands(&ran);
    let short: Vec<(&str, &str, &str)> = told
        .iter()
        .map(|line| {
            let word = |key: &str| line[key].as_str().unwrap();
            (word("actor"), word("id"), word("code"))
        })
        .collect();
    assert_eq!(
        short,
        [
            ("member", "try", "0xC004F074"),
            ("kms", "look", "0x0"),
            ("member", "look", "0x0"),
            ("member", "again", "0x0"),
            ("member", "remote", "0x0"),
        ]
    );
    // A connection, a bind, a call, an answer: four ways there and back of 20 ms.
    assert_eq!(told[0]["took_ns"], 160_000_000_u64);
    assert_eq!(told[0]["exit"], 0x74);
}

/// A prompt takes one command at a time; what is typed meanwhile waits, on other computers not.
#[test]
fn a_prompt_takes_one_command_after_another() {
    let ran = run(r#"
[[step]]
id = "all"
at = "0"
type = "slmgr /ato"
on = ["member", "other"]
times = 3
every = "1ms"
[[step]]
run = ["other"]
at = "0"
"#);
    let told = commands(&ran);
    let ended: Vec<(&str, u64)> = told
        .iter()
        .map(|line| (line["actor"].as_str().unwrap(), line["t_ns"].as_u64().unwrap() / 1_000_000))
        .collect();
    // The other one was already trying: its first command waits for the attempt after that.
    assert_eq!(
        ended,
        [
            ("member", 160),
            ("other", 320),
            ("member", 320),
            ("other", 480),
            ("member", 480),
            ("other", 640),
        ]
    );
}

#[test]
fn what_no_command_came_to_is_said_with_what_it_came_to_instead() {
    let ran = run(r#"
[[step]]
id = "try"
at = "0"
type = "slmgr /ato"
on = "member"
[[expect]]
output = { step = "try", code = "ok" }
[[expect]]
output = { step = "try", text = "" }
[[expect]]
output = { step = "try", contains = "Error: 0xC004F06C" }
[[expect]]
output = { step = "try", on = "kms", contains = "x" }
"#);
    let messages = unmet(&ran);
    let parts = [
        "slmgr /ato on member: expected code \"ok\", got 0xC004F074",
        "expected line 1 to be \"\", got \"Activating Windows(R)",
        "expected \"Error: 0xC004F06C\" in its output, got \"Error: 0xC004F074",
        "step \"try\" has typed nothing on kms",
    ];
    assert_eq!(messages.len(), parts.len(), "{messages:#?}");
    for (message, part) in messages.iter().zip(parts) {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_step_that_does_nothing_or_two_things_is_a_mistake() {
    for (step, parts) in [
        ("", &["a step does one thing: run, type, set or happens"][..]),
        ("type = \"slmgr /ato\"", &["on goes with type, set and happens"]),
        ("type = \"slmgr /ato\"\non = \"member\"\nrun = [\"member\"]", &["a step does one thing"]),
        ("run = [\"member\"]\non = \"member\"", &["on goes with type"]),
        ("type = \"slmgrr /ato\"\non = \"member\"", &["did you mean slmgr?"]),
        ("type = \"slmgr /ato\"\non = \"membr\"", &["no machine or host \"membr\"", "member"]),
        ("set = \"tomorrow\"\non = \"member\"", &["set"]),
        ("set = \"true\"\non = \"member\"\nelevated = false", &["elevated says how"]),
    ] {
        let text = mistakes(&format!("[[step]]\nat = \"0\"\n{step}\n"));
        for part in parts {
            assert!(text.contains(part), "{step}: {text}");
        }
    }
    let text = mistakes("[[expect]]\noutput = { step = 3, code = \"ok\" }\n");
    assert!(text.contains("there is no step 3"), "{text}");
    let text = mistakes("[[expect]]\noutput = { step = \"1\" }\n");
    assert!(text.contains("output needs code, text, contains or lacks"), "{text}");
}

/// A step that runs is an attempt as by `/ato`: who cannot try sends nothing, and says why. Its own
/// timers let a machine be until it can.
#[test]
fn a_machine_that_cannot_try_sends_nothing() {
    let ran = run(r#"
[[machine]]
id = "no-key"
key = false
retry = { every = "1h" }
[[machine]]
id = "stopping"
retry = { every = "1h" }
[[machine]]
id = "by-directory"
[[step]]
at = "1m"
happens = "service-stopping"
on = "stopping"
[[step]]
at = "1m"
type = "slmgr /act-type 1"
on = "by-directory"
[[step]]
id = "told"
at = "2m"
run = ["no-key", "stopping", "by-directory"]
[[step]]
id = "typed"
at = "3m"
type = "slmgr /ato"
on = ["no-key", "stopping", "by-directory"]
[[step]]
at = "4m"
happens = "service-started"
on = "stopping"
[[step]]
at = "90m"
type = "slmgr /ipk LAB01-LAB01-LAB01-LAB01-LAB01"
on = "no-key"
[[step]]
at = "5h"
run = "member"
"#);
    assert!(ran.run.troubles.is_empty(), "{:?}", unmet(&ran));
    let lines = std::str::from_utf8(&ran.journal).unwrap().lines();
    let lines: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |ev: &'static str, key: &str, id: &str| -> Vec<(String, String)> {
        let lines = lines.iter().filter(|line| line["ev"] == ev && line[key] == id);
        let told = lines.map(|line| (line["t"].to_string(), line["result"].to_string()));
        told.map(|(t, result)| (t.replace('"', ""), result.replace('"', ""))).collect()
    };
    for (id, code, again) in [
        ("no-key", "0xC004F069", Some("PT2H2M0.16S")),
        ("stopping", "0xC004F075", Some("PT1H2M0.16S")),
        ("by-directory", "0xC004F074", None),
    ] {
        let tries = of("attempt", "actor", id);
        assert_eq!(tries[0], ("PT2M0S".to_owned(), code.to_owned()), "{id}: {tries:?}");
        let typed = commands(&ran);
        let typed = typed.iter().find(|line| line["actor"] == id && line["id"] == "typed");
        assert_eq!(typed.unwrap()["code"], code, "{id}");
        assert_eq!(tries.get(1).map(|(t, _)| t.as_str()), again, "{id}: {tries:?}");
        assert_eq!(of("exchange", "client", id).len(), usize::from(again.is_some()), "{id}");
    }
}
