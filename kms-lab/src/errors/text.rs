//! An error that was played, as text.

use std::fmt::Write as _;
use std::io;

use crate::console::{ASIDE, BAD, Console, GOOD, HEADING};
use crate::errors::play::{Check, Played};
use crate::errors::table::{By, REPRODUCTIONS};
use crate::errors::telling::{Happening, What};
use kms_proto::kms::catalogue::find;

/// Writes what happened, then what was expected of it.
///
/// # Errors
///
/// When the output cannot be written.
pub fn write(played: &Played, console: &mut Console<'_>) -> io::Result<()> {
    let symbol = played.symbol.unwrap_or("no symbol");
    let title = format!("{} ({symbol}), {}", played.code, played.by.words());
    writeln!(console.out, "{}", console.paint(HEADING, &title))?;
    writeln!(console.out, "{}", played.about)?;
    let whence = format!("{}   seed {}   virtual time", played.file, played.seed);
    writeln!(console.out, "{}", console.paint(ASIDE, &whence))?;
    let (mut number, mut last) = (0, None);
    for happening in &played.happenings {
        if let What::Step { id, say } = &happening.what {
            // A step that is spread over time is one step.
            if !say.is_empty() && last != Some(id) {
                number += 1;
                let heading = format!("{number}. {say}");
                writeln!(console.out, "\n{}", console.paint(HEADING, &heading))?;
            }
            last = Some(id);
        }
        write!(console.out, "{}", told(happening, console))?;
    }
    writeln!(console.out)?;
    for Check { id, unmet } in &played.checks {
        let name = id.replace('-', " ");
        match unmet {
            None => writeln!(console.out, "{}  {name}", console.paint(GOOD, "ok    "))?,
            Some(why) => {
                writeln!(console.out, "{}  {name}: {why}", console.paint(BAD, "not ok"))?;
            }
        }
    }
    for trouble in &played.troubles {
        writeln!(console.out, "{}  {trouble}", console.paint(BAD, "not ok"))?;
    }
    let end = if played.reproduced {
        console.paint(GOOD, &format!("{} reproduced {}.", played.code, played.by.words()))
    } else {
        console.paint(BAD, &format!("{} was not reproduced.", played.code))
    };
    writeln!(console.out, "\n{end}")?;
    if played.by == By::Injection {
        writeln!(console.out, "{INJECTED}")?;
    }
    Ok(())
}

/// What an injection is.
const INJECTED: &str = "No cause of it can be simulated: what you saw was put there by a fault.";

fn told(happening: &Happening, console: &Console<'_>) -> String {
    let Happening { computer, clock, what, .. } = happening;
    let time = clock.get(..19).unwrap_or(clock).replace('T', " ");
    let mut text = String::new();
    // A String takes whatever is written to it.
    let _ = match what {
        What::Step { .. } => Ok(()),
        What::Command { line, output, .. } => {
            let prompt = console.paint(ASIDE, &format!("{computer} {time}>"));
            let typed = writeln!(text, "   {prompt} {line}");
            for line in output.trim_matches('\n').lines() {
                // Blank lines of Windows' own output stay, without trailing blanks.
                let _ = writeln!(text, "{}", format!("   {line}").trim_end());
            }
            typed
        }
        What::Clock { before, after } => {
            let line = format!("{computer}: its clock was {before} off, and is {after} off now");
            writeln!(text, "   {}", console.paint(ASIDE, &line))
        }
        What::Judged { machine, decision, result, why } => {
            let why = why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
            let line = format!("{computer} {time}  {machine}: {decision}, {result}{why}");
            writeln!(text, "   {}", console.paint(ASIDE, &line))
        }
        What::Licence { status, reason, minutes } => {
            let line = format!("{computer}: licence {status}, reason {reason}, {minutes} min left");
            writeln!(text, "   {}", console.paint(ASIDE, &line))
        }
        What::Event { log, id, message, info } => {
            let info = if info.is_empty() { message } else { info };
            let line = format!("{computer} {time}  {log} log, {id}: {info}");
            writeln!(text, "   {}", console.paint(ASIDE, &line))
        }
    };
    text
}

/// Writes the list of what can be reproduced.
///
/// # Errors
///
/// When the output cannot be written.
pub fn list(console: &mut Console<'_>) -> io::Result<()> {
    let symbols = |code| find(code).and_then(|entry| entry.symbol).unwrap_or("-");
    let width = REPRODUCTIONS.iter().map(|r| symbols(r.code).len()).max().unwrap_or(0);
    for reproduction in REPRODUCTIONS {
        let (code, by) = (reproduction.code.to_string(), reproduction.by.words());
        let symbol = symbols(reproduction.code);
        writeln!(console.out, "{code}  {symbol:<width$}  {by:<26}  {}", reproduction.file)?;
    }
    Ok(())
}
