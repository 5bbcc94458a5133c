//! The table: a row a kind, and what the client says of it.

use kms_sim::fault::rule::Rule;
use kms_sim::fault::stage::Stage;

/// A kind, and what comes of the second attempt of a machine under it, the first being plain.
pub(crate) struct Row {
    pub(crate) stage: Stage,
    pub(crate) kind: &'static str,
    /// The `do` of the rule where it is not the catalogue's example.
    pub(crate) instead: Option<&'static str>,
    /// In versions 4, 5 and 6.
    pub(crate) told: [&'static str; 3],
}

const fn row(stage: Stage, kind: &'static str, told: &'static str) -> Row {
    Row { stage, kind, instead: None, told: [told, told, told] }
}

const fn with(stage: Stage, kind: &'static str, table: &'static str, told: &'static str) -> Row {
    Row { stage, kind, instead: Some(table), told: [told, told, told] }
}

const fn by_version(stage: Stage, kind: &'static str, told: [&'static str; 3]) -> Row {
    Row { stage, kind, instead: None, told }
}

const GRANTED: &str = "granted";
const TIMEOUT: &str = "Timeout";
const CLOSED: &str = "Closed";
const PROTOCOL: &str = "Protocol";

/// Every kind that a host or its link carries out.
pub(crate) const ROWS: &[Row] = &[
    row(Stage::TcpAccept, "refuse", CLOSED),
    row(Stage::TcpAccept, "no-accept", TIMEOUT),
    row(Stage::TcpAccept, "accept-close", CLOSED),
    row(Stage::TcpAccept, "accept-rst", CLOSED),
    row(Stage::TcpAccept, "slow-accept", GRANTED),
    row(Stage::TcpAccept, "max-connections", CLOSED),
    row(Stage::TcpData, "latency", GRANTED),
    row(Stage::TcpData, "bandwidth", GRANTED),
    row(Stage::TcpData, "slice", GRANTED),
    row(Stage::TcpData, "dribble", GRANTED),
    row(Stage::TcpData, "coalesce", GRANTED),
    row(Stage::TcpData, "stall", TIMEOUT),
    with(Stage::TcpData, "stall", r#"{ kind = "stall", after = "20B", for = "50ms" }"#, GRANTED),
    row(Stage::TcpData, "half-close", CLOSED),
    row(Stage::TcpData, "rst", CLOSED),
    row(Stage::TcpData, "close", CLOSED),
    row(Stage::TcpData, "truncate", TIMEOUT),
    row(Stage::TcpData, "corrupt", PROTOCOL),
    row(Stage::TcpData, "garbage", PROTOCOL),
    row(Stage::TcpData, "duplicate", PROTOCOL),
    row(Stage::RpcBind, "bind-nak", "BindNak(1)"),
    row(Stage::RpcBind, "context-reject", "TransferSyntax"),
    row(Stage::RpcBind, "wrong-call-id", "check call_id"),
    row(Stage::RpcBind, "wrong-transfer-syntax", PROTOCOL),
    row(Stage::RpcBind, "negotiate-reject", GRANTED),
    row(Stage::RpcBind, "short-secondary-address", GRANTED),
    row(Stage::RpcBind, "max-frag", GRANTED),
    row(Stage::RpcBind, "frag-length", PROTOCOL),
    with(Stage::RpcBind, "frag-length", r#"{ kind = "frag-length", by = 100 }"#, TIMEOUT),
    row(Stage::RpcBind, "wrong-ptype", PROTOCOL),
    row(Stage::RpcBind, "version", GRANTED),
    with(Stage::RpcBind, "version", r#"{ kind = "version", value = "4.0" }"#, PROTOCOL),
    row(Stage::RpcBind, "big-endian-drep", GRANTED),
    row(Stage::RpcBind, "assoc-group", GRANTED),
    with(Stage::RpcBind, "truncate", r#"{ kind = "truncate", keep = "20B" }"#, TIMEOUT),
    row(Stage::RpcRequest, "fault", "Fault(469827604)"),
    row(Stage::RpcRequest, "drop", TIMEOUT),
    row(Stage::RpcRequest, "no-answer", CLOSED),
    row(Stage::RpcRequest, "accept-late", GRANTED),
    row(Stage::RpcResponse, "fragment", GRANTED),
    row(Stage::RpcResponse, "frag-flags", TIMEOUT),
    with(
        Stage::RpcResponse,
        "frag-flags",
        r#"{ kind = "frag-flags", flags = "missing-first" }"#,
        PROTOCOL,
    ),
    row(Stage::RpcResponse, "wrong-call-id", "check call_id"),
    row(Stage::RpcResponse, "wrong-context", "check context"),
    row(Stage::RpcResponse, "alloc-hint", GRANTED),
    row(Stage::RpcResponse, "stub-length", "check stub"),
    row(Stage::RpcResponse, "padding", "check stub"),
    row(Stage::RpcResponse, "auth-trailer", PROTOCOL),
    row(Stage::RpcResponse, "fault", "Fault(469827604)"),
    row(Stage::RpcResponse, "referent", GRANTED),
    with(Stage::RpcResponse, "truncate", r#"{ kind = "truncate", keep = "100B" }"#, TIMEOUT),
    Row {
        stage: Stage::KmsResponse,
        kind: "version",
        instead: Some(r#"{ kind = "version", value = "7.0" }"#),
        told: ["check version", "check version", "check version"],
    },
    by_version(Stage::KmsResponse, "inner-version", [GRANTED, GRANTED, "check inner_version"]),
    by_version(Stage::KmsResponse, "wrong-mac", ["check mac", GRANTED, "check hmac"]),
    by_version(Stage::KmsResponse, "wrong-hash", [GRANTED, "check hash", "check hash"]),
    by_version(Stage::KmsResponse, "wrong-salt", [GRANTED, "check hash", "check hash"]),
    by_version(Stage::KmsResponse, "wrong-iv", [GRANTED, "check iv_rule", "check iv_rule"]),
    by_version(Stage::KmsResponse, "wrong-padding", [GRANTED, "check padding", "check padding"]),
    by_version(Stage::KmsResponse, "wrong-xored-ivs", [GRANTED, GRANTED, "check xored_ivs"]),
    row(Stage::KmsResponse, "surplus", "check size"),
    row(Stage::KmsResponse, "echo-client-time", "check client_time"),
    with(
        Stage::KmsResponse,
        "echo-client-time",
        r#"{ kind = "echo-client-time" }"#,
        "check client_time",
    ),
    row(Stage::KmsResponse, "wrong-cmid", "check cmid"),
    by_version(Stage::KmsResponse, "stale", ["check client_time", "check iv_rule", "check hash"]),
    by_version(Stage::KmsResponse, "replay", ["check client_time", "check iv_rule", "check hash"]),
    row(Stage::KmsResponse, "host-id", "check pid"),
    with(
        Stage::KmsResponse,
        "host-id",
        r#"{ kind = "host-id", unterminated = true }"#,
        "check pid",
    ),
    with(Stage::KmsResponse, "host-id", r#"{ kind = "host-id", text = "lab" }"#, GRANTED),
    row(Stage::KmsResponse, "count", GRANTED),
    with(Stage::KmsResponse, "count", r#"{ kind = "count", n = 0 }"#, "too few"),
    with(Stage::KmsResponse, "count", r#"{ kind = "count", how = "freeze" }"#, GRANTED),
    with(Stage::KmsResponse, "count", r#"{ kind = "count", how = "rollback" }"#, GRANTED),
    with(Stage::KmsResponse, "count", r#"{ kind = "count", how = "jump" }"#, GRANTED),
    row(Stage::KmsResponse, "interval", GRANTED),
    row(Stage::KmsPolicy, "result", "refused 0xC004F06C"),
    with(
        Stage::KmsPolicy,
        "result",
        r#"{ kind = "result", hresult = "0xC004F042" }"#,
        "refused 0xC004F042",
    ),
    row(Stage::KmsPolicy, "count-below", "too few"),
    row(Stage::KmsState, "restart", GRANTED),
    row(Stage::KmsState, "reinstall", GRANTED),
    row(Stage::KmsState, "evict", GRANTED),
    row(Stage::KmsState, "fill", GRANTED),
    row(Stage::KmsState, "freeze-count", GRANTED),
    row(Stage::Proc, "pause", GRANTED),
    row(Stage::Proc, "crash", CLOSED),
    row(Stage::Proc, "bounce", CLOSED),
];

/// The first attempt of a row is plain, the second bent: what each stage counts by then.
const fn second(stage: Stage) -> &'static str {
    match stage {
        // A connection has several answers; the first connection's are spared.
        Stage::TcpData | Stage::RpcBind => r#"{ nth = [2], of = "connection" }"#,
        _ => "{ nth = 2 }",
    }
}

impl Row {
    /// The rule of a row, from its text as a file has it.
    pub(crate) fn rule(&self) -> Rule {
        let table = self.instead.unwrap_or_else(|| {
            let mut entries = kms_sim::fault::catalogue::of(self.stage);
            entries.find(|entry| entry.name == self.kind).unwrap().example
        });
        let Self { stage, .. } = self;
        let when = second(*stage);
        let text = format!("id = \"bent\"\nstage = \"{stage}\"\nwhen = {when}\ndo = {table}\n");
        toml::from_str(&text).unwrap_or_else(|error| panic!("{text}{error}"))
    }

    /// A name for messages.
    pub(crate) fn name(&self) -> String {
        format!("{} {} {}", self.stage, self.kind, self.instead.unwrap_or_default())
    }
}
