//! DNS in a world: hosts publish themselves, machines find them and register, and clocks decide.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

#[path = "world/plays.rs"]
mod plays;

use kms_proto::dns::failure::DnsFailure;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use serde_json::Value;

use crate::plays::{journal, world_of};

/// The lines of a journal that tell of this.
fn lines(text: &str, event: &str) -> Vec<Value> {
    let journal = journal(text, 1);
    let lines = journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["ev"] == event).collect()
}

/// When each line was written, in whole minutes, and its result.
fn course(text: &str, event: &str) -> Vec<(i64, String)> {
    let minutes = |line: &Value| line["t_ns"].as_i64().unwrap() / Nanos::minutes(1).0;
    let told = |line: &Value| (minutes(line), line["result"].as_str().unwrap().to_owned());
    lines(text, event).iter().map(told).collect()
}

const REPAIRED: &str = r#"
schema = 1
limit = { sim = "2d" }
[[host]]
id = "kms"
[[machine]]
id = "member"
clock = "+1d"
[dns]
publish = ["kms"]
register = ["member"]
[[clock]]
actor = "member"
[[clock.event]]
at = "20m"
op = "set"
to = "true"
[[step]]
at = "19m"
run = "member"
[[step]]
at = "21m"
run = "member"
"#;

#[test]
fn a_machine_is_not_registered_while_its_clock_is_wrong_and_is_after_the_repair() {
    let (wrong, right) = ("0x8007233A".to_owned(), "0x0".to_owned());
    let told = course(REPAIRED, "register");
    let expected = [(0, &wrong), (5, &wrong), (15, &wrong), (20, &right), (24 * 60 + 20, &right)];
    assert_eq!(told, expected.map(|(at, result)| (at, result.clone())));
    let first = &lines(REPAIRED, "register")[0];
    assert_eq!(first["name"], "member.lab.example");
    assert_eq!(first["server_time"], "2026-01-01T00:00:00.0000000Z", "the server's own clock");

    let world = world_of(REPAIRED, 1);
    assert_eq!(world.registration(0), Some(Ok(())));
    let zone = &world.dns.as_ref().unwrap().zone;
    let registered =
        zone.nodes().records().filter(|(name, ..)| name.to_string() == "member.lab.example.");
    let data: Vec<String> = registered.map(|(_, ttl, data)| format!("{ttl} {data}")).collect();
    assert_eq!(data, ["1200 198.19.0.1"]);
    // Meanwhile it finds its host in DNS all the same, and is refused for its clock.
    let codes: Vec<HResult> = world.history.tries.iter().map(|tried| tried.outcome.code).collect();
    assert_eq!(codes, [HResult::INVALID_TIMESTAMP, HResult::OK]);
}

#[test]
fn the_first_host_owns_the_record_unless_the_second_was_given_permission() {
    let text = |owner: &str| {
        format!(
            r#"
schema = 1
limit = {{ sim = "25h" }}
[[host]]
id = "first"
[[host]]
id = "second"
[[host]]
id = "late"
clock = "+6m"
[dns]
owner = "{owner}"
publish = ["first", "second", "late"]
"#
        )
    };
    let results = |owner: &str| {
        let told = course(&text(owner), "publish");
        told.into_iter().map(|(at, result)| format!("{at} {result}")).collect::<Vec<_>>()
    };
    let day = |second: &str| {
        let of =
            |at: i64| [format!("{at} 0x0"), format!("{at} {second}"), format!("{at} 0x8007233A")];
        [of(0), of(24 * 60)].concat()
    };
    assert_eq!(results("first"), day("0x80072338"));
    assert_eq!(results("shared"), day("0x0"));
    let world = world_of(&text("first"), 1);
    let ids = |host: usize| {
        let snapshot = world.hosts[host].host.events().since(0);
        snapshot.map(|(_, event)| (event.id, event.info)).collect::<Vec<_>>()
    };
    assert_eq!(ids(0), [(12294, String::new()), (12294, String::new())]);
    assert_eq!(ids(1)[0], (12293, "0x80072338".to_owned()));
}

