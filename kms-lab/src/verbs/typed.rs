//! A command of Windows, typed into a lab: what the verbs that do so share.

use std::path::PathBuf;

use clap::Args;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use serde::Serialize;

use crate::clock::true_now;
use crate::console::Console;
use crate::exit::Exit;
use crate::lab::Lab;
use crate::lab::entry::Entry;
use crate::lab::locate::{self, file, variable};
use crate::prompt::command::Command;
use crate::stop::Stop;

/// Where a command is typed, and how it is shown.
#[derive(Debug, Args)]
pub struct TypedArgs {
    /// The lab; the variable `KMSLAB_LAB`, or ./kmslab.lab, if left out.
    #[arg(long, value_name = "FILE")]
    pub lab: Option<PathBuf>,
    /// Type it without administrator's rights, as `KMSLAB_ELEVATED=no` does.
    #[arg(long)]
    pub standard_user: bool,
    /// Print one JSON document: the text, the whole error number, when it was typed.
    #[arg(long)]
    pub json: bool,
}

/// A command that was typed, as a document.
#[derive(Serialize)]
struct Document<'a> {
    on: &'a str,
    line: String,
    /// True time since the lab began, in nanoseconds, when it was typed.
    at_ns: i64,
    took_ns: i64,
    code: HResult,
    number: u32,
    exit: u8,
    text: &'a str,
}

/// Types a command at a computer's prompt, and prints what it prints.
///
/// # Errors
///
/// When there is no such lab, computer or command, or the output cannot be written.
pub fn run(
    args: &TypedArgs,
    computer: Option<&str>,
    words: Vec<String>,
    console: &mut Console<'_>,
) -> Result<Exit, Stop> {
    let command =
        Command::of(words).map_err(|unknown| Stop::usage(unknown.to_string(), "kmslab --help"))?;
    let line = command.to_string();
    let (on, entry) =
        type_in(&file(args.lab.as_ref()), computer, command, has_rights(args.standard_user)?)?;
    let Some(reply) = &entry.reply else { return Ok(Exit::Ok) };
    if args.json {
        let Nanos(at_ns) = entry.at;
        let document = Document {
            on: &on,
            line,
            at_ns,
            took_ns: entry.ended.0.saturating_sub(at_ns),
            code: reply.result(),
            number: reply.code,
            exit: reply.exit(),
            text: &reply.text,
        };
        serde_json::to_writer_pretty(&mut console.out, &document).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
    } else {
        write!(console.out, "{}", reply.text)?;
    }
    Ok(exit(reply.exit()))
}

/// Types a command in the lab of a file; the computer's id, and what was recorded, unless the command
/// only looks.
///
/// # Errors
///
/// When there is no such lab or computer, or it cannot be recorded.
pub fn type_in(
    file: &std::path::Path,
    computer: Option<&str>,
    command: Command,
    elevated: bool,
) -> Result<(String, Entry), Stop> {
    let computer = locate::computer(computer);
    let computer = computer.as_deref();
    let mut lab = Lab::open(file)?;
    if command.program.only_looks() {
        let mut present = lab.look()?;
        present.follow(true_now());
        let actor = present.computer(computer)?;
        let entry = present.type_command(actor, command, elevated)?;
        return Ok((present.world.id(actor).to_owned(), entry));
    }
    lab.change(|present| {
        present.follow(true_now());
        let actor = present.computer(computer)?;
        let entry = present.type_command(actor, command, elevated)?;
        let on = present.world.id(actor).to_owned();
        Ok((entry.clone(), (on, entry)))
    })
}

/// The variable that says whether commands have an administrator's rights: `yes` or `no`.
const ELEVATED: &str = "KMSLAB_ELEVATED";

/// Whether a command has an administrator's rights: it has where neither `--standard-user` nor the
/// variable takes them away.
///
/// # Errors
///
/// When the variable is neither `yes` nor `no`, nor another word for one of them.
pub fn has_rights(standard_user: bool) -> Result<bool, Stop> {
    let Some(value) = variable(ELEVATED).filter(|_| !standard_user) else {
        return Ok(!standard_user);
    };
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" => Ok(true),
        "no" | "false" | "0" => Ok(false),
        _ => Err(Stop::usage(
            format!("{ELEVATED} is {value:?}"),
            "KMSLAB_ELEVATED=no to take an administrator's rights away, KMSLAB_ELEVATED=yes",
        )),
    }
}

/// How a process ends whose command ended so.
pub const fn exit(status: u8) -> Exit {
    if status == 0 { Exit::Ok } else { Exit::Windows(status) }
}
