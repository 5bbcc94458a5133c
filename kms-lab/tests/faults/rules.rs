//! Rules for some, at some times; what clients send; the door; foreign requests.

use kms_proto::kms::version::Version;
use kms_proto::time::duration::Nanos;
use kms_sim::decision::Decision;
use kms_sim::fault::mischief::Mischief;
use kms_sim::fault::rule::Rule;

use crate::real::Lab;
use crate::virtual_time::World;

fn rule(text: &str) -> Rule {
    toml::from_str(text).unwrap()
}

fn refusing(matches: &str, when: &str) -> Rule {
    rule(&format!(
        "id = \"no\"\nstage = \"kms.policy\"\nmatch = {matches}\nwhen = {when}\n\
         do = {{ kind = \"result\", hresult = \"0xC004F06C\" }}\n"
    ))
}

#[test]
fn a_verdict_is_scripted_for_one_machine_for_one_request_or_for_all() {
    const NO: &str = "refused 0xC004F06C";
    for (matches, when, told) in [
        ("{}", "{}", [NO, NO, NO, NO]),
        ("{ client = \"PC-7\" }", "{}", [NO, "granted", NO, "granted"]),
        ("{ nth_client = 2 }", "{}", ["granted", NO, "granted", NO]),
        ("{}", "{ nth = \"3..\" }", ["granted", "granted", NO, NO]),
        ("{ client = \"pc-8\" }", "{ nth = 2 }", ["granted", "granted", "granted", NO]),
        ("{ conn = [1, 4] }", "{}", [NO, "granted", "granted", NO]),
        ("{ version = 5 }", "{}", ["granted"; 4]),
    ] {
        let mut world = World::new(vec![refusing(matches, when)], Mischief::Off, 1);
        let names = ["pc-7", "pc-8", "pc-7", "pc-8"];
        let found = names.map(|name| world.attempt(name, Version::V6));
        assert_eq!(found, told, "{matches} {when}");
        let refused = told.iter().filter(|told| **told == NO).count();
        assert_eq!(world.host.ledger().failed, u64::try_from(refused).unwrap());
    }
}

#[test]
fn a_foreign_machine_is_refused_with_the_scripted_code_and_never_granted() {
    let rules = || {
        let bent = "stage = \"kms.response\"\ndo = { kind = \"count\", n = 50 }\n";
        vec![refusing("{}", "{ nth = 2 }"), rule(bent)]
    };
    for version in [Version::V4, Version::V5, Version::V6] {
        let mut world = World::new(rules(), Mischief::Off, 1);
        world.realm = "elsewhere".parse().unwrap();
        let told = [0; 3].map(|_| world.attempt("pc-7", version));
        assert_eq!(told, ["refused 0x8007000D", "refused 0xC004F06C", "refused 0x8007000D"]);
        assert_eq!((world.host.ledger().foreign, world.host.ledger().granted), (3, 0));
    }
}

#[test]
fn a_near_miss_says_what_was_in_the_way() {
    let window = refusing("{}", "{ window = [\"1h\", \"2h\"] }");
    let mut world = World::new(vec![window], Mischief::Off, 1);
    world.attempt("pc-7", Version::V6);
    assert_eq!(world.seen[0].1.near, ["no: window starts at 1h"]);
    world.now = Nanos::hours(1);
    world.attempt("pc-7", Version::V6);
    assert_eq!(world.seen[1].1.faults, ["no"]);
}

#[test]
fn what_changes_nothing_is_a_near_miss() {
    for (stage, plain, other) in [
        ("rpc.bind", "kind = \"version\", value = \"5.0\"", "kind = \"version\", value = \"5.1\""),
        ("rpc.bind", "kind = \"frag-length\", by = 0", "kind = \"frag-length\", by = 1"),
        ("rpc.response", "kind = \"wrong-call-id\", by = 0", "kind = \"wrong-call-id\", by = 1"),
        ("rpc.response", "kind = \"wrong-context\", by = 0", "kind = \"wrong-context\", by = 1"),
        ("rpc.response", "kind = \"stub-length\", by = 0", "kind = \"stub-length\", by = 4"),
        (
            "rpc.response",
            "kind = \"padding\", bytes = \"0B\"",
            "kind = \"padding\", bytes = \"4B\"",
        ),
        ("rpc.response", "kind = \"slice\", bytes = \"4kB\"", "kind = \"slice\", bytes = \"7B\""),
        (
            "kms.response",
            "kind = \"version\", value = \"6.0\"",
            "kind = \"version\", value = \"5.0\"",
        ),
        ("kms.response", "kind = \"count\", n = 25", "kind = \"count\", n = 26"),
        (
            "kms.response",
            "kind = \"interval\", renewal = \"7d\"",
            "kind = \"interval\", renewal = \"8d\"",
        ),
        (
            "kms.response",
            "kind = \"echo-client-time\", by = \"+0\"",
            "kind = \"echo-client-time\", by = \"+1s\"",
        ),
    ] {
        let seen = |table: &str| {
            let text = format!("id = \"it\"\nstage = {stage:?}\ndo = {{ {table} }}\n");
            let mut world = World::new(vec![rule(&text)], Mischief::Off, 1);
            let told = world.attempt("pc-7", Version::V6);
            let notes: Vec<_> = world.seen.iter().map(|(_, notes)| notes.clone()).collect();
            let (faults, near) = notes.into_iter().fold((vec![], vec![]), |mut sum, notes| {
                sum.0.extend(notes.faults);
                sum.1.extend(notes.near);
                sum
            });
            (told, faults, near)
        };
        let (told, faults, near) = seen(plain);
        assert_eq!((told.as_str(), faults.len()), ("granted", 0), "{stage} {plain}");
        let same = near.iter().all(|why| why == "it: it is the same with it as without");
        assert!(same && !near.is_empty(), "{stage} {plain}: {near:?}");
        let (_, faults, near) = seen(other);
        assert!(near.is_empty() && faults.iter().all(|id| id == "it"), "{stage} {other}: {near:?}");
    }
}

