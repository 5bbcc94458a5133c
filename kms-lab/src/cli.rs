//! The command line.

use clap::{Parser, Subcommand};

use crate::verbs::activate::ActivateArgs;
use crate::verbs::check::CheckArgs;
use crate::verbs::cim::CimArgs;
use crate::verbs::clock::ClockArgs;
use crate::verbs::dissect::DissectArgs;
use crate::verbs::dissector::DissectorArgs;
use crate::verbs::events::EventsArgs;
use crate::verbs::explain::ExplainArgs;
use crate::verbs::ipconfig::IpconfigArgs;
use crate::verbs::lab::LabArgs;
use crate::verbs::net::NetArgs;
use crate::verbs::oslicense::OsLicenseArgs;
use crate::verbs::papers::CompletionsArgs;
use crate::verbs::replay::ReplayArgs;
use crate::verbs::reproduce::ReproduceArgs;
use crate::verbs::run::RunArgs;
use crate::verbs::schema::SchemaArgs;
use crate::verbs::serve::args::ServeArgs;
use crate::verbs::shim::ShimArgs;
use crate::verbs::slmgr::SlmgrArgs;
use crate::verbs::sntp::SntpArgs;
use crate::verbs::w32tm::W32tmArgs;
use crate::verbs::wevtutil::WevtutilArgs;

/// Reproduces KMS activation errors, above all 0xC004F06C, without Windows, licences or a network.
///
/// A simulated KMS host, simulated machines with wrong clocks, real DCE/RPC frames on loopback.
/// It never activates a genuine product: the seal is the lab's own.
#[derive(Debug, Parser)]
#[command(name = "kmslab", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 as asked, 1 internal, 2 usage, 3 invalid file, \
4 expectation failed, 5 threshold passed, \
6 nondeterminism, 7 a required fault or skew never happened, 8 could not start, \
9 nothing selected, 10 limit reached, \
130 and 143 ended by SIGINT or SIGTERM; \
slmgr, w32tm, net and wevtutil: the low byte of the error.")]
pub struct Cli {
    /// Never colour the output (the variable `NO_COLOR` works too).
    #[arg(long, global = true, display_order = 900)]
    pub no_color: bool,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Tell the story: a wrong date, a refusal on every surface, the clock set, success.
    Reproduce(ReproduceArgs),
    /// Run a KMS host on real sockets.
    Serve(Box<ServeArgs>),
    /// Activate one simulated machine against a host.
    Activate(Box<ActivateArgs>),
    /// Run scenario files in virtual time, or over loopback, and judge what came of them.
    Run(RunArgs),
    /// Read scenario files and say what is wrong with them, without running any.
    Check(CheckArgs),
    /// Print the JSON Schema of a file.
    Schema(SchemaArgs),
    /// Say what a status code means, where it shows and how to produce it.
    Explain(ExplainArgs),
    /// Read a clock string and print what such a clock shows.
    Clock(ClockArgs),
    /// Ask a time server (NTP) what it makes of this computer's clock, or of a wrong one.
    Sntp(SntpArgs),
    /// Name every field of a frame or a capture.
    Dissect(DissectArgs),
    /// Print a dissector for Wireshark, made from the names of the fields.
    Dissector(DissectorArgs),
    /// Send what the clients of a capture sent, and compare the answers.
    Replay(ReplayArgs),
    /// Make a lab of one's own, to type the commands of Windows into.
    Lab(LabArgs),
    /// Type slmgr.vbs on a computer of the lab.
    Slmgr(SlmgrArgs),
    /// Type w32tm on a computer of the lab.
    W32tm(W32tmArgs),
    /// Type net stop or net start on a computer of the lab.
    Net(NetArgs),
    /// Type wevtutil on a computer of the lab.
    Wevtutil(WevtutilArgs),
    /// Type ipconfig on a computer of the lab: its network settings, its registration in DNS.
    Ipconfig(IpconfigArgs),
    /// Print the event log of a computer of the lab.
    Events(EventsArgs),
    /// Print what Get-KmsLicenseInfo shows of a computer of the lab.
    #[command(name = "oslicense")]
    OsLicense(OsLicenseArgs),
    /// Ask a computer of the lab by WQL, as tools ask WMI.
    Cim(CimArgs),
    /// Put the commands of Windows on PATH: scripts that call them get the lab's computer.
    Shim(ShimArgs),
    /// Print a completion script for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page.
    Man,
}
