//! The listing: lines in order, each as deep as it lies.

use core::fmt;

use serde::Serialize;

use crate::text::Hex;

/// Bytes of a field that the text shows.
const SHOWN: usize = 16;

/// One named place in the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Where it begins, from the start of all the bytes; from the start of the stub where a stub
    /// was put together from fragments.
    pub offset: usize,
    /// How many bytes it takes.
    pub length: usize,
    /// How many lines it lies within.
    pub depth: usize,
    /// The field's name in its specification; `error` for what stopped the listing.
    pub name: &'static str,
    /// The bytes, all of them, as hexadecimal digits; under a seal, the plaintext. Empty for a
    /// structure, whose fields follow one level deeper.
    pub hex: String,
    /// What they mean; empty where they speak for themselves.
    pub meaning: String,
}

/// A dissection, top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Listing {
    /// The lines; a structure stands before its fields.
    pub lines: Vec<Line>,
}

impl Listing {
    /// Whether everything was read.
    pub fn is_whole(&self) -> bool {
        self.lines.iter().all(|line| line.name != "error")
    }

    /// Adds a structure, whose fields follow.
    pub(crate) fn group(
        &mut self,
        (offset, depth): (usize, usize),
        length: usize,
        name: &'static str,
        meaning: String,
    ) {
        self.lines.push(Line { offset, length, depth, name, hex: String::new(), meaning });
    }

    /// Adds a field.
    pub(crate) fn leaf(
        &mut self,
        offset: usize,
        depth: usize,
        name: &'static str,
        bytes: &[u8],
        meaning: String,
    ) {
        let (length, hex) = (bytes.len(), Hex(bytes).to_string());
        self.lines.push(Line { offset, length, depth, name, hex, meaning });
    }

    /// Adds what stopped the listing, or is wrong in what was read.
    pub(crate) fn error(&mut self, offset: usize, message: impl fmt::Display) {
        let (name, meaning) = ("error", message.to_string());
        self.lines.push(Line { offset, length: 0, depth: 0, name, hex: String::new(), meaning });
    }
}

/// Columns: place, name by depth, up to 16 bytes, meaning.
impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |line: &Line| format!("{}..{}", line.offset, line.offset + line.length);
        let widest = |width: fn(&Line, String) -> usize| {
            self.lines.iter().map(|line| width(line, place(line))).max().unwrap_or(0)
        };
        let places = widest(|_, place| place.len());
        let names = widest(|line, _| line.depth * 2 + line.name.len());
        let digits = widest(|line, _| shown(line).chars().count());
        for line in &self.lines {
            if line.name == "error" {
                writeln!(f, "error at {}: {}", line.offset, line.meaning)?;
                continue;
            }
            let indent = line.depth * 2;
            let text = format!(
                "{:>places$}  {:indent$}{:<rest$}  {:<digits$}  {}",
                place(line),
                "",
                line.name,
                shown(line),
                line.meaning,
                rest = names.saturating_sub(indent),
            );
            writeln!(f, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

/// The digits of the first bytes, and that there are more.
fn shown(line: &Line) -> String {
    let mut digits: String = line.hex.chars().take(SHOWN * 2).collect();
    if digits.len() < line.hex.len() {
        digits.push('…');
    }
    digits
}
