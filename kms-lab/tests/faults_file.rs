//! A file of faults alone, as a person meets it: `kmslab check` and `kmslab serve --faults` refuse the
//! same mistakes in the same words, and what is right is carried out, clocks included.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn kmslab(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kmslab")).args(args).output().unwrap()
}

/// A file that is gone at the end.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("kmslab-faults-{}-{name}.toml", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn check_and_serve_refuse_the_same_in_the_same_words() {
    for (name, text, part) in [
        ("kind", "[[fault]]\nstage = \"rpc.bind\"\ndo = { kind = \"truncat\" }\n", "3:15: "),
        (
            "clock",
            "[[fault]]\nstage = \"clock.client\"\ndo = { kind = \"freeze\" }\n",
            "cannot happen here",
        ),
        ("none", "fault = []\n", "no fault is in it"),
    ] {
        let file = File::new(name, text);
        let checked = kmslab(&["check", file.path()]);
        let served = kmslab(&["serve", "--faults", file.path()]);
        assert_eq!((checked.status.code(), served.status.code()), (Some(3), Some(3)), "{name}");
        let said = String::from_utf8(checked.stderr).unwrap();
        assert!(said.contains(part) && said.contains(" | "), "{said}");
        let again = String::from_utf8(served.stderr).unwrap();
        assert!(again.contains(said.trim_end()), "{again}");
    }
    let dns = "[[fault]]\nstage = \"dns.srv\"\ndo = { kind = \"empty\" }\n";
    let dns = File::new("dns", dns);
    assert_eq!(kmslab(&["check", dns.path()]).status.code(), Some(0), "it can, with --dns");
    let served = kmslab(&["serve", "--faults", dns.path()]);
    assert_eq!(served.status.code(), Some(3));
    assert!(String::from_utf8(served.stderr).unwrap().contains("serves no DNS"));
    let empty = File::new("empty", "");
    let served = kmslab(&["serve", "--faults", empty.path()]);
    assert_eq!(served.status.code(), Some(3));
    assert!(String::from_utf8(served.stderr).unwrap().contains("needs the key fault"));
}

#[test]
fn a_served_host_turns_its_clock_and_names_the_fault() {
    let text = "[[fault]]\nid = \"jump\"\nstage = \"clock.host\"\nmatch = { client = \"LATE\" }\nwhen = \
                { nth = 1 }\ndo = { kind = \"bump\", by = \"-5h\" }\n[[fault]]\nid = \"never\"\nstage = \
                \"rpc.bind\"\nwhen = { nth = 9 }\ndo = { kind = \"bind-nak\", reason = 1 }\n";
    let file = File::new("jump", text);
    let checked = kmslab(&["check", file.path()]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let mut child = Command::new(env!("CARGO_BIN_EXE_kmslab"))
        .args(["serve", "--journal", "-", "--faults", file.path()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut ready = String::new();
    out.read_line(&mut ready).unwrap();
    let ready: Value = serde_json::from_str(&ready).unwrap();
    let addr = ready["rpc"][0]["addr"].as_str().unwrap();
    let code = |name: &str| kmslab(&["activate", addr, "--name", name]).status.code();
    assert_eq!((code("EARLY"), code("LATE"), code("EARLY")), (Some(0), Some(4), Some(4)));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("fault \"never\" never struck: nth is 9, this is "), "{said}");
    assert!(!said.contains("jump"), "{said}");
    let lines: Vec<Value> =
        out.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    let of = |event: &str| lines.iter().filter(|line| line["ev"] == event).collect::<Vec<_>>();
    assert_eq!(of("clock").len(), 1, "{lines:?}");
    assert_eq!(of("clock")[0]["op"], "bump");
    let exchanges = of("exchange");
    let told: Vec<(&Value, &Value)> =
        exchanges.iter().map(|line| (&line["result"], &line["faults"])).collect();
    assert_eq!(told[0], (&Value::from("0x0"), &Value::from(Vec::<String>::new())));
    assert_eq!(told[1], (&Value::from("0xC004F06C"), &Value::from(vec!["jump"])));
    assert_eq!(told[2].0, "0xC004F06C");
    // A refusal is an answer on the wire, too.
    assert!(exchanges.iter().all(|line| line["bytes"]["out"].as_u64().unwrap() > 0));
    assert_eq!(of("shutdown")[0]["fault_hits"]["jump"], 1);
}
