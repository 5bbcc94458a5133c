//! `kmslab dissect`: every field of a frame, named.

use std::io::Read as _;
use std::path::Path;

use clap::Args;
use kms_proto::dissect::dissect;
use kms_proto::kms::realm::Realm;
use kms_proto::text::from_hex;

use crate::console::Console;
use crate::exit::Exit;
use crate::stop::Stop;

/// The most bytes that are read: a frame has at most 64 KiB, and a listing is for eyes.
const LIMIT: usize = 1024 * 1024;

/// What is read to see that there is more: two digits a byte, and a little.
const MORE: u64 = 2 * 1024 * 1024 + 64;

/// What `kmslab dissect` takes.
#[derive(Debug, Args)]
pub struct DissectArgs {
    /// A file, - for stdin, or the bytes in hexadecimal; files and stdin may hold either.
    #[arg(value_name = "FILE|-|HEX")]
    pub input: String,
    /// The realm whose seal to open versions 5 and 6 with.
    #[arg(long, default_value_t)]
    pub realm: Realm,
    /// Leave what is sealed sealed.
    #[arg(long, conflicts_with = "realm")]
    pub sealed: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Prints the listing; succeeds when all of the bytes could be read.
///
/// # Errors
///
/// When the input cannot be had, or the output not written.
pub fn run(args: &DissectArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let bytes = bytes(&args.input)?;
    let listing = dissect(&bytes, (!args.sealed).then_some(&args.realm));
    if args.json {
        serde_json::to_writer_pretty(&mut console.out, &listing).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
    } else {
        write!(console.out, "{listing}")?;
    }
    Ok(if listing.is_whole() { Exit::Ok } else { Exit::Failed })
}

fn bytes(input: &str) -> Result<Vec<u8>, Stop> {
    const REMEDY: &str = "a file, - for stdin, or hexadecimal digits";
    if input == "-" {
        let mut read = Vec::new();
        std::io::stdin()
            .take(MORE)
            .read_to_end(&mut read)
            .map_err(|e| Stop::usage(format!("stdin: {e}"), REMEDY))?;
        return raw_or_hex("stdin", read);
    }
    if Path::new(input).exists() {
        let mut read = Vec::new();
        std::fs::File::open(input)
            .and_then(|file| file.take(MORE).read_to_end(&mut read))
            .map_err(|e| Stop::usage(format!("{input}: {e}"), REMEDY))?;
        return raw_or_hex(input, read);
    }
    from_hex(input).map_err(|e| {
        if input.chars().all(|c| c.is_ascii_hexdigit() || c.is_whitespace() || ":-".contains(c)) {
            Stop::text("HEX", input, &e, REMEDY)
        } else {
            Stop::usage(format!("{input}: no such file, and not hexadecimal ({e})"), REMEDY)
        }
    })
}

/// Bytes as they are, or the bytes a text of hexadecimal digits stands for.
///
/// No frame begins with two hexadecimal digits: versions are 4, 5 and 6.
fn raw_or_hex(name: &str, read: Vec<u8>) -> Result<Vec<u8>, Stop> {
    let bytes = match std::str::from_utf8(&read).ok().and_then(|text| from_hex(text).ok()) {
        Some(bytes) if !bytes.is_empty() => bytes,
        _ => read,
    };
    if bytes.len() > LIMIT {
        let message = format!("{name}: more than {LIMIT} bytes, and a listing is for eyes");
        return Err(Stop::usage(message, "the frames in question alone"));
    }
    Ok(bytes)
}
