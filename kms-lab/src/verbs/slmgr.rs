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
    #[arg(
        value_name = "[MACHINE [USER PASSWORD]] /OPTION",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    words: Vec<String>,
}

/// Types it.
///
/// # Errors
///
/// When there is no such lab or computer, or the output cannot be written.
pub fn run(args: &SlmgrArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let (computer, given) = split(&args.words);
    let words = ["slmgr".to_owned()].into_iter().chain(given.iter().cloned()).collect();
    typed::run(&args.typed, computer, words, console)
}

/// The computer at whose prompt slmgr is typed, and what it is given there.
///
/// An account may stand behind the computer; here every one has the same rights. What else stands
/// before the option is left to slmgr, which refuses it.
fn split(words: &[String]) -> (Option<&str>, &[String]) {
    let is_option = |word: &String| word.starts_with(['/', '-']);
    let (before, from) = words.split_at(words.iter().position(is_option).unwrap_or(words.len()));
    match before {
        [machine] | [machine, _, _] => (Some(machine), from),
        _ => (None, words),
    }
}
