//! Where in an exchange a fault sits.

use core::fmt;
use core::str::FromStr;

use kms_proto::nearest::nearest;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A place where something can go wrong, in the order of the catalogue.
///
/// The names are stable: they stand in files, journals and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The answer to a client's SRV query; carried out by whoever serves the zone.
    DnsSrv,
    /// A client connects.
    TcpAccept,
    /// Bytes travel, whatever they are.
    TcpData,
    /// The host answers a bind or an `alter_context`.
    RpcBind,
    /// The host takes a request, before anybody judges it.
    RpcRequest,
    /// The host answers a call, in RPC.
    RpcResponse,
    /// The host seals a granted answer.
    KmsResponse,
    /// The host judges a request.
    KmsPolicy,
    /// What the host remembers, before it judges.
    KmsState,
    /// The host's clock; carried out by whoever owns it.
    ClockHost,
    /// A client's clock; carried out by whoever owns it.
    ClockClient,
    /// The host's process.
    Proc,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 12] = [
        Self::DnsSrv,
        Self::TcpAccept,
        Self::TcpData,
        Self::RpcBind,
        Self::RpcRequest,
        Self::RpcResponse,
        Self::KmsResponse,
        Self::KmsPolicy,
        Self::KmsState,
        Self::ClockHost,
        Self::ClockClient,
        Self::Proc,
    ];

    /// The stable name: `rpc.response`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DnsSrv => "dns.srv",
            Self::TcpAccept => "tcp.accept",
            Self::TcpData => "tcp.data",
            Self::RpcBind => "rpc.bind",
            Self::RpcRequest => "rpc.request",
            Self::RpcResponse => "rpc.response",
            Self::KmsResponse => "kms.response",
            Self::KmsPolicy => "kms.policy",
            Self::KmsState => "kms.state",
            Self::ClockHost => "clock.host",
            Self::ClockClient => "clock.client",
            Self::Proc => "proc",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(stage) = Self::ALL.into_iter().find(|stage| stage.name() == text) {
            return Ok(stage);
        }
        let names = Self::ALL.map(Self::name);
        Err(match nearest(text, names) {
            Some(near) => format!("{text:?} is no stage; did you mean {near:?}?"),
            None => format!("{text:?} is no stage; there are {}", names.join(", ")),
        })
    }
}

impl<'de> Deserialize<'de> for Stage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Stage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