#[test]
fn what_dns_says_is_what_slmgr_shows() {
    let text = |dns: &str, fault: &str| {
        let fault = match fault {
            "" => String::new(),
            kind => format!(
                "[[fault]]\nid = \"it\"\nstage = \"dns.srv\"\ndo = {{ kind = \"{kind}\" }}\n"
            ),
        };
        format!(
            "schema = 1\n[[host]]\nid = \"kms\"\n[[machine]]\nid = \"pc\"\n[dns]\n{dns}\n{fault}\
             [[step]]\nat = \"1m\"\nrun = \"pc\"\n"
        )
    };
    for (dns, fault, failure) in [
        ("srv = []", "", DnsFailure::NAME),
        ("", "nxdomain", DnsFailure::NAME),
        ("", "empty", DnsFailure::NoRecords),
        ("", "servfail", DnsFailure::SERVER),
        ("srv = []\nnames = [\"_vlmcs._tcp\"]", "", DnsFailure::NoRecords),
        ("down = true", "", DnsFailure::NoAnswer),
        ("without_server = [\"pc\"]", "", DnsFailure::NoServers),
        ("without_suffix = [\"pc\"]", "", DnsFailure::InvalidName),
    ] {
        let world = world_of(&text(dns, fault), 1);
        let [tried] = world.history.tries.as_slice() else { panic!("one try") };
        let told = (tried.outcome.code, tried.outcome.shown, tried.detail.clone().unwrap());
        assert_eq!(told, (failure.code(), failure.code(), failure.to_string()));
        assert!(world.machines[0].log.is_empty(), "no request was sent");
        assert_eq!(world.hosts[0].accepted, 0);
    }
}

#[test]
fn a_host_that_publishes_later_is_found_then() {
    let text = r#"
schema = 1
limit = { sim = "25h" }
[[host]]
id = "kms"
clock = "+10m"
[[machine]]
id = "pc"
[dns]
publish = ["kms"]
[[clock]]
actor = "kms"
[[clock.event]]
at = "1h"
op = "set"
to = "true"
[[step]]
at = "2h"
run = "pc"
[[step]]
at = "24h1m"
run = "pc"
"#;
    let told: Vec<HResult> =
        world_of(text, 1).history.tries.iter().map(|tried| tried.outcome.code).collect();
    assert_eq!(told, [DnsFailure::NAME.code(), HResult::OK]);
}

#[test]
fn a_machine_writes_down_why_it_could_not_register() {
    // At once, and after 5 and 10 minutes more; the clock is set after 20.
    for (machine, dns, id) in [
        ("clock = \"+1d\"", "", Some(8019)),
        ("clock = \"-301s\"", "", Some(8019)),
        ("clock = \"-300s\"", "", None),
        ("realm = \"another\"", "", Some(8019)),
        ("", "down = true", Some(8015)),
        ("", "updates = \"none\"", Some(8018)),
        ("suffix = \"branch.example\"", "", Some(8020)),
        ("", "without_server = \"pc\"", Some(8020)),
        ("", "without_suffix = \"pc\"", None),
    ] {
        let text = format!(
            "schema = 1\nlimit = {{ sim = \"20m\" }}\n[[host]]\nid = \"kms\"\n\
             [[machine]]\nid = \"pc\"\nname = \"PC\"\n{machine}\n[dns]\nregister = [\"pc\"]\n{dns}\n"
        );
        let world = world_of(&text, 1);
        let ids: Vec<u16> = world.machines[0].log.iter().map(|event| event.id).collect();
        assert_eq!(ids, vec![id.unwrap_or(0); if id.is_some() { 3 } else { 0 }], "{machine} {dns}");
        for event in &world.machines[0].log {
            assert!(event.message.contains("Host Name : PC\n"), "{}", event.message);
            assert!(event.message.contains("198.19.0.1\n"), "{}", event.message);
        }
    }
}

#[test]
fn a_machine_registers_under_its_primary_suffix() {
    for (suffix, registered) in [
        ("lab.example", Ok(())),
        ("sub.lab.example", Err(DnsFailure::Rcode(9))),
        ("branch.example", Err(DnsFailure::Rcode(9))),
    ] {
        let text = format!(
            "schema = 1\nlimit = {{ sim = \"1m\" }}\n[[host]]\nid = \"kms\"\n\
             [[machine]]\nid = \"pc\"\nsuffix = \"{suffix}\"\n[dns]\nregister = [\"pc\"]\n"
        );
        assert_eq!(world_of(&text, 1).registration(0), Some(registered), "{suffix}");
    }
}

