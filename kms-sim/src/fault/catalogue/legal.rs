//! What a correct client survives, form by form, for whoever holds a client to it.

use core::iter;

use crate::fault::catalogue::entry::Manner;
use crate::fault::stage::Stage;

/// A fault that is legal: where it sits, and the `do` of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it sits.
    pub stage: Stage,
    /// The name of its kind.
    pub kind: &'static str,
    /// The `do` of a rule, in TOML.
    pub table: &'static str,
}

const fn form(stage: Stage, kind: &'static str, table: &'static str) -> Form {
    Form { stage, kind, table }
}

/// Legal forms beside the examples of the kinds that are legal: those of one that an example has no
/// room for, and the legal ones of kinds that are hostile otherwise.
const MORE: &[Form] = &[
    form(Stage::TcpData, "latency", "{ kind = \"latency\", median = \"5ms\" }"),
    form(
        Stage::TcpData,
        "latency",
        "{ kind = \"latency\", median = \"5ms\", dist = \"constant\" }",
    ),
    form(
        Stage::TcpData,
        "latency",
        "{ kind = \"latency\", median = \"5ms\", dist = \"uniform\", spread = \"5ms\" }",
    ),
    form(
        Stage::TcpData,
        "latency",
        "{ kind = \"latency\", median = \"5ms\", dist = \"normal\", spread = \"1ms\" }",
    ),
    form(Stage::TcpData, "slice", "{ kind = \"slice\", bytes = \"5B\" }"),
    form(Stage::TcpData, "stall", "{ kind = \"stall\", after = \"20B\", for = \"50ms\" }"),
    form(Stage::RpcResponse, "fragment", "{ kind = \"fragment\", bytes = \"8B\" }"),
    form(Stage::RpcResponse, "alloc-hint", "{ kind = \"alloc-hint\" }"),
    form(Stage::RpcResponse, "referent", "{ kind = \"referent\" }"),
    form(Stage::KmsResponse, "host-id", "{ kind = \"host-id\", text = \"lab\" }"),
    form(Stage::KmsResponse, "count", "{ kind = \"count\", how = \"freeze\" }"),
    form(Stage::KmsResponse, "count", "{ kind = \"count\", how = \"rollback\" }"),
    form(Stage::KmsResponse, "count", "{ kind = \"count\", how = \"jump\" }"),
    form(Stage::KmsResponse, "interval", "{ kind = \"interval\", activation = \"max\" }"),
    form(Stage::KmsResponse, "interval", "{ kind = \"interval\", renewal = \"15m\" }"),
];

/// Every legal form at every stage it stands at, in the catalogue's order.
pub fn forms() -> impl Iterator<Item = Form> {
    let legal = super::entries().filter(|entry| entry.manner == Manner::Legal);
    let examples = legal.map(|entry| form(entry.stage, entry.name, entry.example));
    examples.chain(MORE.iter().copied()).flat_map(|form| {
        // What bends all bytes bends those of one kind of answer too.
        let also: &[Stage] = match form.stage {
            Stage::TcpData => &[Stage::RpcBind, Stage::RpcResponse],
            _ => &[],
        };
        iter::once(form.stage).chain(also.iter().copied()).map(move |stage| Form { stage, ..form })
    })
}
