//! A lab as a scenario: what was done becomes steps, what it came to becomes expectations.

use std::fmt::{self, Write};

use kms_proto::time::duration::Nanos;

use crate::lab::entry::{Deed, Entry};
use crate::lab::present::Present;
use crate::prompt::words;

/// The scenario file of a lab.
///
/// The text it was made from stands first, as it is. A step's id is its number in the log.
pub fn export(present: &Present) -> String {
    let mut out = String::new();
    // A String takes whatever is written to it.
    let _ = write(&mut out, present);
    out
}

fn write(out: &mut String, present: &Present) -> fmt::Result {
    let own = present.head.sources.first().map_or("", |source| source.text.as_str());
    out.push_str(own.trim_end());
    out.push('\n');
    for (number, entry) in (1..).zip(&present.entries) {
        step(out, number, entry)?;
    }
    Ok(())
}

fn step(out: &mut String, number: usize, entry: &Entry) -> fmt::Result {
    let (key, value, on, elevated) = match &entry.deed {
        Deed::Advance => return Ok(()),
        Deed::Type { on, words, elevated } => ("type", words::join(words), on, *elevated),
        Deed::Set { on, to } => ("set", to.clone(), on, true),
        Deed::Happens { on, what } => ("happens", what.clone(), on, true),
    };
    writeln!(out, "\n[[step]]\nid = \"typed-{number}\"\nat = {}", quoted(&at(entry.at)))?;
    writeln!(out, "{key} = {}\non = {}", quoted(&value), quoted(on))?;
    if !elevated {
        writeln!(out, "elevated = false")?;
    }
    let Some(reply) = &entry.reply else { return Ok(()) };
    let code = if reply.code == 0 { "ok".to_owned() } else { reply.result().to_string() };
    writeln!(out, "\n[[expect]]\nid = \"came-of-{number}\"\n[expect.output]")?;
    writeln!(out, "step = \"typed-{number}\"\ncode = {}", quoted(&code))?;
    writeln!(out, "text = {}", block(&reply.text))
}

/// A moment since the start, in units that lose nothing.
fn at(Nanos(nanos): Nanos) -> String {
    Nanos(nanos).to_string()
}

/// A TOML string on one line.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    escape(&mut out, text);
    out.push('"');
    out
}

/// A TOML string on several lines, as the text has them.
fn block(text: &str) -> String {
    if !text.contains('\n') {
        return quoted(text);
    }
    let mut out = String::from("\"\"\"\n");
    for line in text.split_inclusive('\n') {
        escape(&mut out, line.trim_end_matches('\n'));
        if line.ends_with('\n') {
            out.push('\n');
        }
    }
    out.push_str("\"\"\"");
    out
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            letter if letter.is_control() => {
                // A String takes whatever is written to it.
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_read_back_from_its_toml(text in any::<String>()) {
            for written in [quoted(&text), block(&text)] {
                let table: toml::Table = toml::from_str(&format!("a = {written}")).unwrap();
                let read = table.get("a").and_then(toml::Value::as_str);
                prop_assert_eq!(read, Some(text.as_str()));
            }
        }
    }
}
