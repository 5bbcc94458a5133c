//! `kmslab wevtutil`: the event logs of a simulated computer, as Windows prints them.

use clap::Args;

use crate::console::Console;
use crate::dropin::query_file::with_query;
use crate::exit::Exit;
use crate::prompt::command::Program;
use crate::stop::Stop;
use crate::verbs::typed::{self, TypedArgs};

/// What `kmslab wevtutil` takes.
#[derive(Debug, Args)]
#[command(after_help = "The options of this program stand before those of wevtutil. \
The exit code is the low byte of the error's number, and 1 where that is 0.")]
pub struct WevtutilArgs {
    #[command(flatten)]
    typed: TypedArgs,
    /// The computer, if it is not the lab's first machine or `KMSLAB_MACHINE`.
    #[arg(long, value_name = "MACHINE")]
    on: Option<String>,
    /// What wevtutil is told: qe System /q:*[System[(EventID=34)]] /f:text /c:5 /rd:true, el, …
    #[arg(value_name = "ARG", trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Types it.
///
/// # Errors
///
/// When there is no such lab or computer, or the output cannot be written.
pub fn run(args: &WevtutilArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let name = Program::Wevtutil.name().to_owned();
    let words: Vec<_> = [name].into_iter().chain(args.words.iter().cloned()).collect();
    match with_query(&words) {
        Ok(words) => typed::run(&args.typed, args.on.as_deref(), words, console),
        Err(reply) => {
            write!(console.out, "{}", reply.text)?;
            Ok(typed::exit(reply.exit()))
        }
    }
}
