//! `kmslab dissector`: a dissector for other programs, made from the names of the fields.

use clap::{Args, ValueEnum};
use kms_proto::dissect::lua::dissector;

use crate::console::Console;
use crate::exit::Exit;
use crate::stop::Stop;

/// What `kmslab dissector` takes.
#[derive(Debug, Args)]
pub struct DissectorArgs {
    /// The language: lua, for `wireshark -X lua_script:FILE` or its folder of plugins.
    pub language: Language,
}

/// In what the dissector is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Wireshark's Lua.
    Lua,
}

/// Prints the dissector.
///
/// # Errors
///
/// When the output cannot be written.
pub fn run(args: &DissectorArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    match args.language {
        Language::Lua => write!(console.out, "{}", dissector())?,
    }
    Ok(Exit::Ok)
}
