//! Commands typed one after another.

use serde_json::Value;

use crate::folder::{Folder, came};

#[test]
fn the_story_of_a_wrong_date_is_typed_by_hand() {
    let lab = Folder::with_lab("story");
    let tried = lab.run(&["slmgr", "/ato"]);
    assert_eq!(tried.code, Some(0x74));
    assert!(tried.out.contains("Error: 0xC004F074 The Software Licensing"), "{}", tried.out);
    let host = lab.ok(&["slmgr", "kms", "/dlv"]);
    assert!(host.contains("Total requests received: 1"), "{host}");
    assert!(host.contains("Failed requests received: 1"), "{host}");
    assert!(lab.ok(&["events", "member"]).contains("0xC004F06C, 0x00000000, kms."));
    assert!(lab.ok(&["events", "kms"]).contains("0xC004F06C,5,MEMBER,"));
    assert!(lab.ok(&["slmgr", "/xpr"]).contains("1/31/2009 12:00:00 AM"));

    assert_eq!(
        lab.ok(&["lab", "set", "member", "clock", "true"]),
        "member  2026-01-05T09:00:00Z  0\n"
    );
    assert_eq!(lab.ok(&["lab", "advance", "20m"]), "2026-01-05T09:20:00Z\n");
    let again = lab.ok(&["slmgr", "MEMBER", "/ato"]);
    assert!(again.ends_with("Product activated successfully.\n"), "{again}");
    let list = lab.ok(&["lab", "list"]);
    assert!(
        list.contains("kms     host         kms.corp.example:1688  2026-01-05T09:20:00Z"),
        "{list}"
    );
    let log = lab.log();
    assert_eq!(log.len(), 6);
    assert_eq!(log[0]["type"]["words"], serde_json::json!(["slmgr", "/ato"]));
    assert_eq!((&log[0]["code"], &log[5]["code"]), (&0xC004_F074_u32.into(), &0.into()));
}

#[test]
fn dns_is_seen_and_its_servers_clock_is_set_like_others() {
    let lab = Folder::with_lab("dns");
    let zone = lab.ok(&["lab", "show", "dns"]);
    let head = "corp.example: ns.corp.example (198.18.255.53), 2026-01-05T09:00:00Z, 0\n";
    assert!(zone.starts_with(head), "{zone}");
    // The time service has its first answer, whose question a clock that is set would falsify.
    lab.ok(&["lab", "advance", "1m"]);
    lab.ok(&["lab", "set", "member", "clock", "true"]);
    assert_eq!(
        lab.ok(&["lab", "set", "DNS", "clock", "-301s"]),
        "dns  2026-01-05T08:55:59Z  -5m1s\n"
    );
    let shown = |lab: &Folder| -> Value {
        serde_json::from_str(&lab.ok(&["lab", "show", "dns", "--json"])).unwrap()
    };
    let came = |lab: &Folder| shown(lab)["registrations"][0]["result"].clone();
    lab.ok(&["ipconfig", "/registerdns"]);
    assert_eq!(
        (came(&lab), shown(&lab)["off_ns"].clone()),
        ("0x8007233A".into(), (-301_000_000_000_i64).into())
    );
    lab.ok(&["lab", "set", "dns", "clock", "-5m"]);
    lab.ok(&["ipconfig", "--on", "member", "/registerdns"]);
    assert_eq!(came(&lab), "0x0");
    let zone = shown(&lab);
    let own =
        zone["records"].as_array().unwrap().iter().find(|r| r["name"] == "member.corp.example");
    assert_eq!(own.unwrap()["by"], "member.corp.example");
    let list = lab.ok(&["lab", "list"]);
    assert!(
        list.contains(
            "\ndns     DNS server   ns.corp.example        2026-01-05T08:56:02Z           -5m\n"
        ),
        "{list}"
    );
    // A refresh that fails leaves the record where it is.
    lab.ok(&["lab", "set", "dns", "clock", "-301s"]);
    lab.ok(&["ipconfig", "/registerdns"]);
    let text = lab.ok(&["lab", "show", "dns"]);
    assert!(text.contains("  registered, not refreshed, 0x8007233A: "), "{text}");
    assert_eq!(shown(&lab)["registrations"][0]["registered"], true);
    lab.ok(&["lab", "set", "dns", "clock", "-5m"]);
    // What was done there is a scenario too.
    lab.write("typed.toml", &lab.ok(&["lab", "export"]));
    assert!(lab.ok(&["run", "typed.toml", "--check-determinism"]).contains("PASS  story"));
    lab.write("plain.toml", "schema = 1\n[[host]]\nid = \"kms\"\n");
    lab.ok(&["lab", "new", "plain.lab", "--from", "plain.toml"]);
    let none = lab.run(&["lab", "--lab", "plain.lab", "show", "dns"]);
    assert_eq!(none.code, Some(8));
    assert!(none.err.contains("this lab has no DNS"), "{}", none.err);
    let typed = lab.run(&["slmgr", "dns", "/dlv"]);
    assert_ne!(typed.code, Some(0), "nothing is typed at a DNS server: {}", typed.out);
}

