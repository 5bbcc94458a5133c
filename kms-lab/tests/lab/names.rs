//! Computers by their ids, their names in DNS and their addresses.

use crate::folder::Folder;

/// Names a computer has for itself.
const HERE: [&str; 4] = ["localhost", ".", "127.0.0.1", "::1"];

#[test]
fn a_computer_is_known_by_every_name_it_has() {
    let lab = Folder::with_lab("names");
    let own = lab.ok(&["slmgr", "member", "/xpr"]);
    for name in ["MEMBER.corp.example", "member.corp.example.", "198.19.0.1"].iter().chain(&HERE) {
        assert_eq!(lab.ok(&["w32tm", "/tz"]), lab.ok(&["w32tm", "--on", "member", "/tz"]));
        assert_eq!(lab.ok(&["slmgr", name, "/xpr"]), own, "{name}");
    }
    let host = lab.ok(&["slmgr", "kms", "/dli"]);
    // Whoever has a name for itself is the one that is meant without it.
    for name in HERE {
        for (variable, text) in [(name, &own), ("kms", &host)] {
            let option = if variable == "kms" { "/dli" } else { "/xpr" };
            let mut command = lab.kmslab(&["slmgr", name, option]);
            let output = command.env("KMSLAB_MACHINE", variable).output().unwrap();
            assert_eq!(&crate::folder::came(output).out, text, "{name} where it is {variable}");
        }
    }
    for name in ["198.18.0.1", "KMS.CORP.EXAMPLE"] {
        assert_eq!(lab.ok(&["slmgr", name, "/dli"]), host, "{name}");
    }
    let on = |machine: &str| {
        let mut command = lab.kmslab(&["net", "stop", "w32time"]);
        let output = command.env("KMSLAB_MACHINE", machine).output().unwrap();
        crate::folder::came(output).code
    };
    assert_eq!((on("member.corp.example"), on("nobody.corp.example")), (Some(0), Some(2)));
    assert!(lab.ok(&["lab", "set", "member.corp.example", "clock", "true"]).starts_with("member "));
    assert!(lab.ok(&["lab", "set", "10.0.0.10", "clock", "+1s"]).starts_with("dc "));
}

#[test]
fn w32tm_takes_computers_and_sources_by_name_and_address() {
    let lab = Folder::with_lab("addresses");
    for name in ["10.0.0.10", "dc.corp.example.", "DC"] {
        let chart = lab.ok(&["w32tm", "/stripchart", &format!("/computer:{name}"), "/samples:1"]);
        let head = format!("Tracking {name} [10.0.0.10:123].\nCollecting 1 samples.\n");
        assert!(chart.starts_with(&head) && chart.contains(" d:+"), "{chart}");
    }
    // A computer that is there and has no time server.
    let silent = lab.ok(&["w32tm", "/stripchart", "/computer:kms", "/samples:1"]);
    assert!(silent.starts_with("Tracking kms [198.18.0.1:123].\n"), "{silent}");
    assert!(silent.ends_with(" error: 0x800705B4\n"), "{silent}");
    let nobody = lab.run(&["w32tm", "/stripchart", "/computer:10.0.0.11", "/samples:1"]);
    assert!(nobody.out.contains("No such host is known."), "{}", nobody.out);
    let peers = "/manualpeerlist:10.0.0.10,0x8";
    lab.ok(&["lab", "set", "member", "clock", "true"]);
    lab.ok(&["w32tm", "/config", peers, "/syncfromflags:manual", "/update"]);
    lab.ok(&["lab", "advance", "1h"]);
    let log = lab.ok(&["events", "member"]);
    assert!(!log.contains("134"), "{log}");
    assert!(lab.ok(&["w32tm", "/query", "/source"]).starts_with("10.0.0.10,0x8"));
    for name in ["localhost", "member.corp.example", "198.19.0.1"] {
        lab.ok(&["w32tm", "/query", "/source", &format!("/computer:{name}")]);
    }
}

#[test]
fn the_clocks_of_domain_controllers_and_of_others_are_looked_at() {
    let lab = Folder::with_lab("monitor");
    let looks = |args: &[&str]| lab.ok(&[&["w32tm", "/monitor"], args].concat());
    let domain = looks(&[]);
    let block = "dc.corp.example *** PDC ***[10.0.0.10:123]:\n    ICMP: 1ms delay\n    \
                 NTP: +0.0000000s offset from dc.corp.example\n        \
                 RefID: (unknown) [192.0.2.123]\n        Stratum: 2\n\nWarning:\n";
    assert!(domain.starts_with(block), "{domain}");
    lab.ok(&["lab", "set", "member", "clock", "-5m"]);
    let some = looks(&["/computers:10.0.0.10,nobody,kms"]);
    assert!(some.starts_with("10.0.0.10[10.0.0.10:123]:\n"), "{some}");
    assert!(some.contains("    NTP: +300.0000000s offset from local clock\n"), "{some}");
    assert!(some.contains("\nnobody [error WSAHOST_NOT_FOUND]\n"), "{some}");
    let silent = "kms[198.18.0.1:123]:\n    ICMP: 0ms delay\n    NTP: error ERROR_TIMEOUT - no \
                  response from server in 1000ms\n";
    assert!(some.contains(silent), "{some}");
    assert!(looks(&["/computers:*dc"]).contains("NTP: +0.0000000s offset from dc\n"));
}

#[test]
fn an_account_may_stand_behind_the_computer() {
    let lab = Folder::with_lab("accounts");
    let own = lab.ok(&["slmgr", "member", "/dli"]);
    assert_eq!(lab.ok(&["slmgr", "member", "corp\\admin", "secret", "/dli"]), own);
    for words in [&["slmgr", "member", "admin", "/dli"][..], &["slmgr", "a", "b", "c", "d", "/dli"]]
    {
        let came = lab.run(words);
        assert_eq!(came.code, Some(1), "{words:?}");
        assert!(
            came.out.starts_with("\nInvalid combination of command parameters.\n"),
            "{}",
            came.out
        );
    }
    assert!(!lab.ok(&["lab", "show"]).contains("secret"));
}

#[test]
fn a_host_has_no_office_and_answers_all_the_same() {
    let lab = Folder::with_lab("office-of-a-host");
    lab.write(
        "office.toml",
        "schema = 1\n[[host]]\nid = \"kms\"\n[[machine]]\nid = \"pc\"\nedition = \"office\"\n\
         [[step]]\nid = \"looks\"\nat = \"1m\"\ntype = \"ospp /dstatus kms\"\non = \"pc\"\n\
         [[step]]\nid = \"sets\"\nat = \"2m\"\ntype = \"ospp /sethst:one kms\"\non = \"pc\"\n\
         [[step]]\nid = \"nobody\"\nat = \"3m\"\ntype = \"ospp /dstatus two\"\non = \"pc\"\n\
         [[expect]]\noutput = { step = \"looks\", code = \"0xC004F014\", \
         contains = \"<No installed product keys detected>\" }\n\
         [[expect]]\noutput = { step = \"sets\", code = \"0x80070032\" }\n\
         [[expect]]\noutput = { step = \"nobody\", code = \"0x800706BA\" }\n",
    );
    lab.ok(&["run", "office.toml"]);
}
