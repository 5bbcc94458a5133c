//! `kmslab explain`: a status code in words.

use clap::Args;
use kms_proto::kms::catalogue::{entries, explain, find, nearest, parse};

use crate::console::Console;
use crate::exit::Exit;
use crate::stop::Stop;

/// What `kmslab explain` takes.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, as you met it: hexadecimal, decimal or by its symbol.
    #[arg(value_name = "CODE", required_unless_present = "list", allow_hyphen_values = true)]
    pub code: Option<String>,
    /// List every code known.
    #[arg(long, conflicts_with = "code")]
    pub list: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Prints what is known of a code.
///
/// # Errors
///
/// When the code cannot be read, is not in the catalogue, or the output cannot be written.
pub fn run(args: &ExplainArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let Some(typed) = args.code.as_deref() else { return list(args.json, console) };
    let code = parse(typed).map_err(|e| Stop::text("CODE", typed, &e, "kmslab explain --list"))?;
    let Some(entry) = find(code) else {
        if !args.json {
            write!(console.out, "{}", explain(code))?;
        }
        let near =
            nearest(code).map_or(String::new(), |entry| format!("; like it: {}", entry.code));
        let message = format!("{code} is not in the catalogue{near}");
        return Err(Stop::new(Exit::Failed, message, "kmslab explain --list"));
    };
    if args.json {
        serde_json::to_writer_pretty(&mut console.out, entry).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
    } else {
        write!(console.out, "{}", explain(code))?;
    }
    Ok(Exit::Ok)
}

fn list(json: bool, console: &mut Console<'_>) -> Result<Exit, Stop> {
    if json {
        let all: Vec<_> = entries().collect();
        serde_json::to_writer_pretty(&mut console.out, &all).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
        return Ok(Exit::Ok);
    }
    for entry in entries() {
        let symbol = entry.symbol.unwrap_or("-");
        writeln!(console.out, "{}  {symbol:<46}  {}", entry.code, entry.simulated)?;
    }
    Ok(Exit::Ok)
}
