//! What `kmslab serve` is told, and the host that makes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use client_sim::clock::spec::ClockSpec;
use kms_proto::kms::catalogue;
use kms_proto::kms::realm::Realm;
use kms_proto::time::window::{Compare, Window};
use kms_sim::config::{HostConfig, PORT};
use kms_sim::fault::mischief::Mischief;
use kms_sim::refusal::Refusal;
use kms_sim::session::config::Syntaxes;
use kms_sim::strictness::Strictness;

use super::dns::DnsArgs;
use super::ntp::NtpArgs;
use crate::seed::Seed;
use crate::stop::Stop;
use crate::suite::output::places::Places;
use crate::values;

/// What `kmslab serve` takes.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where to listen: ADDRESS:PORT, port 0 for one the system picks. Repeatable.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0", value_parser = address)]
    pub listen: Vec<SocketAddr>,
    /// Allow addresses that are not loopback.
    #[arg(long)]
    pub lab_network: bool,
    /// How far a client's clock may be off, edge included: 4h, -30m..+4h, off.
    #[arg(long, default_value = "4h", allow_hyphen_values = true)]
    pub window: Window,
    /// The grain the clocks are compared on: filetime (100 ns) or seconds.
    #[arg(long, default_value = "filetime")]
    pub compare: Compare,
    /// The host's own clock (see `kmslab clock --help`).
    #[arg(long, value_name = "SPEC", default_value = "0", allow_hyphen_values = true)]
    pub clock: ClockSpec,
    /// The count it reports at least; 0 makes a fresh host.
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = values::number)]
    pub count: u32,
    /// The realm whose seal it takes.
    #[arg(long, default_value_t)]
    pub realm: Realm,
    /// The seed of every draw: a number, or random.
    #[arg(long, default_value_t)]
    pub seed: Seed,
    /// Write the journal (NDJSON) to a file, or to stdout with -.
    #[arg(long, value_name = "FILE|-")]
    pub journal: Option<PathBuf>,
    /// Refuse every request with this code, genuine clients' too (a refusal carries no seal).
    #[arg(long, value_name = "CODE", value_parser = refusal)]
    pub refuse: Option<Refusal>,
    /// What a request not sealed with this realm's keys is refused with.
    #[arg(long, value_name = "CODE", default_value = "0x8007000D", value_parser = refusal)]
    pub foreign: Refusal,
    /// A host on which KMS is not enabled (0xC004F039).
    #[arg(long)]
    pub disabled: bool,
    /// A host that is not activated itself (0xC004F041).
    #[arg(long)]
    pub not_activated: bool,
    /// What it refuses besides what it is told to: lenient (only what it cannot read; any N is
    /// taken), strict (as the specifications say), pedantic (also what is legal but odd: names not
    /// padded with NULs alone, an IV or a client time again, haste, bytes that should be zero). The
    /// time is checked at every level; only --window off does not. In RPC lenient is strict.
    #[arg(long, default_value = "strict", value_name = "LEVEL")]
    pub strictness: Strictness,
    /// Faults to put in force: a TOML file of fault tables (docs/faults.md).
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// What the host does of its own where it is as legal as plain answers, or not even that: off,
    /// legal or hostile.
    #[arg(long, default_value = "off")]
    pub mischief: Mischief,
    /// The NDR transfer syntaxes it takes: both, 32 or 64.
    #[arg(long, default_value = "both")]
    pub ndr: Syntaxes,
    /// Write what goes over every connection with the host as a capture (pcapng), for Wireshark and
    /// `kmslab dissect`; what --ntp and --dns serve is not in it.
    #[arg(long, value_name = "FILE", value_parser = values::capture())]
    pub pcap: Option<PathBuf>,
    /// A time server beside it.
    #[command(flatten)]
    pub ntp: NtpArgs,
    /// Connections served at once.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = at_least_one)]
    pub max_connections: usize,
    /// How long a peer may take for a PDU.
    #[arg(long, value_name = "LENGTH", default_value = "30s", value_parser = values::length)]
    pub idle: Duration,
    /// How long a stop waits for answers under way.
    #[arg(long, value_name = "LENGTH", default_value = "5s", value_parser = values::length)]
    pub grace: Duration,
    /// Its zone, and its record.
    #[command(flatten)]
    pub dns: DnsArgs,
}

impl ServeArgs {
    /// Holds that every file has one purpose.
    pub(super) fn places(&self) -> Result<(), Stop> {
        let mut places = Places::default();
        if let Some(path) = &self.faults {
            places.reads(path, "--faults");
        }
        for (path, option) in [(&self.journal, "--journal"), (&self.pcap, "--pcap")] {
            if let Some(path) = path {
                places.writes(path, option)?;
            }
        }
        Ok(())
    }

    /// The host that is asked for.
    pub(super) fn host(&self) -> HostConfig {
        HostConfig {
            realm: self.realm.clone(),
            seed: self.seed.0,
            window: self.window,
            compare: self.compare,
            enabled: !self.disabled,
            activated: !self.not_activated,
            count_floor: self.count,
            foreign: self.foreign,
            strictness: self.strictness,
            scripted: self.refuse,
            ..HostConfig::default()
        }
    }
}

/// An address with its port, 1688 where none is given.
fn address(text: &str) -> Result<SocketAddr, String> {
    values::address(text, PORT)
}

/// A refusal: any code but success.
fn refusal(text: &str) -> Result<Refusal, String> {
    let code = catalogue::parse(text).map_err(|e| e.to_string())?;
    Refusal::new(code).ok_or_else(|| "0 is success, and a refusal is anything else".to_owned())
}

/// A count above 0.
fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "a number above 0".to_owned())
}
