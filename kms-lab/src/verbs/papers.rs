//! `kmslab completions` and `kmslab man`: papers made from the command line's own description.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::console::Console;
use crate::exit::Exit;
use crate::stop::Stop;

/// What `kmslab completions` takes.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell to complete for.
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Prints a completion script.
///
/// # Errors
///
/// When the output cannot be written.
pub fn completions(
    args: &CompletionsArgs,
    mut command: Command,
    console: &mut Console<'_>,
) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "kmslab", &mut script);
    console.out.write_all(&script)?;
    Ok(Exit::Ok)
}

/// Prints the manual page of the command and of each verb, in roff.
///
/// # Errors
///
/// When the output cannot be written.
pub fn man(mut command: Command, console: &mut Console<'_>) -> Result<Exit, Stop> {
    command.build();
    let verbs: Vec<Command> =
        command.get_subcommands().filter(|verb| verb.get_name() != "help").cloned().collect();
    clap_mangen::Man::new(command).render(console.out)?;
    for verb in verbs {
        clap_mangen::Man::new(verb).render(console.out)?;
    }
    Ok(Exit::Ok)
}
