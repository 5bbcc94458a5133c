//! Carries out a command on a machine's time service.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::FileTime;

use crate::w32tm::command::{Command, What};
use crate::w32tm::reply::{Effect, Reply};
use crate::w32tm::target::{Target, not_started};
use crate::w32tm::{config, configuration, dates, help, peers, resync, status};

/// `E_NOTIMPL`.
const NOT_SIMULATED: HResult = HResult(0x8000_4001);

/// What the command prints, and what it asks for.
pub fn run(command: &Command, target: &mut Target<'_>) -> Reply {
    let needs_rights = matches!(
        command,
        Command::Config(_) | Command::Resync(_) | Command::Query(_) | Command::DumpReg { .. }
    );
    if needs_rights && !target.elevated {
        return Reply::error(HResult::ACCESS_DENIED, "Access is denied.");
    }
    match command {
        Command::Help => Reply::done(help::TEXT),
        Command::Config(change) => config::run(change, target),
        Command::Resync(how) => resync::run(how, target),
        Command::Query(query) => {
            let Some(running) = target.service.running() else { return not_started() };
            Reply::done(match query.what {
                What::Source => format!("{}\n", status::source(running)),
                What::Status => status::text(running, target.now, query.verbose),
                What::Peers => peers::text(running, target.now, query.verbose),
                What::Configuration => configuration::text(running.settings()),
            })
        }
        Command::Stripchart(chart) => {
            Reply { effect: Some(Effect::Stripchart(chart.clone())), ..Reply::default() }
        }
        Command::Tz => Reply::done(dates::TZ),
        Command::Ntte(ticks) => Reply::done(dates::nt(FileTime(*ticks))),
        Command::Ntpte(units) => Reply::done(dates::ntp(*units, target.wall)),
        Command::Monitor { computers } => {
            Reply { effect: Some(Effect::Monitor(computers.clone())), ..Reply::default() }
        }
        Command::DumpReg { .. } => not_simulated("/dumpreg", "/query /configuration"),
    }
}

fn not_simulated(option: &str, instead: &str) -> Reply {
    let text = format!("kms-lab does not simulate w32tm {option}; {instead} may serve.\n");
    Reply::failed(NOT_SIMULATED, text)
}
