//! `kmslab replay`: what the clients of a capture sent, sent again.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use client_sim::kms_host::KmsHost;
use client_sim::net::bare::{Bare, Came, addresses};
use client_sim::net::error::NetError;
use kms_proto::kms::realm::Realm;

use crate::captured::answer::{Answer, Cut, Sum};
use crate::captured::compare::Comparer;
use crate::captured::input::Input;
use crate::captured::script::{Script, Scripts, Turn};
use crate::captured::walk::walk;
use crate::console::{BAD, Console, GOOD};
use crate::exit::Exit;
use crate::runtime;
use crate::stop::Stop;
use crate::values;

/// What `kmslab replay` takes.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// A capture (pcap or pcapng), or - for stdin.
    #[arg(value_name = "FILE|-")]
    pub file: String,
    /// The host: a name or an address, and :PORT where it is not 1688; IPv6 in brackets.
    #[arg(value_name = "HOST:PORT")]
    pub host: KmsHost,
    /// Allow a host that is not on loopback.
    #[arg(long)]
    pub lab_network: bool,
    /// Replay this stream of the capture only, by the number `kmslab dissect` gives it. Repeatable.
    #[arg(long, value_name = "N")]
    pub stream: Vec<u64>,
    /// The realm whose seal to open both answers with before they are compared.
    #[arg(long, default_value_t)]
    pub realm: Realm,
    /// How long connecting and each answer may take.
    #[arg(long, value_name = "LENGTH", default_value = "10s", value_parser = values::length)]
    pub timeout: Duration,
    /// Print JSON, one line an answer (NDJSON).
    #[arg(long)]
    pub json: bool,
}

/// Sends each captured client's PDUs over a connection of its own, waiting for as many answers as
/// were captured; succeeds when all could be played and every answer ended as the captured one.
///
/// # Errors
///
/// When the capture cannot be read, the host has no address, or not one on loopback.
pub fn run(args: &ReplayArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let (scripts, whole) = scripts(args, console)?;
    if scripts.is_empty() {
        let message = format!("{}: no client of KMS says anything in it", args.file);
        return Err(Stop::new(Exit::NothingSelected, message, "kmslab dissect on the file"));
    }
    let exit = runtime::block_on(replay(args, &scripts, console))??;
    Ok(if whole || exit != Exit::Ok { exit } else { Exit::Failed })
}

/// The scripts of the capture, and whether it could be read to its end.
fn scripts(args: &ReplayArgs, console: &mut Console<'_>) -> Result<(Vec<Script>, bool), Stop> {
    let remedy = "a capture (pcap or pcapng)";
    let input = Input::open(&args.file, remedy)?;
    if !input.is_capture() {
        return Err(input.no_capture());
    }
    let name = input.name.clone();
    let mut scripts = Scripts::default();
    let walked = walk(&mut *input.whole(), &name, &mut |event, _| scripts.event(&event))?;
    if let Some(broken) = walked.broken {
        if walked.packets == 0 {
            return Err(Stop::new(Exit::Invalid, format!("{name}: {broken}"), remedy));
        }
        writeln!(console.err, "kmslab: {name} cannot be read any further: {broken}")?;
    }
    let mut scripts = scripts.finish();
    scripts.retain(|script| args.stream.is_empty() || args.stream.contains(&script.stream));
    Ok((scripts, walked.broken.is_none()))
}

async fn replay(
    args: &ReplayArgs,
    scripts: &[Script],
    console: &mut Console<'_>,
) -> Result<Exit, Stop> {
    let found = addresses(&args.host, args.timeout).await;
    let found = found.map_err(|error| Stop::new(Exit::Failed, error.to_string(), ""))?;
    let outside = found.iter().find(|address| !address.ip().is_loopback());
    if let Some(outside) = outside.filter(|_| !args.lab_network) {
        return Err(Stop::usage(
            format!("{outside} is not on this computer"),
            "a loopback address, or --lab-network if that is what you want",
        ));
    }
    let mut sum = Sum::default();
    for script in scripts {
        sum.streams += 1;
        let mut judge = Comparer::new(Some(&args.realm));
        play(args, (script, &found), &mut judge, &mut sum, console).await?;
    }
    if args.json {
        serde_json::to_writer(&mut console.out, &sum).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
    } else {
        writeln!(console.out, "{sum}")?;
    }
    Ok(match (sum.other_outcome + sum.cut, sum.is_proof()) {
        (0, true) => Exit::Ok,
        (0, false) => {
            writeln!(console.err, "kmslab: the capture has no answer that could be compared")?;
            Exit::Inconclusive
        }
        _ => Exit::Failed,
    })
}

