//! What is wrong with a scenario, for the person who wrote it.

use std::fmt::{self, Write};

use crate::scenario::source::{At, Place, Sources};

/// Characters of a line that are shown; longer ones are cut around the mark.
const SHOWN: usize = 120;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub at: At,
    /// What is wrong.
    pub message: String,
    /// What would be right; may be empty.
    pub help: String,
}

/// A scenario that cannot be used: every mistake that was found, in the order of the text.
#[derive(Clone, Debug)]
pub struct Broken {
    sources: Sources,
    mistakes: Vec<Mistake>,
}

impl Broken {
    /// These mistakes in these texts; the same mistake is told once.
    pub fn new(sources: Sources, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by_key(|mistake| mistake.at);
        let mut told: Vec<Mistake> = Vec::with_capacity(mistakes.len());
        for mistake in mistakes {
            if !told.iter().rev().take_while(|other| other.at == mistake.at).any(|o| *o == mistake)
            {
                told.push(mistake);
            }
        }
        Self { sources, mistakes: told }
    }

    /// The mistakes, in the order of the text.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl Broken {
    /// Each mistake as its place, what is wrong, and the lines that show it.
    pub fn told(&self) -> Vec<(Place, String, Vec<String>)> {
        let told = self.mistakes.iter().map(|mistake| {
            let mut text = String::new();
            // A String takes whatever is written to it.
            let _ = write_mistake(&mut text, &self.sources, mistake);
            let lines = text.lines().skip(1).map(str::to_owned).collect();
            (self.sources.place(mistake.at), mistake.message.clone(), lines)
        });
        told.collect()
    }
}

impl std::error::Error for Broken {}

/// Each mistake as `file:line:column: what`, the line with a mark under it, and what to do.
impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (ordinal, mistake) in self.mistakes.iter().enumerate() {
            if ordinal > 0 {
                f.write_char('\n')?;
            }
            write_mistake(f, &self.sources, mistake)?;
        }
        Ok(())
    }
}

fn write_mistake(f: &mut dyn Write, sources: &Sources, m: &Mistake) -> fmt::Result {
    writeln!(f, "{}: {}", sources.place(m.at), m.message)?;
    let line = sources.line(m.at);
    let number = line.number.to_string();
    let gutter = " ".repeat(number.len());
    // A long line is shown from a little before what is meant.
    let cut = if line.before > SHOWN - 20 { line.before.saturating_sub(20) } else { 0 };
    let shown: String = line.text.chars().skip(cut).take(SHOWN).map(printable).collect();
    let tabs = |c: char| if c == '\t' { '\t' } else { ' ' };
    let margin: String = line.text.chars().skip(cut).take(line.before - cut).map(tabs).collect();
    let room = SHOWN.saturating_sub(line.before - cut).max(1);
    writeln!(f, "  {number} | {shown}")?;
    writeln!(f, "  {gutter} | {margin}{}", "^".repeat(line.length.clamp(1, room)))?;
    if !m.help.is_empty() {
        writeln!(f, "  {gutter} = {}", m.help)?;
    }
    Ok(())
}

/// A terminal is sent nothing but text.
fn printable(c: char) -> char {
    if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }
}
