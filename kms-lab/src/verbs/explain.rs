//! `kmslab explain`: a status code in words.

use clap::Args;
use kms_proto::kms::catalogue::entry::Entry;
use kms_proto::kms::catalogue::{bits, entries, explain, find, is_fault, nearest, parse};
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::status::FaultStatus;
use serde::Serialize;

use crate::console::Console;
use crate::errors::table::find as reproduction;
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

/// The status of an RPC fault as a document.
#[derive(Serialize)]
struct Document {
    fault: HResult,
    symbol: &'static str,
    cause: &'static str,
    becomes: HResult,
}

/// Prints what is known of a code.
///
/// # Errors
///
/// When the code cannot be read, is not in the catalogue, or the output cannot be written.
pub fn run(args: &ExplainArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let Some(typed) = args.code.as_deref() else { return list(args.json, console) };
    let code = parse(typed).map_err(|e| Stop::text("CODE", typed, &e, "kmslab explain --list"))?;
    let Some(entry) = find(code) else { return without_row(code, args.json, console) };
    if args.json {
        serde_json::to_writer_pretty(&mut console.out, entry).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
    } else {
        write!(console.out, "{}", explain(code))?;
        if let Some(reproduction) = reproduction(code) {
            let by = reproduction.by.words();
            writeln!(console.out, "Try it     kmslab reproduce {code}, {by}")?;
        }
    }
    Ok(Exit::Ok)
}

/// A code that has no row: the status of an RPC fault, or unknown.
fn without_row(code: HResult, json: bool, console: &mut Console<'_>) -> Result<Exit, Stop> {
    if !is_fault(code) {
        let near = nearest(code).map(|entry| format!("; is it {}?", entry.code));
        let near = near.unwrap_or_default();
        let message = format!("{code} is not in the catalogue: {}{near}", bits(code));
        return Err(Stop::new(Exit::Failed, message, "kmslab explain --list"));
    }
    let status = FaultStatus(code.0);
    if json {
        let fault = Document {
            fault: code,
            symbol: status.name(),
            cause: status.meaning(),
            becomes: status.hresult(),
        };
        serde_json::to_writer_pretty(&mut console.out, &fault).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
    } else {
        write!(console.out, "{}", explain(code))?;
    }
    Ok(Exit::Ok)
}

/// Every row, by code.
fn list(json: bool, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let mut all: Vec<_> = entries().collect();
    all.sort_by_key(|entry| entry.code);
    if json {
        serde_json::to_writer_pretty(&mut console.out, &all).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
        return Ok(Exit::Ok);
    }
    let symbol = |entry: &Entry| entry.symbol.unwrap_or("-");
    let width = all.iter().map(|entry| symbol(entry).len()).max().unwrap_or(0);
    for entry in all {
        let code = entry.code.to_string();
        writeln!(console.out, "{code:<10}  {:<width$}  {}", symbol(entry), entry.simulated)?;
    }
    Ok(Exit::Ok)
}
