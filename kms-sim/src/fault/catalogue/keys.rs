//! Which keys of `match` a stage knows: by any other no rule of it is ever for anybody.

use crate::fault::stage::Stage;

/// A key of `match`, as a stage knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The key.
    pub key: &'static str,
    /// A scenario's worlds know it there.
    pub world: bool,
    /// A host on sockets knows it there.
    pub sockets: bool,
}

/// Every key of `match` that picks somebody or something out, in the order of the page.
pub const KEYS: [&str; 9] =
    ["client", "nth_client", "host", "cmid", "conn", "direction", "version", "result", "peer"];

/// What a stage knows of who is met when its rules are asked.
///
/// A client's name, number and id are known to a world from the start; a host on sockets learns
/// them from the first request of a connection. No file for sockets names a host.
pub fn known(stage: Stage, key: &str) -> Known {
    let key = KEYS.into_iter().find(|known| *known == key).unwrap_or_default();
    Known { key, world: world(key, stage), sockets: sockets(key, stage) }
}

fn world(key: &str, stage: Stage) -> bool {
    match key {
        "client" | "nth_client" | "cmid" => true,
        "host" | "conn" | "peer" => is_hosts(stage),
        "direction" => stage == Stage::TcpData,
        "version" => stage != Stage::TcpAccept,
        "result" => has_result(stage),
        _ => false,
    }
}

fn sockets(key: &str, stage: Stage) -> bool {
    match key {
        "client" | "nth_client" | "cmid" | "version" => {
            is_hosts(stage) && stage != Stage::TcpAccept
        }
        "conn" => is_hosts(stage),
        "direction" => stage == Stage::TcpData,
        "result" => has_result(stage),
        "peer" => stage != Stage::ClockClient,
        _ => false,
    }
}

/// Whether a stage is on a connection of a host.
const fn is_hosts(stage: Stage) -> bool {
    !matches!(stage, Stage::DnsSrv | Stage::ClockClient)
}

/// Whether a stage comes after a request was judged.
const fn has_result(stage: Stage) -> bool {
    matches!(stage, Stage::TcpData | Stage::RpcResponse | Stage::KmsResponse)
}

/// The keys a stage knows, in a world or on sockets.
pub fn keys(stage: Stage, sockets: bool) -> impl Iterator<Item = &'static str> {
    let knows = move |key: &&str| {
        let known = known(stage, key);
        if sockets { known.sockets } else { known.world }
    };
    KEYS.into_iter().filter(knows)
}
