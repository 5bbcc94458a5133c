//! Every kind of fault, for people: how a file writes it, what happens, what a client should do.

mod entry;
pub mod keys;
mod kms;
pub mod legal;
mod rpc;
mod tcp;
mod world;

pub use crate::fault::catalogue::entry::{Entry, Manner};
use crate::fault::catalogue::keys::Known;

use core::fmt::Write as _;

use crate::fault::stage::Stage;

/// All kinds, in the order of their stages.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    let all = [world::DNS, tcp::ACCEPT, tcp::DATA, rpc::BIND, rpc::REQUEST, rpc::RESPONSE];
    let rest = [kms::RESPONSE, kms::POLICY, kms::STATE, world::CLOCK, world::PROC];
    all.into_iter().chain(rest).flatten()
}

/// The kinds of a stage.
pub fn of(stage: Stage) -> impl Iterator<Item = &'static Entry> {
    entries().filter(move |entry| entry.stage == stage)
}

/// The catalogue as a page of Markdown: `docs/faults.md`.
pub fn page() -> String {
    let mut page = String::from(HEAD);
    keys_table(&mut page);
    for stage in Stage::ALL {
        // Writing to a string cannot fail.
        let _ = write!(page, "\n## `{stage}`\n\n{}\n", stage_text(stage));
        page.push_str(
            "\n| kind | as a file writes it | what happens | a correct client | shown by |\n",
        );
        page.push_str("|---|---|---|---|---|\n");
        for entry in of(stage) {
            let Entry { name, example, does, client, .. } = entry;
            let file = entry.scenario();
            let shown = format!("[{file}](../scenarios/faults/{file}.toml)");
            let _ = writeln!(page, "| `{name}` | `{example}` | {does} | {client} | {shown} |");
        }
    }
    page
}

/// Which keys of `match` each stage knows.
fn keys_table(page: &mut String) {
    page.push_str(KEYS_HEAD);
    let row = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = keys::KEYS.iter().map(|key| format!("`{key}`")).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    page.push_str(&row(&[&["stage"], heads.as_slice()].concat()));
    page.push_str(&row(&[&["---"], [":-:"; keys::KEYS.len()].as_slice()].concat()));
    for stage in Stage::ALL {
        let cells = keys::KEYS.map(|key| match keys::known(stage, key) {
            Known { world: true, sockets: true, .. } => "yes",
            Known { world: true, .. } => "scenario",
            Known { sockets: true, .. } => "serve",
            Known { .. } => "",
        });
        let name = format!("`{stage}`");
        page.push_str(&row(&[&[name.as_str()], cells.as_slice()].concat()));
    }
}

const KEYS_HEAD: &str = "
## What a stage knows

A rule whose `match` has a key that its stage never knows can strike nobody, and is refused: by
`kmslab check`, `kmslab run` and `kmslab serve --faults`. `result` is known once a request was judged:
at `tcp.data` of what goes to the client, and at `kms.response` it is always `ok`. `version` is known
from a connection's first request on. `serve`: only in a file of faults for `kmslab serve`;
`scenario`: only in a scenario, for `kmslab run`.

";

const HEAD: &str = "\
# Faults

This page is made from `kms-sim/src/fault/catalogue.rs`; a test holds it to that
(`UPDATE_GOLDEN=1 cargo test -p kms-lab --test faults` writes it anew).

A fault is a table of a scenario, or of a file for `kmslab serve --faults FILE`:

```toml
[[fault]]
id         = \"second-answer-is-cut\"            # its name in journals; fault-1, fault-2 … without it
stage      = \"rpc.response\"                    # where it sits
match      = { client = \"pc-7\", version = 6 }  # for whom: client nth_client cmid conn direction version result peer
when       = { nth = 2, of = \"exchange\" }      # when: first nth every offset after until window quota outage sequence cycle of prob
do         = { kind = \"truncate\", keep = \"100B\" }
ttl        = \"10m\"                             # it disappears this long after it was armed
max_active = 3                                 # it bends this many connections at a time
```

All keys of `match` must hold, and all selectors of `when`; a rule without either applies always.
Exchanges are counted for each rule by itself, from 1, while it is armed. `of` says what is counted:
`exchange` (each thing the stage sees), `connection` or `client` (all of one are alike). Faults apply
in the order in which an exchange runs, and rules of one stage in the order of their file. The
journal names, on every line, the rules that bent an exchange (`faults`) and those that nearly did,
each with what was in the way (`near`). A bend that changes nothing is such a near miss. Four things
hold where nothing had to change, and count all the same: `coalesce`, a `count` that is remembered,
what legal mischief draws, and an operation that leaves a clock as it was.

In a scenario `client` is the id of a machine or of a group, `nth_client` says which of the group,
and all of `match` but `version` and `result` is known from the moment a client connects, in virtual
time and over loopback alike. A file for `serve` is for one host and whoever connects: there `client`
is the computer's name, `nth_client` counts the clients the host met, and both are known from a
connection's first request on, so that a fault of its bind or of its opening cannot tell them apart.

Each kind has a scenario in `scenarios/faults`, which fails without it: `kmslab run scenarios/faults`.

Lengths of time are strings with units (`\"1h30m\"`), sizes too (`\"100B\"`, `\"4KiB\"`). A length finer than
the wire's 100 ns is refused, as it is of clocks.
";

/// What there is to say of a stage.
const fn stage_text(stage: Stage) -> &'static str {
    match stage {
        Stage::DnsSrv => {
            "The answer to a query for SRV records. Carried out by the DNS zone that serves it."
        }
        Stage::TcpAccept => {
            "A client connects; each connection is one thing counted. A `refuse` that time alone \
             decides (`after`, `until`, `window`, or nothing) shuts the listening socket itself; \
             any other resets the connection it meets and shuts the socket behind it. Whoever finds \
             the door shut is refused before there is a connection, which has no number and is \
             counted by no rule; the attempt names the rule that shut the door, and in a scenario \
             each such attempt is a hit. On `serve`, which does not see them, each shutting is one."
        }
        Stage::TcpData => {
            "The bytes of every answer the host sends; with `match = { direction = \"to-host\" }` \
             those of every PDU a client sends. The kinds stand at `rpc.bind` and `rpc.response` \
             too, where they bend only such answers."
        }
        Stage::RpcBind => "The answer to a bind, and to an `alter_context`.",
        Stage::RpcRequest => "A request that was read, before anybody judges it.",
        Stage::RpcResponse => "The answer to a call, granted or refused.",
        Stage::KmsResponse => {
            "The sealed message of a granted answer. All else is sealed over what is bent, so a \
             client meets one failing check. A bend that a version has no place for bends nothing."
        }
        Stage::KmsPolicy => "The host's judgement. No kind grants what the rules refuse.",
        Stage::KmsState => "What the host remembers, changed before it judges the request.",
        Stage::ClockHost => {
            "An operation of the clock language, its name under `kind`, on the host's clock: once a \
             request was read, and before it is judged. The exchange names the fault. On `serve` \
             too, but for `pause`, `snapshot`, `rollback` and `battery`, which need a simulated \
             computer, and a `set` by a time source."
        }
        Stage::ClockClient => {
            "The same on the clock of the machine that asks, before it reads the clock for its \
             request. Only in a scenario: who connects to `serve` has a clock of its own."
        }
        Stage::Proc => {
            "The host's process, as it takes a request. On sockets the process itself goes on: its \
             connections and its listening socket behave as if it did not."
        }
    }
}
