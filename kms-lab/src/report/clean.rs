//! Texts that others chose, made fit for a terminal.
//!
//! A machine's name comes off the wire and a scenario's from a file; neither may move the cursor,
//! start a colour, ring a bell or turn the direction of writing.

/// `text` with every control and direction mark written as `\u{1b}`; other characters stay.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if unfit(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

/// The lines of `text`, each cleaned.
pub fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(clean)
}

/// Controls, marks of direction, separators of lines and paragraphs.
fn unfit(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_steer_a_terminal() {
        for (name, shown) in [
            ("FAST-01", "FAST-01"),
            ("é 漢 🦀", "é 漢 🦀"),
            ("\u{1b}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"),
            ("a\u{202e}b\nc", "a\\u{202e}b\\u{a}c"),
            ("\u{9b}2J", "\\u{9b}2J"),
        ] {
            assert_eq!(clean(name), shown);
        }
    }
}
