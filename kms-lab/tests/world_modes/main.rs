//! One scenario in virtual time and over loopback: the same results, the same faults named on the
//! same exchanges, the same near misses, the same hits.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

#[path = "../world/plays.rs"]
mod plays;

#[cfg(unix)]
#[allow(dead_code, reason = "tests share this, and each uses a part")]
#[path = "../support/folder.rs"]
mod folder;

mod both;
mod ending;
mod names;
mod numbered;
mod refusing;
mod resting;
#[cfg(unix)]
mod starving;
mod together;

use crate::both::same;

/// Rules on many stages, for one machine, a group and everybody, either way, by number and chance.
const TEXT: &str = r#"
schema = 1
mode = "MODE"
limit = { sim = "3s", wall = "20s" }
[[host]]
id = "kms"
policy = { count = 0 }
[[host]]
id = "spare"
[dns]
[[dns.srv]]
host = "kms"
priority = 0
[[dns.srv]]
host = "spare"
priority = 1
[[time_source]]
id = "dc"
clock = "-7h"
[[machine]]
id = "pc"
n = 2
name = "PC-{n}"
n_policy = 1
[[machine]]
id = "solo"
name = "SOLO"
n_policy = 1
[[machine]]
id = "lost"
n_policy = 1
RULES
[[step]]
at = "0"
run = ["pc", "solo", "lost"]
spread = "150ms"
times = 3
every = "700ms"
"#;

const RULES: &str = r#"
[[fault]]
id = "name-known-at-bind"
stage = "tcp.data"
match = { client = "pc-1" }
when = { nth = 1 }
do = { kind = "latency", median = "1ms" }
[[fault]]
id = "incoming"
stage = "tcp.data"
match = { client = "solo", direction = "to-host" }
when = { nth = [2, 3] }
do = { kind = "slice", bytes = "7B", gap = "100us" }
[[fault]]
id = "by-chance"
stage = "tcp.data"
when = { prob = 0.5 }
do = { kind = "latency", median = "1ms", dist = "uniform", spread = "1ms" }
[[fault]]
id = "client-by-chance"
stage = "rpc.bind"
when = { prob = 0.5, of = "client" }
do = { kind = "max-frag", n = 2000 }
[[fault]]
id = "door"
stage = "tcp.accept"
match = { client = "pc", nth_client = 2 }
when = { nth = 2 }
do = { kind = "accept-close" }
[[fault]]
id = "second-bind"
stage = "rpc.bind"
match = { client = "solo", conn = "4.." }
when = { nth = 1 }
do = { kind = "bind-nak", reason = 1 }
[[fault]]
id = "fragments"
stage = "rpc.response"
match = { host = "kms", result = "ok" }
when = { every = 2 }
do = { kind = "fragment", bytes = "64B" }
[[fault]]
id = "later"
optional = true
stage = "rpc.response"
when = { window = ["1h", "2h"] }
do = { kind = "wrong-call-id" }
[[fault]]
id = "no"
stage = "kms.policy"
match = { client = "pc-2" }
when = { nth = 1 }
do = { kind = "result", hresult = "0xC004F042" }
[[fault]]
id = "short"
stage = "kms.response"
match = { client = "pc-1", version = 6 }
when = { nth = 2 }
do = { kind = "wrong-mac" }
[[fault]]
id = "host-jumps"
stage = "clock.host"
match = { client = "solo" }
when = { nth = 1 }
do = { kind = "set", to = "source:dc" }
[[fault]]
id = "host-returns"
stage = "clock.host"
match = { client = "pc-1" }
when = { nth = 2 }
do = { kind = "reset" }
[[fault]]
id = "machine-jumps"
stage = "clock.client"
match = { client = "pc-2" }
when = { nth = 3 }
do = { kind = "bump", by = "-9h" }
[[fault]]
id = "nobody"
stage = "dns.srv"
match = { client = "lost" }
when = { first = 2 }
do = { kind = "nxdomain" }
[[fault]]
id = "slow-dns"
stage = "dns.srv"
match = { client = "solo" }
when = { nth = 2 }
do = { kind = "slow", by = "5ms" }
[[fault]]
id = "address"
stage = "rpc.request"
match = { peer = "198.19.0.3" }
when = { nth = 1 }
do = { kind = "fault", status = "0x1c010014" }
"#;

#[test]
fn faults_strike_alike_in_both_kinds_of_time() {
    let journal = same(&TEXT.replace("RULES", RULES));
    let hits = journal.last().unwrap()["fault_hits"].as_object().unwrap();
    assert_eq!(hits.len(), RULES.matches("[[fault]]").count());
    for (id, count) in hits {
        assert_eq!(count == 0, id == "later", "{id}: {count}");
    }
    let near = journal.iter().flat_map(|line| line["near"].as_array().into_iter().flatten());
    let near: Vec<&str> = near.map(|near| near.as_str().unwrap()).collect();
    assert!(near.iter().any(|near| near.starts_with("later: ")), "{near:?}");
}
