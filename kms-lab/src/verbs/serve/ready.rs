//! The ready record of a host on sockets, which its journal begins with too.

use std::net::SocketAddr;

use kms_proto::time::window::{Compare, Window};
use kms_sim::fault::mischief::Mischief;
use kms_sim::strictness::Strictness;
use serde::Serialize;

use super::args::ServeArgs;
use super::dns::DnsSetup;
use crate::journal::line::SCHEMA;

/// The first line on stdout: printed once every address accepts.
#[derive(Serialize)]
pub(super) struct Ready<'a> {
    event: &'static str,
    schema: u32,
    #[serde(flatten)]
    setup: &'a Setup<'a>,
}

impl<'a> Ready<'a> {
    /// That of a host which is ready.
    pub(super) const fn new(setup: &'a Setup<'a>) -> Self {
        Self { event: "ready", schema: SCHEMA, setup }
    }
}

/// How the host is set up, and where it listens.
#[derive(Serialize)]
pub(super) struct Setup<'a> {
    pid: u32,
    rpc: Vec<Addr>,
    /// The time server, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    ntp: Option<Addr>,
    realm: &'a str,
    seed: u64,
    mode: &'static str,
    window: Window,
    compare: Compare,
    clock: String,
    count: u32,
    strictness: Strictness,
    mischief: Mischief,
    journal: Option<String>,
    dns: Option<&'a DnsSetup>,
}

/// One listening address.
#[derive(Serialize)]
struct Addr {
    addr: SocketAddr,
}

impl<'a> Setup<'a> {
    /// As it was told, and where it listens now.
    pub(super) fn new(
        args: &'a ServeArgs,
        addrs: &[SocketAddr],
        ntp: Option<SocketAddr>,
        dns: Option<&'a DnsSetup>,
    ) -> Self {
        Self {
            pid: std::process::id(),
            rpc: addrs.iter().map(|addr| Addr { addr: *addr }).collect(),
            ntp: ntp.map(|addr| Addr { addr }),
            realm: args.realm.as_str(),
            seed: args.seed.0,
            mode: "real",
            window: args.window,
            compare: args.compare,
            clock: args.clock.to_string(),
            count: args.count,
            strictness: args.strictness,
            mischief: args.mischief,
            journal: args.journal.as_ref().map(|path| path.display().to_string()),
            dns,
        }
    }
}
