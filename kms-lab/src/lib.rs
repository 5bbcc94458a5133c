//! The lab: verbs, the command line, the only real clock.

pub mod attempt;
pub mod captured;
pub mod cli;
pub mod clock;
pub mod console;
pub mod dropin;
pub mod errors;
pub mod event_log;
pub mod exit;
pub mod faults_file;
pub mod finding;
pub mod happening;
pub mod host_clock;
pub mod interrupt;
pub mod journal;
pub mod kept;
pub mod lab;
pub mod listener;
pub mod live_clock;
pub mod prompt;
pub mod recorder;
pub mod recording;
pub mod report;
pub mod runtime;
pub mod scale;
pub mod scenario;
pub mod seed;
pub mod signal;
pub mod signs;
pub mod stop;
pub mod story;
pub mod suite;
pub mod values;
pub mod verbs;
pub mod world;

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Verb};
use crate::console::Console;
use crate::exit::Exit;
use crate::listener::Listener;
use crate::stop::Stop;
use crate::verbs::{
    activate, check, cim, clock as clock_verb, dissect, dissector, events, explain, ipconfig,
    lab as lab_verb, net, oslicense, papers, replay, reproduce, run as run_verb, schema, serve,
    shim, slmgr, sntp, w32tm, wevtutil,
};

/// Runs a command line and says how it ended.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(words) = dropin::words(&args) {
        let (mut out, mut err) = (Listener::new(io::stdout()), Listener::new(io::stderr()));
        let mut console = Console { out: &mut out, err: &mut err, colour: false };
        let result = dropin::run(&words, &mut console);
        return end(result, &mut console);
    }
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for; everything else is usage. A closed pipe is nobody's
            // fault.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Ok };
        }
    };
    let plain = cli.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = !plain && io::stdout().is_terminal();
    let (mut out, mut err) = (Listener::new(io::stdout()), Listener::new(io::stderr()));
    let mut console = Console { out: &mut out, err: &mut err, colour };
    // Who follows goes on until nobody listens.
    let mut until_nobody_listens = io::stdout();
    if matches!(&cli.verb, Verb::Events(args) if args.follow) {
        console.out = &mut until_nobody_listens;
    }
    let result = dispatch(&cli, &mut console);
    end(result, &mut console)
}

/// Writes out what is left, and tells why there is no result where there is none.
fn end(result: Result<Exit, Stop>, console: &mut Console<'_>) -> Exit {
    let result = result.and_then(|exit| {
        console.out.flush()?;
        Ok(exit)
    });
    match result {
        Ok(exit) => exit,
        Err(stop) => {
            if !stop.message.is_empty() {
                // When stderr is gone too there is nobody left to tell.
                let _ = writeln!(console.err, "kmslab: {stop}");
            }
            stop.exit
        }
    }
}

fn dispatch(cli: &Cli, console: &mut Console<'_>) -> Result<Exit, Stop> {
    match &cli.verb {
        Verb::Reproduce(args) => reproduce::run(args, console),
        Verb::Serve(args) => serve::run(args, console),
        Verb::Run(args) => run_verb::run(args, console),
        Verb::Activate(args) => activate::run(args, console),
        Verb::Check(args) => check::run(args, console),
        Verb::Schema(args) => schema::run(args, console),
        Verb::Explain(args) => explain::run(args, console),
        Verb::Clock(args) => clock_verb::run(args, console),
        Verb::Sntp(args) => sntp::run(args, console),
        Verb::Dissect(args) => dissect::run(args, console),
        Verb::Dissector(args) => dissector::run(args, console),
        Verb::Replay(args) => replay::run(args, console),
        Verb::Lab(args) => lab_verb::run(args, console),
        Verb::Slmgr(args) => slmgr::run(args, console),
        Verb::W32tm(args) => w32tm::run(args, console),
        Verb::Net(args) => net::run(args, console),
        Verb::Wevtutil(args) => wevtutil::run(args, console),
        Verb::Ipconfig(args) => ipconfig::run(args, console),
        Verb::Events(args) => events::run(args, console),
        Verb::OsLicense(args) => oslicense::run(args, console),
        Verb::Cim(args) => cim::run(args, console),
        Verb::Shim(args) => shim::run(args, console),
        Verb::Completions(args) => papers::completions(args, Cli::command(), console),
        Verb::Man => papers::man(Cli::command(), console),
    }
}
