//! Every kind of fault in a world: it strikes, it is named, and nothing hangs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

#[path = "world/plays.rs"]
mod plays;

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use kms_sim::fault::catalogue::{Entry, Manner, entries};
use kms_sim::fault::stage::Stage;

use crate::plays::{journal, new_world, world_of};

/// Two machines that ask twice each, one shortly after the other, while one fault is in force.
fn text(entry: &Entry) -> String {
    let dns = if entry.stage == Stage::DnsSrv { "[dns]\n" } else { "" };
    format!(
        r#"
schema = 1
limit = {{ sim = "3h" }}
[[host]]
id = "kms"
policy = {{ count = 0 }}
{dns}
[[machine]]
id = "one"
n_policy = 1
[[machine]]
id = "two"
n_policy = 1
[[link]]
latency = "5ms"
[[step]]
at = "1m"
run = ["one", "two"]
times = 3
every = "50m"
[[fault]]
id = "it"
stage = "{}"
do = {}
"#,
        entry.stage, entry.example
    )
}

#[test]
fn every_kind_strikes_and_every_try_ends_within_its_time_out() {
    for entry in entries() {
        let mut world = world_of(&text(entry), 1);
        let name = format!("{} {}", entry.stage, entry.example);
        assert!(world.fault_hits("it") > 0, "{name} never struck: {:?}", world.near_miss("it"));
        assert_eq!(world.history.tries.iter().filter(|tried| tried.last).count(), 6, "{name}");
        for tried in &world.history.tries {
            let took = tried.ended.0 - tried.began.0;
            assert!(took <= Nanos::seconds(10).0, "{name}: took {took} ns");
        }
        assert!(world.machines.iter().all(|machine| machine.trying.is_none()), "{name}");
        assert!(world.hosts.iter().all(|host| host.open == 0), "{name}");
        let named = world.history.tries.iter().any(|tried| tried.faults.contains(&"it".to_owned()));
        let on_a_clock = entry.stage == Stage::ClockHost;
        assert!(named || on_a_clock, "{name}: no try names it");
        assert_eq!(journal(&text(entry), 1), journal(&text(entry), 1), "{name}");
    }
}

#[test]
fn our_client_survives_what_is_legal() {
    for entry in entries().filter(|entry| entry.manner == Manner::Legal) {
        let world = world_of(&text(entry), 1);
        for tried in &world.history.tries {
            let (code, detail) = (tried.outcome.code, &tried.detail);
            assert_eq!(code, HResult::OK, "{} {}: {detail:?}", entry.stage, entry.example);
        }
    }
}

#[test]
fn every_legal_mischief_is_shown_within_eight_exchanges_and_survived() {
    let text = |mischief: &str| {
        format!(
            "schema = 1\nmischief = \"{mischief}\"\nlimit = {{ sim = \"1d\" }}\n[[host]]\nid = \
             \"kms\"\n[[machine]]\nid = \"m\"\nn = 8\n[[step]]\nat = \"0\"\nrun = \"m\"\nspread = \
             \"1m\"\n"
        )
    };
    let world = world_of(&text("legal"), 1);
    assert!(world.history.tries.iter().all(|tried| tried.outcome.activated()));
    let mut shown: Vec<&String> = world.history.tries.iter().flat_map(|t| &t.faults).collect();
    shown.sort();
    shown.dedup();
    assert_eq!(shown.len(), 8, "{shown:?}");
    let hostile = world_of(&text("hostile"), 1);
    let broken = |fault: &String| fault.starts_with("hostile:");
    assert!(hostile.history.tries.iter().any(|tried| tried.faults.iter().any(broken)));
}

