//! `kmslab schema`: prints the JSON Schema of a file.

use clap::{Args, ValueEnum};

use crate::console::Console;
use crate::exit::Exit;
use crate::report::json;
use crate::scenario::schema;
use crate::stop::Stop;

/// What `kmslab schema` takes.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Of which file.
    #[arg(value_enum, default_value = "scenario")]
    pub of: Of,
}

/// The files that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Of {
    /// A scenario.
    Scenario,
    /// A file of faults alone.
    Fault,
    /// The summary that `run --report json=FILE` writes.
    Summary,
}

/// Prints the schema.
///
/// # Errors
///
/// When the output cannot be written.
pub fn run(args: &SchemaArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let schema = match args.of {
        Of::Scenario => schema::scenario(),
        Of::Fault => schema::fault(),
        Of::Summary => {
            write!(console.out, "{}", json::SCHEMA)?;
            return Ok(Exit::Ok);
        }
    };
    serde_json::to_writer_pretty(&mut console.out, &schema).map_err(std::io::Error::from)?;
    writeln!(console.out)?;
    Ok(Exit::Ok)
}
