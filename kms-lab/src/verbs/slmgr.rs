//! `kmslab slmgr`: slmgr.vbs on a simulated computer.

use clap::Args;

use crate::console::Console;
use crate::exit::Exit;
use crate::stop::Stop;
use crate::verbs::typed::{self, TypedArgs};

/// What `kmslab slmgr` takes.
#[derive(Debug, Args)]
#[command(after_help = "The options of this program stand before MACHINE. \
The exit code is the low byte of the error's number, and 1 where that is 0.")]
pub struct SlmgrArgs {
    #[command(flatten)]
    typed: TypedArgs,
    /// The computer, if it is not the lab's first machine or `KMSLAB_MACHINE`, and an option of
    /// slmgr with its arguments: /ato, /dli, /dlv, /xpr, …
    #[arg(value_name = "[MACHINE] /OPTION", trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Types it.
///
/// # Errors
///
/// When there is no such lab or computer, or the output cannot be written.
pub fn run(args: &SlmgrArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let is_option = |word: &str| word.starts_with(['/', '-']);
    let (computer, options) = match args.words.split_first() {
        Some((first, rest)) if !is_option(first) => (Some(first.as_str()), rest),
        _ => (None, args.words.as_slice()),
    };
    let words = ["slmgr".to_owned()].into_iter().chain(options.iter().cloned()).collect();
    typed::run(&args.typed, computer, words, console)
}