#[test]
fn a_paused_machine_does_nothing_and_its_clock_stays_behind() {
    let text = r#"
schema = 1
limit = { sim = "1d" }
[[host]]
id = "kms"
[[machine]]
id = "laptop"
[[clock]]
actor = "laptop"
[[clock.event]]
at = "1h"
op = "pause"
for = "8h18m34s"
sync = false
[[step]]
at = "2h"
run = "laptop"
[[step]]
at = "12h"
run = "laptop"
"#;
    let world = world_of(text, 1);
    let began: Vec<Nanos> = world.history.tries.iter().map(|tried| tried.began).collect();
    let woken = Nanos(Nanos::hours(9).0 + Nanos::minutes(18).0 + Nanos::seconds(34).0);
    assert_eq!(began, [woken, Nanos::hours(12)]);
    let results: Vec<HResult> = world.history.tries.iter().map(|t| t.outcome.code).collect();
    assert_eq!(results, [HResult::INVALID_TIMESTAMP; 2], "twice the window behind");
}

#[test]
fn a_rolled_back_machine_is_what_it_was() {
    let text = r#"
schema = 1
limit = { sim = "9d" }
[[host]]
id = "kms"
[[machine]]
id = "vm"
[[clock]]
actor = "vm"
[[clock.event]]
at = "0"
op = "snapshot"
name = "fresh"
[[clock.event]]
at = "7d"
op = "rollback"
name = "fresh"
clock = "saved"
state = true
[[step]]
at = "1h"
run = "vm"
[[step]]
at = "8d"
run = "vm"
"#;
    let mut world = new_world(text, 1);
    world.begin();
    world.advance(Nanos::hours(2), &mut || true);
    assert!(world.machine_now(0).unwrap().activated_by.is_some());
    world.advance(Nanos::hours(24 * 7), &mut || true);
    assert!(world.machine_now(0).unwrap().activated_by.is_none());
    world.advance(Nanos::hours(24 * 9), &mut || true);
    let last = world.history.tries.last().unwrap();
    assert_eq!(last.outcome.code, HResult::INVALID_TIMESTAMP, "a week old");
}

#[test]
fn two_hosts_in_dns_and_the_second_grants_what_the_first_refused() {
    let text = r#"
schema = 1
limit = { sim = "1h" }
[[host]]
id = "wrong"
clock = "-1d"
[[host]]
id = "right"
[dns]
[[dns.srv]]
host = "wrong"
priority = 0
[[dns.srv]]
host = "right"
priority = 1
[[machine]]
id = "m"
[[step]]
at = "0"
run = "m"
times = 2
every = "10m"
"#;
    let world = world_of(text, 1);
    let told: Vec<_> = world.history.tries.iter().map(|t| (t.host, t.outcome.code)).collect();
    let (refused, ok) = (HResult::INVALID_TIMESTAMP, HResult::OK);
    // The host that answered is kept, so the second attempt asks it first.
    assert_eq!(told, [(Some(0), refused), (Some(1), ok), (Some(1), ok)]);
    let ids: Vec<u16> = world.machines[0].log.iter().map(|event| event.id).collect();
    assert_eq!(ids, [12288, 12288, 12289, 12288, 12289]);
}

#[test]
fn a_time_source_heals_what_it_may_and_a_wrong_one_harms() {
    let text = |source: &str, clock: &str| {
        format!(
            "schema = 1\nlimit = {{ sim = \"1d\" }}\n[[time_source]]\nid = \"dc\"\nclock = \
             \"{source}\"\n[[host]]\nid = \"kms\"\n[[machine]]\nid = \"m\"\nclock = \"{clock}\"\n\
             time = {{ source = \"dc\", every = \"1h\" }}\n[[step]]\nat = \"2h\"\nrun = \"m\"\n"
        )
    };
    let result = |source, clock| world_of(&text(source, clock), 1).history.tries[0].outcome.code;
    assert_eq!(result("0", "+9h"), HResult::OK);
    assert_eq!(result("0", "+16h"), HResult::INVALID_TIMESTAMP, "over 15 h it refuses to correct");
    assert_eq!(result("-6h", "0"), HResult::INVALID_TIMESTAMP);
}
