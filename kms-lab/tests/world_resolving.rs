//! A machine finds its host: by the records of a domain, or by a name or address it was given.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

#[path = "world/plays.rs"]
mod plays;

use kms_proto::dns::failure::DnsFailure;
use kms_proto::kms::hresult::HResult;

use crate::plays::world_of;

/// What the attempts in a world come to.
fn codes(text: &str) -> Vec<HResult> {
    let world = world_of(text, 1);
    world.history.tries.iter().map(|tried| tried.outcome.code).collect()
}

/// What the first attempt of a machine with these keys comes to, and when it ended, in milliseconds;
/// the zone answers after 10 ms.
fn tried(machine: &str, dns: &str) -> (HResult, i64) {
    let text = format!(
        "schema = 1\n[[host]]\nid = \"kms\"\n[[machine]]\nid = \"pc\"\n{machine}\n\
         [dns]\nlatency = \"10ms\"\n{dns}\n[[step]]\nat = \"0\"\nrun = \"pc\"\n"
    );
    let world = world_of(&text, 1);
    let [tried] = world.history.tries.as_slice() else { panic!("one try") };
    (tried.outcome.code, tried.ended.0 / 1_000_000)
}

#[test]
fn suffixes_are_tried_in_turn() {
    let name = DnsFailure::NAME.code();
    for (machine, dns, expected) in [
        ("", "", (HResult::OK, 10)),
        ("suffix = \"branch.example\"", "", (name, 10)),
        ("search = [\"branch.example\"]", "", (HResult::OK, 10)),
        ("suffix = \"b.example\"\nsearch = \"lab.example\"", "", (HResult::OK, 20)),
        // The same suffix is asked for once, in letters of whatever case.
        (
            "suffix = \"b.example\"\nsearch = [\"B.EXAMPLE\", \"lab.example\"]",
            "",
            (HResult::OK, 20),
        ),
        ("suffix = \"sub.lab.example\"\nsearch = [\"b.example\"]", "", (name, 20)),
        // Without a primary suffix the list is all there is.
        ("search = [\"c.example\", \"lab.example\"]", "without_suffix = \"pc\"", (HResult::OK, 20)),
        ("", "without_suffix = \"pc\"", (DnsFailure::InvalidName.code(), 0)),
        ("suffix = \"lab.example\"", "without_suffix = \"pc\"", (HResult::OK, 10)),
        // What says most is what slmgr shows; a silent server is not asked again.
        (
            "search = [\"b.example\"]",
            "srv = []\nnames = [\"_vlmcs._tcp\"]",
            (DnsFailure::NoRecords.code(), 20),
        ),
        ("search = [\"b.example\"]", "down = true", (DnsFailure::NoAnswer.code(), 10_000)),
        ("search = [\"b.example\"]", "without_server = \"pc\"", (DnsFailure::NoServers.code(), 0)),
    ] {
        assert_eq!(tried(machine, dns), expected, "{machine} {dns}");
    }
}

/// What a machine's attempts come to that was given its host like this by `slmgr /skms`, in a world
/// with these lines about DNS.
fn told(skms: &str, dns: &str) -> Vec<HResult> {
    let text = format!(
        r#"
schema = 1
limit = {{ sim = "2h" }}
{dns}
[[host]]
id = "kms"
[[machine]]
id = "member"
[[step]]
at = "1m"
type = "slmgr /skms {skms}"
on = "member"
[[step]]
at = "2m"
type = "slmgr /ato"
on = "member"
"#
    );
    codes(&text)
}

#[test]
fn a_host_is_found_by_whatever_name_the_resolver_makes_of_what_was_given() {
    let (zone, unreachable) = ("[dns]\nsrv = []", HResult::RPC_SERVER_UNAVAILABLE);
    for skms in ["kms", "KMS", "kms:1688", "KMS.Lab.Example:1688", "kms.lab.example.", "198.18.0.1"]
    {
        assert_eq!(told(skms, zone), [HResult::OK], "{skms}");
    }
    // Where there is no zone, everybody knows everybody, and nobody has a domain.
    for skms in ["kms", "KMS", "Kms:1688", "kms.", "198.18.0.1"] {
        assert_eq!(told(skms, ""), [HResult::OK], "{skms}");
    }
    for skms in ["kms2", "kms.corp.example", "198.18.0.9", "lab.example"] {
        assert_eq!(told(skms, zone), [unreachable], "{skms}");
    }
}

#[test]
fn a_name_is_of_no_use_without_dns_and_an_address_needs_none() {
    let unreachable = HResult::RPC_SERVER_UNAVAILABLE;
    for dns in ["[dns]\nwithout_server = [\"member\"]", "[dns]\ndown = true"] {
        assert_eq!(told("kms.lab.example", dns), [unreachable], "{dns}");
        assert_eq!(told("kms", dns), [unreachable], "{dns}");
        assert_eq!(told("198.18.0.1", dns), [HResult::OK], "{dns}");
    }
}

#[test]
fn a_short_name_is_looked_for_under_every_suffix() {
    let text = r#"
schema = 1
limit = { sim = "1h" }
[[host]]
id = "kms"
[[machine]]
id = "member"
suffix = "lab.example"
search = ["corp.example"]
[dns]
domain = "corp.example"
[[step]]
at = "1m"
type = "slmgr /skms kms"
on = "member"
[[step]]
at = "2m"
type = "slmgr /ato"
on = "member"
"#;
    assert_eq!(codes(text), [HResult::OK]);
}

#[test]
fn hosts_that_publish_alike_share_the_machines() {
    let text = r#"
schema = 1
limit = { sim = "1h" }
[[host]]
id = "kms1"
[[host]]
id = "kms2"
[[machine]]
id = "pc"
n = 200
[dns]
publish = ["kms1", "kms2"]
owner = "shared"
[[step]]
at = "1m"
run = "pc"
"#;
    let world = world_of(text, 1);
    let totals: Vec<u64> = world.hosts.iter().map(|h| h.host.ledger().total).collect();
    assert_eq!(totals.iter().sum::<u64>(), 200);
    assert!(totals.iter().all(|total| (80..=120).contains(total)), "{totals:?}");
}
