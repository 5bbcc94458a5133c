//! `kmslab dissect`: every field of a frame, or of a capture, named.

use std::io::Read;
use std::path::Path;

use clap::Args;
use kms_proto::dissect::dissect;
use kms_proto::kms::realm::Realm;
use kms_proto::text::from_hex;

use crate::captured::calls::Teller;
use crate::captured::input::Input;
use crate::captured::record::Record;
use crate::captured::text::text;
use crate::captured::walk::walk;
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
    /// A capture (pcap or pcapng), a file with a frame, - for stdin, or the frame in hexadecimal;
    /// files and stdin may hold either.
    #[arg(value_name = "FILE|-|HEX")]
    pub input: String,
    /// The realm whose seal to open versions 5 and 6 with.
    #[arg(long, default_value_t)]
    pub realm: Realm,
    /// Leave what is sealed sealed.
    #[arg(long, conflicts_with = "realm")]
    pub sealed: bool,
    /// Of a capture, tell only of calls, one line each, and of what is wrong.
    #[arg(long)]
    pub calls: bool,
    /// Print JSON; of a capture, one line a thing (NDJSON).
    #[arg(long)]
    pub json: bool,
}

/// Prints the listing, or tells of the capture; succeeds when all of it was there and could be read.
///
/// # Errors
///
/// When the input cannot be had, or the output not written.
pub fn run(args: &DissectArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let bytes = match source(args)? {
        Source::Bytes(bytes) => bytes,
        Source::Capture(mut input) => return capture(args, &mut *input, console),
    };
    let listing = dissect(&bytes, (!args.sealed).then_some(&args.realm));
    if args.json {
        serde_json::to_writer_pretty(&mut console.out, &listing).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
    } else {
        write!(console.out, "{listing}")?;
    }
    Ok(if listing.is_whole() { Exit::Ok } else { Exit::Failed })
}

/// Tells of a capture as it is read; in JSON, one line each thing.
fn capture(
    args: &DissectArgs,
    input: &mut dyn Read,
    console: &mut Console<'_>,
) -> Result<Exit, Stop> {
    let mut teller = Teller::new((!args.sealed).then_some(&args.realm));
    let mut tell = |record: &Record| -> Result<(), Stop> {
        if !args.json {
            write!(console.out, "{}", text(record, args.calls))?;
        } else if !args.calls || !matches!(record, Record::Pdu(_) | Record::End(_)) {
            serde_json::to_writer(&mut console.out, record).map_err(std::io::Error::from)?;
            writeln!(console.out)?;
        }
        Ok(())
    };
    let walked = walk(input, &args.input, &mut |event, names| {
        teller.event(&event, names).iter().try_for_each(&mut tell)
    })?;
    let (left, sum) = teller.finish(&walked);
    left.iter().try_for_each(&mut tell)?;
    let whole = sum.is_whole();
    tell(&Record::Capture(sum))?;
    Ok(if whole { Exit::Ok } else { Exit::Failed })
}

/// What there is to dissect.
enum Source {
    /// Frames.
    Bytes(Vec<u8>),
    /// A capture, to be read from its start.
    Capture(Box<dyn Read>),
}

fn source(args: &DissectArgs) -> Result<Source, Stop> {
    const REMEDY: &str = "a file, - for stdin, or hexadecimal digits";
    // Only a capture has calls.
    if args.input != "-" && !args.calls && !Path::new(&args.input).exists() {
        return hexadecimal(&args.input, REMEDY).map(Source::Bytes);
    }
    let mut input = Input::open(&args.input, REMEDY)?;
    if input.is_capture() {
        return Ok(Source::Capture(input.whole()));
    }
    if args.calls {
        return Err(Stop { remedy: CALLS.to_owned(), ..input.no_capture() });
    }
    let read = input.rest.take(MORE).read_to_end(&mut input.first);
    read.map_err(|e| Stop::new(Exit::Invalid, format!("{}: {e}", input.name), REMEDY))?;
    raw_or_hex(&input.name, input.first).map(Source::Bytes)
}

/// What `--calls` is for.
const CALLS: &str = "a pcap or pcapng file, or leave --calls out";

fn hexadecimal(input: &str, remedy: &str) -> Result<Vec<u8>, Stop> {
    from_hex(input).map_err(|e| {
        if input.chars().all(|c| c.is_ascii_hexdigit() || c.is_whitespace() || ":-".contains(c)) {
            Stop::text("HEX", input, &e, remedy)
        } else {
            Stop::usage(format!("{input}: no such file, and not hexadecimal ({e})"), remedy)
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