/// What became of a machine that registers, in a world of a DNS server with this clock: what its
/// log says, and whether it is registered at the end of a day.
fn registers(dns: &str, rest: &str) -> (Vec<u16>, Option<Result<(), DnsFailure>>) {
    let text = format!(
        "schema = 1\nlimit = {{ sim = \"24h\" }}\n[[host]]\nid = \"kms\"\n[[machine]]\nid = \"pc\"\n\
         [dns]\nregister = \"pc\"\n{dns}\n{rest}"
    );
    let world = world_of(&text, 1);
    let ids = world.machines[0].log.iter().map(|event| event.id).collect();
    (ids, world.registration(0))
}

#[test]
fn a_dns_server_is_wrong_in_every_way_a_clock_can_be() {
    let clock = |actor: &str, event: &str| {
        format!("[[clock]]\nactor = \"{actor}\"\n[[clock.event]]\n{event}\n")
    };
    let late = Some(Err(DnsFailure::BAD_TIME));
    for (dns, rest, expected) in [
        ("clock = \"-300s\"", String::new(), (vec![], Some(Ok(())))),
        // Set right after 6 minutes, it takes the machine's third attempt.
        (
            "clock = \"+1h\"",
            clock("dns", "at = \"6m\"\nop = \"set\"\nto = \"true\""),
            (vec![8019, 8019], Some(Ok(()))),
        ),
        // Wrong from the second minute on; the machine is registered and asks again after a day.
        ("", clock("dns", "at = \"2m\"\nop = \"bump\"\nby = \"-1d\""), (vec![8019], late)),
        // A clock that stands is too slow after five minutes and a bit.
        ("id = \"ns1\"", clock("ns1", "at = \"0\"\nop = \"freeze\""), (vec![8019], late)),
        // A server that is paused answers nobody; the machine waits, and tries after 5 minutes more.
        (
            "",
            clock("dns", "at = \"0\"\nop = \"pause\"\nfor = \"1m\"\nsync = true"),
            (vec![8015], Some(Ok(()))),
        ),
        (
            "clock = \"-1000ppm\"",
            "[[step]]\nat = \"23h\"\nset = \"true\"\non = \"dns\"\n".to_owned(),
            (vec![], Some(Ok(()))),
        ),
    ] {
        assert_eq!(registers(dns, &rest), expected, "{dns} {rest}");
    }
}

#[test]
fn who_types_ipconfig_registers_though_it_never_did() {
    let text = r#"
schema = 1
[[host]]
id = "kms"
[[machine]]
id = "pc"
[dns]
domain = "lab.example"
[[step]]
id = "type"
at = "1h"
type = "ipconfig /registerdns"
on = "pc"
[[step]]
at = "2h"
type = "ipconfig /registerdns"
on = "pc"
elevated = false
"#;
    let world = world_of(text, 1);
    assert_eq!(world.registration(0), Some(Ok(())));
    let codes: Vec<_> = (0..2).map(|place| world.reply(place).unwrap().1.code).collect();
    assert_eq!(codes, [0, 1]);
}

#[test]
fn a_server_s_clock_is_turned_right_before_its_nth_message() {
    let text = r#"
schema = 1
limit = { sim = "1h" }
[[host]]
id = "kms"
[[machine]]
id = "member"
[dns]
publish = ["kms"]
register = ["member"]
[[clock]]
actor = "dns"
[[clock.event]]
on = { exchange = 3 }
op = "bump"
by = "+10m"
[[step]]
at = "1m"
type = "ipconfig /registerdns"
on = "member"
"#;
    // The host's record and the machine's are the first two; the third meets the wrong clock.
    let results: Vec<String> = course(text, "register").into_iter().map(|(_, code)| code).collect();
    assert_eq!(results[..2], ["0x0", "0x8007233A"]);
    assert_eq!(course(text, "publish"), [(0, "0x0".to_owned())]);
}
