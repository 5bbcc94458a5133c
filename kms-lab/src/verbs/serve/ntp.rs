//! The time server beside a host: `--ntp` and `--ntp-clock`.

use std::net::SocketAddr;

use clap::Args;
use client_sim::clock::spec::ClockSpec;
use kms_proto::ntp::PORT;
use kms_sim::net::ntp::NtpServer;
use kms_sim::time_server::TimeServer;

use crate::clock::true_now;
use crate::exit::Exit;
use crate::host_clock::HostClock;
use crate::stop::Stop;
use crate::values;

/// What `kmslab serve` takes for a time server.
#[derive(Debug, Args)]
pub struct NtpArgs {
    /// Answer time requests (NTP over UDP) here as well: ADDRESS:PORT.
    #[arg(long, value_name = "ADDR", value_parser = address)]
    pub ntp: Option<SocketAddr>,
    /// The time server's clock; true time if left out, whatever the host's is.
    #[arg(long, value_name = "SPEC", default_value = "0", allow_hyphen_values = true)]
    pub ntp_clock: ClockSpec,
    /// The time server's stratum; 16 knows no time.
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(1..=16))]
    pub ntp_stratum: u8,
}

/// Starts the time server, where one is asked for.
///
/// # Errors
///
/// When its address cannot be listened on.
pub async fn start(args: &NtpArgs, seed: u64) -> Result<Option<NtpServer>, Stop> {
    let Some(addr) = args.ntp else { return Ok(None) };
    let clock = HostClock::of("ntp", args.ntp_clock, true_now(), seed);
    let server = TimeServer::at(args.ntp_stratum);
    let started = NtpServer::start(server, Box::new(move || clock.read()), addr).await;
    started.map(Some).map_err(|error| {
        let remedy = "another address, or port 0 for one the system picks";
        Stop::new(Exit::CannotStart, format!("--ntp: cannot listen on {addr}: {error}"), remedy)
    })
}

fn address(text: &str) -> Result<SocketAddr, String> {
    values::address(text, PORT)
}
