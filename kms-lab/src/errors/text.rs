//! An error that was played, as text.

use std::fmt::Write as _;
use std::io;

use crate::console::{ASIDE, BAD, Console, GOOD, HEADING};
use crate::errors::play::{Check, Played};
use crate::errors::table::{By, REPRODUCTIONS};
use crate::errors::telling::{Happening, What};
use crate::errors::tries::Try;
use kms_proto::kms::catalogue::find;

/// Writes what happened, then what was expected of it.
///
/// # Errors
///
/// When the output cannot be written.
pub fn write(played: &Played, console: &mut Console<'_>) -> io::Result<()> {
    let symbol = played.symbol.unwrap_or("no symbol");
    let (code, by) = (played.code, played.by.words());
    let words = Words {
        title: format!("{code} ({symbol}), {by}"),
        held: format!("{code} reproduced {by}."),
        failed: format!("{code} was not reproduced."),
    };
    tell(played, &words, console)?;
    if played.by == By::Injection {
        writeln!(console.out, "{INJECTED}")?;
    }
    Ok(())
}

/// Writes the whole story, then what had to come to pass of it.
///
/// # Errors
///
/// When the output cannot be written.
pub fn write_story(played: &Played, console: &mut Console<'_>) -> io::Result<()> {
    let (code, symbol) = (played.code, played.symbol.unwrap_or("no symbol"));
    let failed = played.checks.iter().filter(|check| check.unmet.is_some()).count();
    let words = Words {
        title: format!("The story of {code} ({symbol})"),
        held: "All of it came to pass.".to_owned(),
        failed: format!("Not told as it should be: {failed} of {} failed.", played.checks.len()),
    };
    tell(played, &words, console)
}

/// What differs between tellings.
struct Words {
    title: String,
    held: String,
    failed: String,
}

fn tell(played: &Played, words: &Words, console: &mut Console<'_>) -> io::Result<()> {
    writeln!(console.out, "{}", console.paint(HEADING, &words.title))?;
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
    write!(console.out, "\n{}\n", table(&played.tries, console))?;
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
        console.paint(GOOD, &words.held)
    } else {
        console.paint(BAD, &words.failed)
    };
    writeln!(console.out, "\n{end}")
}

/// Each attempt, in truth and as it was shown, and how the host's counters stood after it.
fn table(tries: &[Try], console: &Console<'_>) -> String {
    let width = |of: fn(&Try) -> &str| tries.iter().map(|t| of(t).len()).max().unwrap_or(0);
    let machines = width(|of| &of.machine).max(7);
    let (results, shown) = (width(|of| &of.result).max(8), width(|of| &of.shown).max(11));
    let head = format!(
        "{:<machines$}  {:<19}  {:<results$}  {:<shown$}  host: received  failed",
        "attempt", "by its clock", "in truth", "slmgr shows"
    );
    let mut text = format!("{}\n", console.paint(HEADING, &head));
    for Try { machine, clock, result, shown: seen, host, .. } in tries {
        let clock = shortly(clock);
        let _ = write!(text, "{machine:<machines$}  {clock:<19}  {result:<results$}  ");
        let _ = match host {
            None => writeln!(text, "{seen:<shown$}  none"),
            Some(host) => writeln!(text, "{seen:<shown$}  {:<14}  {}", host.total, host.failed),
        };
    }
    text
}

/// What an injection is.
const INJECTED: &str = "No cause of it can be simulated: what you saw was put there by a fault.";

fn told(happening: &Happening, console: &Console<'_>) -> String {
    let Happening { computer, clock, what, .. } = happening;
    let time = shortly(clock);
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
        // The time service begins to slew.
        What::Clock { before, after } if before == after => Ok(()),
        What::Clock { before, after } => {
            let line = format!("{computer}: its clock was {before} off, and is {after} off now");
            writeln!(text, "   {}", console.paint(ASIDE, &line))
        }
        What::Judged { machine, decision, result, why, total, failed } => {
            let why = why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
            let line = format!(
                "{computer} {time}  {machine}: {decision}, {result}{why}; received {total}, failed \
                 {failed}"
            );
            writeln!(text, "   {}", console.paint(ASIDE, &line))
        }
        What::Tried { result, shown, .. } if result == shown => Ok(()),
        What::Tried { result, shown, .. } => {
            let line = format!("{computer} {time}  what came of it: {result}; slmgr shows {shown}");
            writeln!(text, "   {}", console.paint(ASIDE, &line))
        }
        What::Registered { name, result, why, server_time } => {
            let mut line = format!("{computer} {time}  {name} in DNS: ");
            let _ = match why {
                None => write!(line, "registered"),
                Some(why) => write!(line, "{result} ({why})"),
            };
            if let Some(server) = server_time {
                let _ = write!(line, "; the server's clock: {}", shortly(server));
            }
            writeln!(text, "   {}", console.paint(ASIDE, &line))
        }
        What::Licence { status, reason, minutes } => {
            let line = format!("{computer}: licence {status}, reason {reason}, {minutes} min left");
            writeln!(text, "   {}", console.paint(ASIDE, &line))
        }
        What::Event { log, id, message, info } => {
            let info = if info.is_empty() { briefly(message) } else { info.clone() };
            let line = format!("{computer} {time}  {log} log, {id}: {info}");
            writeln!(text, "   {}", console.paint(ASIDE, &line))
        }
    };
    text
}

/// A message as far as it says what happened: its first sentence, and a second line that ends it.
fn briefly(message: &str) -> String {
    let mut lines = message.lines().filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    if let Some(end) = first.find(". ").and_then(|end| first.get(..=end)) {
        return end.to_owned();
    }
    match (first.ends_with('.'), lines.next(), lines.next()) {
        (true, ..) | (_, None, _) => first.to_owned(),
        (_, Some(second), None) => format!("{first} {second}"),
        (_, Some(_), Some(_)) => format!("{first} …"),
    }
}

/// A moment to the second, as people write it.
fn shortly(time: &str) -> String {
    time.get(..19).unwrap_or(time).replace('T', " ")
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
