//! This program as a command of Windows, by the name it is called under.
//!
//! A script that calls `cscript //NoLogo C:\Windows\System32\slmgr.vbs /dlv` gets what it would on
//! the simulated computer that `KMSLAB_MACHINE` names, in the lab that `KMSLAB_LAB` names. Lines end
//! as on Windows unless `KMSLAB_EOL=lf`.

pub mod ends;
pub mod query_file;
pub mod script_host;

use std::ffi::OsString;
use std::path::Path;

use crate::console::Console;
use crate::dropin::ends::Ends;
use crate::dropin::query_file::with_query;
use crate::exit::Exit;
use crate::lab::locate::file;
use crate::prompt::command::{Command, Program, Unknown};
use crate::prompt::reply::Reply;
use crate::stop::Stop;
use crate::verbs::typed;

/// The names this program answers to besides its own.
const NAMES: [&str; 7] = ["slmgr", "cscript", "wscript", "w32tm", "net", "ipconfig", "wevtutil"];

/// The words of a command line that calls this program by the name of a command of Windows.
pub fn words(args: &[OsString]) -> Option<Vec<String>> {
    let called = Path::new(args.first()?).file_name()?.to_str()?.to_ascii_lowercase();
    let stem = called.strip_suffix(".exe").or_else(|| called.strip_suffix(".vbs"));
    let name = stem.unwrap_or(&called);
    if !NAMES.contains(&name) {
        return None;
    }
    let rest = args.iter().skip(1).map(|word| word.to_string_lossy().into_owned());
    Some([name.to_owned()].into_iter().chain(rest).collect())
}

/// Runs such a command line.
///
/// # Errors
///
/// When there is no lab or computer, it cannot be recorded, or the output cannot be written.
pub fn run(words: &[String], console: &mut Console<'_>) -> Result<Exit, Stop> {
    let ends = Ends::from_environment()?;
    let typed = if words.first().is_some_and(|name| name == Program::Wevtutil.name()) {
        with_query(words)
    } else {
        Ok(words.to_vec())
    };
    let reply = match typed {
        Ok(words) => came(&words)?,
        Err(reply) => reply,
    };
    console.out.write_all(ends.apply(&reply.text).as_bytes())?;
    Ok(typed::exit(reply.exit()))
}

/// What comes of a command line on the computer that is meant.
fn came(words: &[String]) -> Result<Reply, Stop> {
    match Command::of(words.to_vec()) {
        Ok(command) => {
            let (_, entry) = typed::type_in(&file(None), None, command, typed::has_rights(false)?)?;
            Ok(entry.reply.unwrap_or_default())
        }
        Err(Unknown::NoScript(host)) => Ok(Reply::done(script_host::usage(host))),
        Err(Unknown::Script(host, script)) => Ok(script_host::no_script(host, &script)),
        Err(Unknown::Option(host, option)) => Ok(script_host::no_option(host, &option)),
        Err(unknown) => Err(Stop::usage(unknown.to_string(), "")),
    }
}