#[test]
fn a_lab_is_a_scenario_and_comes_to_the_same_again() {
    let lab = Folder::with_lab("export");
    lab.run(&["slmgr", "/ato"]);
    lab.ok(&["slmgr", "kms", "/dlv"]);
    lab.ok(&["lab", "advance", "2h"]);
    lab.ok(&["lab", "set", "kms", "clock", "2009-01-01T02:00:00Z"]);
    lab.ok(&["slmgr", "/ato"]);
    lab.ok(&["slmgr", "/dlv"]);
    lab.ok(&["lab", "set", "dc", "clock", "2027-01-01T00:00:00Z"]);
    lab.ok(&["slmgr", "--standard-user", "kms", "/dli"]);
    let scenario = lab.ok(&["lab", "export"]);
    lab.write("typed.toml", &scenario);
    let ran = lab.ok(&["run", "typed.toml", "--check-determinism"]);
    assert!(ran.contains("PASS  story"), "{ran}");
    // One letter of one output makes the difference.
    lab.write("typed.toml", &scenario.replacen("Total requests received: 1", "Total: 1", 1));
    let ran = lab.run(&["run", "typed.toml"]);
    assert_eq!(ran.code, Some(4));
    assert!(ran.out.contains("expected line"), "{}", ran.out);
    // And it makes a lab again.
    lab.write("typed.toml", &scenario);
    lab.ok(&["lab", "new", "again.lab", "--from", "typed.toml"]);
    lab.ok(&["lab", "advance", "3h", "--lab", "again.lab"]);
    let host = lab.ok(&["slmgr", "--lab", "again.lab", "kms", "/dli"]);
    assert!(host.contains("Total requests received: 2"), "{host}");
}

#[test]
fn a_lab_is_made_from_any_scenario_with_what_it_includes_and_needs_it_no_more() {
    let folder = Folder::new("from");
    folder.write("hosts.toml", "[[host]]\nid = \"one\"\n[[host]]\nid = \"two\"\n");
    folder.write(
        "world.toml",
        "include = \"hosts.toml\"\nschema = 1\nseed = 7\n[[machine]]\nid = \"pc\"\nn = 2\n",
    );
    assert_eq!(
        folder.ok(&["lab", "new", "my.lab", "--from", "world.toml"]),
        "my.lab: one, two, pc-1, pc-2\n"
    );
    std::fs::remove_file(folder.path("hosts.toml")).unwrap();
    std::fs::remove_file(folder.path("world.toml")).unwrap();
    folder.ok(&["slmgr", "--lab", "my.lab", "PC-2", "/ato"]);
    let log: Value =
        serde_json::from_str(&folder.ok(&["lab", "show", "--json", "--lab", "my.lab"])).unwrap();
    assert_eq!((&log["seed"], &log["entries"][0]["type"]["on"]), (&7.into(), &"pc-2".into()));
    let export = folder.run(&["lab", "export", "--lab", "my.lab"]);
    assert_eq!(export.err, "kmslab: it includes hosts.toml\n");
}

#[test]
fn what_was_done_is_forgotten_and_a_lab_replaced_only_when_told() {
    let lab = Folder::with_lab("reset");
    lab.run(&["slmgr", "/ato"]);
    let again = lab.run(&["lab", "new"]);
    assert_eq!(again.code, Some(8));
    assert!(again.err.contains("there is a lab kmslab.lab already"), "{}", again.err);
    assert_eq!(lab.log().len(), 1);
    lab.ok(&["lab", "reset"]);
    assert_eq!(lab.log().len(), 0);
    lab.ok(&["lab", "new", "--force", "--preset", "healthy", "--seed", "9"]);
    assert!(lab.ok(&["slmgr", "/ato"]).contains("successfully"));
}

/// The variable names the lab, the option wins, the computer's variable is the default.
#[test]
fn variables_name_the_lab_and_the_computer() {
    let lab = Folder::with_lab("variables");
    lab.ok(&["lab", "new", "other.lab"]);
    let with = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = lab.kmslab(args);
        command.envs(variables.iter().copied());
        came(command.output().unwrap())
    };
    with(&[("KMSLAB_LAB", "other.lab"), ("KMSLAB_MACHINE", "kms")], &["slmgr", "/dli"]);
    with(&[("KMSLAB_LAB", "other.lab")], &["slmgr", "--lab", "kmslab.lab", "/dli"]);
    assert_eq!(lab.log().len(), 1);
    let other = with(&[("KMSLAB_LAB", "other.lab")], &["lab", "show"]);
    assert!(other.out.contains("kms  slmgr /dli  ok"), "{}", other.out);
    let nobody = with(&[("KMSLAB_MACHINE", "nobody")], &["slmgr", "/dli"]);
    assert_eq!(nobody.code, Some(2));
    assert!(nobody.err.contains("there is no \"nobody\" in this lab"), "{}", nobody.err);
}

