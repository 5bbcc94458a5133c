//! What goes wrong: the kinds of each stage, with their parameters.
//!
//! A kind is a table with its name under `kind`: `{ kind = "truncate", keep = "100B" }`.

pub mod accept;
pub mod bind;
pub mod data;
pub mod dns;
pub mod message;
pub mod policy;
pub mod proc;
pub mod request;
pub mod response;
pub mod state;

use kms_proto::time::duration::Nanos;
use serde_json::{Map, Value};

use crate::fault::hint::read;
use crate::fault::kind::accept::AcceptKind;
use crate::fault::kind::bind::BindKind;
use crate::fault::kind::data::DataKind;
use crate::fault::kind::dns::DnsKind;
use crate::fault::kind::message::MessageKind;
use crate::fault::kind::policy::PolicyKind;
use crate::fault::kind::proc::ProcKind;
use crate::fault::kind::request::RequestKind;
use crate::fault::kind::response::ResponseKind;
use crate::fault::kind::state::StateKind;
use crate::fault::stage::Stage;
use crate::fault::value::Length;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// In the answer of DNS.
    Dns(DnsKind),
    /// As a client connects.
    Accept(AcceptKind),
    /// With bytes. At `rpc.bind` and `rpc.response` with those of such an answer alone.
    Data(DataKind),
    /// With the answer to a bind.
    Bind(BindKind),
    /// With a request.
    Request(RequestKind),
    /// With the answer to a call.
    Response(ResponseKind),
    /// With a sealed answer.
    Message(MessageKind),
    /// With the host's judgement.
    Policy(PolicyKind),
    /// With what the host remembers.
    State(StateKind),
    /// With a clock: the operation as its own grammar has it, the kind's name under `op`. Whoever
    /// owns the clock reads it and carries it out.
    Clock(Map<String, Value>),
    /// With the host's process.
    Proc(ProcKind),
}

impl Kind {
    /// Reads what a rule of `stage` does.
    ///
    /// The kinds of `tcp.data` stand at `rpc.bind` and `rpc.response` too.
    ///
    /// # Errors
    ///
    /// What is wrong, for people: the kind is none of the stage's, or a parameter none of its own.
    pub fn read(stage: Stage, value: Value) -> Result<Self, String> {
        let Some(kind) = value.get("kind").and_then(Value::as_str) else {
            return Err("a fault is a table with the kind's name: { kind = \"…\" }".to_owned());
        };
        let bytes =
            matches!(stage, Stage::RpcBind | Stage::RpcResponse) && DataKind::NAMES.contains(&kind);
        match stage {
            _ if bytes => data(value),
            Stage::DnsSrv => read(value).map(Self::Dns),
            Stage::TcpAccept => match read(value)? {
                AcceptKind::SlowAccept { by: NONE } => Err("by is at least \"100ns\"".to_owned()),
                AcceptKind::Refuse { length: Some(NONE) } => {
                    Err("for is at least \"100ns\"".to_owned())
                }
                kind => Ok(Self::Accept(kind)),
            },
            Stage::TcpData => data(value),
            Stage::RpcBind => read(value).map(Self::Bind),
            Stage::RpcRequest => match read(value)? {
                RequestKind::AcceptLate { by: NONE } => Err("by is at least \"100ns\"".to_owned()),
                kind => Ok(Self::Request(kind)),
            },
            Stage::RpcResponse => read(value).map(Self::Response),
            Stage::KmsResponse => {
                let kind: MessageKind = read(value)?;
                kind.check()?;
                Ok(Self::Message(kind))
            }
            Stage::KmsPolicy => read(value).map(Self::Policy),
            Stage::KmsState => match read(value)? {
                StateKind::Fill { n: 0 } => Err("n is at least 1".to_owned()),
                kind => Ok(Self::State(kind)),
            },
            Stage::ClockHost | Stage::ClockClient => {
                let Value::Object(mut operation) = value else {
                    return Ok(Self::Clock(Map::new()));
                };
                let name = operation.remove("kind").unwrap_or_default();
                operation.insert("op".to_owned(), name);
                Ok(Self::Clock(operation))
            }
            Stage::Proc => match read(value)? {
                ProcKind::Pause { length: NONE } => Err("for is at least \"100ns\"".to_owned()),
                kind => Ok(Self::Proc(kind)),
            },
        }
    }
}

/// No time at all.
const NONE: Length = Length(Nanos(0));

fn data(value: Value) -> Result<Kind, String> {
    let kind: DataKind = read(value)?;
    kind.check()?;
    Ok(Kind::Data(kind))
}
