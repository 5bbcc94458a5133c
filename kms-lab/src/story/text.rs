//! The story as text.

use std::fmt::Write as _;
use std::io;

use crate::console::{ASIDE, BAD, Console, GOOD, HEADING};
use crate::story::transcript::{Check, Step, Transcript};

/// Writes the story: its setting, each step, then the table of what was checked.
///
/// # Errors
///
/// When the output cannot be written.
pub fn write(story: &Transcript, console: &mut Console<'_>) -> io::Result<()> {
    let title = format!("The story of {}, over TCP on {}", story.code, story.host_addr);
    writeln!(console.out, "{}", console.paint(HEADING, &title))?;
    writeln!(
        console.out,
        "realm {}   seed {}   protocol {}   window {}   the member's clock {}\n",
        story.realm, story.seed, story.protocol, story.window, story.clock
    )?;
    for (number, step) in (1..).zip(&story.steps) {
        let told = step_text(number, step, console);
        writeln!(console.out, "{told}")?;
    }
    let told = checks_text(&story.checks, console);
    writeln!(console.out, "{told}")?;
    let failed = story.checks.iter().filter(|check| !check.passed).count();
    let end = if story.reproduced {
        let text = "Every surface showed the refusal as it should, and success followed.";
        console.paint(GOOD, text)
    } else {
        let text = format!("Not reproduced: {failed} of {} checks failed.", story.checks.len());
        console.paint(BAD, &text)
    };
    writeln!(console.out, "{end}")?;
    if let Some(skew) = &story.inside {
        writeln!(
            console.out,
            "The member's clock was {skew} off, inside the window of {}: a refusal needs a --clock \
             beyond it.",
            story.window
        )?;
    }
    Ok(())
}

fn step_text(number: usize, step: &Step, console: &Console<'_>) -> String {
    let mut text = console.paint(HEADING, &format!("{number}. {}", step.title));
    let prompt = format!("{} {}>", step.computer, step.clock);
    let _ = writeln!(text, "\n   {} {}", console.paint(ASIDE, &prompt), step.command);
    for line in step.output.trim_matches('\n').lines() {
        // Blank lines of Windows' own output stay, without trailing blanks.
        let _ = writeln!(text, "{}", format!("   {line}").trim_end());
    }
    text
}

fn checks_text(checks: &[Check], console: &Console<'_>) -> String {
    let width = |of: fn(&Check) -> &str| checks.iter().map(|c| of(c).len()).max().unwrap_or(0);
    let (surfaces, expected) = (width(|c| &c.surface), width(|c| &c.expected).max(8));
    let head = format!("{:<surfaces$}  {:<expected$}  shown", "surface", "expected");
    let mut text = format!("{}\n", console.paint(HEADING, &head));
    for check in checks {
        let style = if check.passed { GOOD } else { BAD };
        let found = console.paint(style, &check.found);
        let mark = if check.passed { "" } else { "   <-- differs" };
        let (surface, should) = (&check.surface, &check.expected);
        let _ = writeln!(text, "{surface:<surfaces$}  {should:<expected$}  {found}{mark}");
    }
    text
}