#[test]
fn mistakes_are_told_and_nothing_is_recorded() {
    let lab = Folder::with_lab("mistakes");
    for (args, code, part) in [
        (&["lab", "advance", "20"][..], 2, "20"),
        (&["lab", "advance", "80000d"], 2, "190 years at most"),
        (&["lab", "set", "memberr", "clock", "true"], 2, "try: member"),
        (&["lab", "set", "member", "clok", "true"], 2, "clock"),
        (&["lab", "set", "member", "clock", "soon"], 2, "soon"),
        (&["lab", "set", "member", "clock", "1500-01-01T00:00:00Z"], 2, "before 1601"),
        (&["lab", "new", "x.lab", "--preset", "none"], 2, "healthy"),
        (&["lab", "new", "x.lab", "--from", "none.toml"], 3, "cannot be read"),
        (&["slmgr", "nobody", "/ato"], 2, "try: kms, member"),
        (&["slmgr", "--lab", "none.lab", "/ato"], 3, "there is no lab none.lab"),
        (&["events", "--log", "Sytem"], 2, "no computer here has a log"),
        (&["events", "--json", "--xml"], 2, "cannot be used with"),
    ] {
        let came = lab.run(args);
        assert_eq!(came.code, Some(code), "{args:?}: {}", came.err);
        assert!(came.err.contains(part), "{args:?}: {}", came.err);
    }
    assert_eq!(lab.log().len(), 0);
    assert!(!lab.path("x.lab").exists());
}

#[test]
fn the_whole_number_of_an_error_stands_in_the_document() {
    let lab = Folder::with_lab("json");
    let came = lab.run(&["slmgr", "--json", "/ato"]);
    assert_eq!(came.code, Some(0x74));
    let document: Value = serde_json::from_str(&came.out).unwrap();
    assert_eq!(document["code"], "0xC004F074");
    assert_eq!(document["number"], 0xC004_F074_u32);
    assert_eq!(document["exit"], 0x74);
    assert_eq!((&document["on"], &document["line"]), (&"member".into(), &"slmgr /ato".into()));
    assert!(document["took_ns"].as_i64().unwrap() > 0);
}

#[test]
fn rights_of_an_administrator_are_needed_where_windows_needs_them() {
    let lab = Folder::with_lab("rights");
    let denied = lab.run(&["slmgr", "--standard-user", "kms", "/sprt", "1700"]);
    assert_eq!(denied.code, Some(5));
    assert!(denied.out.contains("0x80070005"), "{}", denied.out);
    assert!(lab.ok(&["slmgr", "kms", "/sprt", "1700"]).contains("KMS port set to 1700"));
    assert!(lab.ok(&["lab", "show"]).contains("slmgr /sprt 1700  (standard user)  0x80070005"));
}

/// In a lab that follows this computer's clock time passes by itself.
#[test]
fn a_live_lab_has_todays_date() {
    let folder = Folder::new("live");
    folder.ok(&["lab", "new", "--live"]);
    let advance = folder.run(&["lab", "advance", "1m"]);
    assert!(advance.err.contains("follows the computer's clock"), "{}", advance.err);
    folder.run(&["slmgr", "/ato"]);
    folder.ok(&["slmgr", "/dli"]);
    let log = folder.log();
    let at = |place: usize| log[place]["at_ns"].as_i64().unwrap();
    assert!(at(0) > 0 && at(1) >= log[0]["ended_ns"].as_i64().unwrap());
    let list: Value = serde_json::from_str(&folder.ok(&["lab", "list", "--json"])).unwrap();
    let year: u32 = list[0]["time"].as_str().unwrap()[..4].parse().unwrap();
    assert!(year >= 2025);
}

#[test]
fn rights_are_taken_away_by_the_variable_and_by_the_option() {
    let lab = Folder::with_lab("variable-rights");
    let code = |value: &str, options: &[&str]| {
        let mut command = lab.kmslab(&[&["net"], options, &["stop", "w32time"]].concat());
        let came = came(command.env("KMSLAB_ELEVATED", value).output().unwrap());
        (came.code, came.err)
    };
    assert_eq!(code("no", &[]), (Some(5), String::new()));
    assert_eq!(code("yes", &["--standard-user"]), (Some(5), String::new()));
    let (wrong, says) = code("perhaps", &[]);
    assert!(wrong == Some(2) && says.contains("KMSLAB_ELEVATED is \"perhaps\""), "{says}");
    assert_eq!(code("yes", &[]).0, Some(0));
    assert!(lab.ok(&["net", "start"]).contains("Software Protection\n\nThe command completed"));
}