/// Plays one connection.
async fn play(
    args: &ReplayArgs,
    (script, found): (&Script, &[SocketAddr]),
    judge: &mut Comparer,
    sum: &mut Sum,
    console: &mut Console<'_>,
) -> Result<(), Stop> {
    let mut number = 0;
    let mut bare = match open(args, found).await {
        Ok(bare) => bare,
        Err(error) => {
            return tell(args, &Answer::lost(script.stream, 0, "", &error), sum, console);
        }
    };
    for turn in &script.turns {
        let answer = match turn {
            Turn::Say(bytes) => {
                sum.sent += 1;
                match bare.send(bytes).await {
                    Ok(()) => continue,
                    Err(error) => {
                        Answer::lost(script.stream, number, "a host that listens", &error)
                    }
                }
            }
            Turn::Hear(captured) => {
                number += 1;
                match bare.next().await {
                    Err(error) => Answer::lost(script.stream, number, "an answer", &error),
                    Ok(came) => {
                        Answer::heard((script.stream, number), judge, Some(captured), &came)
                    }
                }
            }
            Turn::HearEnd => {
                number += 1;
                match bare.next().await {
                    Err(error) => Answer::lost(script.stream, number, "the end", &error),
                    Ok(came) => Answer::heard((script.stream, number), judge, None, &came),
                }
            }
        };
        let over = answer.is_end();
        tell(args, &answer, sum, console)?;
        if over {
            break;
        }
    }
    if script.cut.is_none() && script.turns.iter().all(|turn| matches!(turn, Turn::Say(_))) {
        listen(&mut bare, sum).await;
    }
    bare.close().await;
    let Some(why) = script.cut else { return Ok(()) };
    sum.cut += 1;
    if args.json {
        let cut = Cut { stream: script.stream, cut: why };
        serde_json::to_writer(&mut console.out, &cut).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
    } else {
        writeln!(console.out, "stream {} goes no further: {why}", script.stream)?;
    }
    Ok(())
}

/// Hears the host to its end where nothing of it was captured.
async fn listen(bare: &mut Bare, sum: &mut Sum) {
    if bare.end().await.is_err() {
        return;
    }
    // Its end is no answer, nor is its silence: there is nothing to judge them by.
    while let Ok(Came::Pdu(_) | Came::Noise(_)) = bare.next().await {
        sum.answers += 1;
        sum.uncompared += 1;
    }
}

async fn open(args: &ReplayArgs, found: &[SocketAddr]) -> Result<Bare, NetError> {
    let mut failed = None;
    for address in found {
        match Bare::open(&args.host, *address, args.timeout).await {
            Ok(bare) => return Ok(bare),
            Err(error) => failed = Some(error),
        }
    }
    // A host has an address, or else nobody asks.
    let nobody = || NetError {
        host: args.host.clone(),
        stage: client_sim::net::error::Stage::Resolve,
        cause: client_sim::net::error::Cause::NoAddress,
    };
    Err(failed.unwrap_or_else(nobody))
}

fn tell(
    args: &ReplayArgs,
    answer: &Answer,
    sum: &mut Sum,
    console: &mut Console<'_>,
) -> Result<(), Stop> {
    sum.count(answer);
    if args.json {
        serde_json::to_writer(&mut console.out, answer).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
        return Ok(());
    }
    let style = if answer.compared.same_outcome { GOOD } else { BAD };
    let said = console.paint(style, &answer.to_string());
    writeln!(console.out, "stream {}, answer {}: {said}", answer.stream, answer.number)?;
    Ok(())
}