#[test]
fn a_host_forgets_only_what_it_remembers() {
    for kind in ["restart", "reinstall"] {
        let text = format!("id = \"it\"\nstage = \"kms.state\"\ndo = {{ kind = \"{kind}\" }}\n");
        let mut world = World::new(vec![rule(&text)], Mischief::Off, 1);
        world.attempt("pc-7", Version::V6);
        assert_eq!(world.seen[0].1.near, ["it: there is nothing to forget"], "{kind}");
        world.attempt("pc-8", Version::V6);
        assert_eq!(world.seen[1].1.faults, ["it"], "{kind}");
    }
}

#[test]
fn what_clients_send_is_bent_too() {
    // A bind, an alter_context, and the request.
    let incoming = |table: &str| {
        rule(&format!(
            "id = \"in\"\nstage = \"tcp.data\"\nmatch = {{ direction = \"to-host\" }}\n\
             when = {{ nth = 3 }}\ndo = {table}\n"
        ))
    };
    for (table, told) in [
        ("{ kind = \"latency\", median = \"3s\" }", "granted"),
        ("{ kind = \"dribble\", gap = \"1ms\" }", "granted"),
        ("{ kind = \"truncate\", keep = \"100B\" }", "Timeout"),
        ("{ kind = \"stall\" }", "Timeout"),
        ("{ kind = \"rst\" }", "Closed"),
        // The host refuses what it read of a header, under the call id it read there.
        ("{ kind = \"garbage\", bytes = \"64B\" }", "check call_id"),
    ] {
        let mut world = World::new(vec![incoming(table)], Mischief::Off, 1);
        assert_eq!(world.attempt("pc-7", Version::V6), told, "{table}");
        assert!(world.seen.iter().any(|(_, notes)| notes.faults == ["in"]), "{table}");
    }
}

#[test]
fn a_bent_seal_never_makes_a_refused_request_granted() {
    let rules = vec![
        refusing("{}", "{}"),
        rule("id = \"count\"\nstage = \"kms.response\"\ndo = { kind = \"count\", n = 50 }\n"),
    ];
    let mut world = World::new(rules, Mischief::Off, 1);
    world.attempt("pc-7", Version::V6);
    let (exchange, notes) = &world.seen[0];
    assert_eq!(exchange.unwrap().decision, Decision::Refused);
    assert_eq!(notes.faults, ["no"], "the answer that is not there is not bent");
}

#[test]
fn a_host_that_bounces_is_back_in_time() {
    let bounce = rule(
        "id = \"b\"\nstage = \"proc\"\nwhen = { nth = 1 }\n\
         do = { kind = \"bounce\", down = \"10m\" }\n",
    );
    let mut world = World::new(vec![bounce], Mischief::Off, 1);
    assert_eq!(world.attempt("pc-7", Version::V6), "Closed");
    world.now = Nanos(Nanos::minutes(10).0 - 1);
    assert_eq!(world.attempt("pc-7", Version::V6), "Connect");
    world.now = Nanos::minutes(10);
    assert_eq!(world.attempt("pc-7", Version::V6), "granted");
}

#[tokio::test]
async fn a_door_that_is_shut_refuses_and_opens_again() {
    let shut = rule(
        "id = \"shut\"\nstage = \"tcp.accept\"\nwhen = { until = \"400ms\" }\n\
         do = { kind = \"refuse\" }\n",
    );
    let mut lab = Lab::start(vec![shut], Mischief::Off, 1);
    // The system may have taken this one before the door was looked at.
    let first = lab.attempt("pc-7", Version::V6).await;
    assert!(["Connect", "Closed"].contains(&&*first), "{first}");
    assert_eq!(lab.attempt("pc-7", Version::V6).await, "Connect");
    assert_eq!(lab.faults()[0], "shut");
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(lab.attempt("pc-7", Version::V6).await, "granted");
    lab.stop().await;
}

#[tokio::test]
async fn a_host_that_crashed_refuses_until_the_end() {
    let crash = rule("stage = \"proc\"\ndo = { kind = \"crash\" }\n");
    let mut lab = Lab::start(vec![crash], Mischief::Off, 1);
    assert_eq!(lab.attempt("pc-7", Version::V6).await, "Closed");
    // The acceptor hears of it at once, but not before this client could.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(lab.attempt("pc-7", Version::V6).await, "Connect");
    lab.stop().await;
}
