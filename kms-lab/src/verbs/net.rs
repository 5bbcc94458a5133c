//! `kmslab net`: starts and stops services, on a simulated computer.

use clap::Args;

use crate::console::Console;
use crate::exit::Exit;
use crate::stop::Stop;
use crate::verbs::typed::{self, TypedArgs};

/// What `kmslab net` takes.
#[derive(Debug, Args)]
#[command(after_help = "The options of this program stand before those of net. \
The exit code is the low byte of the error's number, and 1 where that is 0.")]
pub struct NetArgs {
    #[command(flatten)]
    typed: TypedArgs,
    /// The computer, if it is not the lab's first machine or `KMSLAB_MACHINE`.
    #[arg(long, value_name = "MACHINE")]
    on: Option<String>,
    /// What net is told: stop w32time, start sppsvc; start alone lists what is started.
    #[arg(value_name = "ARG", trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Types it.
///
/// # Errors
///
/// When there is no such lab or computer, or the output cannot be written.
pub fn run(args: &NetArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let words = ["net".to_owned()].into_iter().chain(args.words.iter().cloned()).collect();
    typed::run(&args.typed, args.on.as_deref(), words, console)
}
