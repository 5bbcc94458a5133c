//! A code in words.

use core::fmt::Write as _;

use crate::kms::catalogue::entry::{Entry, Shown};
use crate::kms::catalogue::table::{find, nearest};
use crate::kms::hresult::HResult;
use crate::rpc::status::FaultStatus;

/// Columns of the text.
const WIDTH: usize = 80;

/// Columns before the text of a label.
const INDENT: usize = 11;

/// What is known of a code, as text of up to 80 columns: its row, or the meaning of the status of an
/// RPC fault; for an unknown one its parts and the known code it may be a slip for.
pub fn explain(code: HResult) -> String {
    match find(code) {
        Some(entry) => known(entry),
        None if is_fault(code) => fault(FaultStatus(code.0)),
        None => unknown(code),
    }
}

/// Whether a code without a row is the status of an RPC fault that has a name.
pub fn is_fault(code: HResult) -> bool {
    find(code).is_none()
        && !FaultStatus(code.0).meaning().is_empty()
        && !FaultStatus(code.0).name().is_empty()
}

fn known(entry: &Entry) -> String {
    let mut out = entry.code.to_string();
    if let Some(symbol) = entry.symbol {
        out.push(' ');
        out.push_str(symbol);
    }
    out.push('\n');
    if let Some(message) = entry.message {
        paragraph(&mut out, "", message);
    }
    out.push('\n');
    paragraph(&mut out, "Wording", &entry.wording.to_string());
    paragraph(&mut out, "Shows in", &surfaces(entry));
    paragraph(&mut out, "Listed as", entry.activation);
    paragraph(&mut out, "Windows", &entry.profile.to_string());
    paragraph(&mut out, "Cause", entry.cause);
    paragraph(&mut out, "Remedy", entry.remedy);
    paragraph(&mut out, "Simulator", &format!("{}: {}", entry.simulated, entry.trigger));
    for note in entry.notes {
        paragraph(&mut out, "Note", note);
    }
    out
}

fn surfaces(entry: &Entry) -> String {
    let names: Vec<_> = entry.surfaces.iter().map(ToString::to_string).collect();
    let mut text = names.join(", ");
    if entry.shown == Shown::Folded {
        text.push_str("; of a failed attempt slmgr shows 0xC004F074 instead");
    }
    text
}

/// A fault's status, which is a number of RPC's own and no HRESULT.
fn fault(status: FaultStatus) -> String {
    let mut out = format!("{} {}\n", HResult(status.0), status.name());
    let says = format!("A status of an RPC fault, no HRESULT: {}.", status.meaning());
    paragraph(&mut out, "", &says);
    out.push('\n');
    let code = status.hresult();
    let symbol = find(code).and_then(|entry| entry.symbol).unwrap_or_default();
    paragraph(&mut out, "Shows in", "a fault on the wire; no surface of Windows carries it");
    paragraph(&mut out, "Becomes", &format!("{code} {symbol} on the client"));
    out
}

fn unknown(code: HResult) -> String {
    let mut out = format!("{code}\n");
    paragraph(&mut out, "", &format!("Not in the catalogue: {}.", bits(code)));
    if let Some(entry) = nearest(code) {
        let symbol = entry.symbol.map_or_else(String::new, |symbol| format!(" {symbol}"));
        paragraph(&mut out, "Nearest", &format!("{}{symbol}", entry.code));
    }
    out
}

/// What the bits of an HRESULT say, as a clause: `by its bits a failure, facility 7 (Win32), …`.
pub fn bits(code: HResult) -> String {
    let severity = if code.0 >> 31 == 1 { "a failure" } else { "a success" };
    let facility = (code.0 >> 16) & 0x7ff;
    let name = match facility {
        0 => " (null)",
        1 => " (RPC)",
        4 => " (interface; the licensing service's codes are here)",
        7 => " (Win32)",
        9 => " (security)",
        _ => "",
    };
    format!("by its bits {severity}, facility {facility}{name}, code {}", code.0 & 0xffff)
}

/// Writes `text` behind `label`, broken between words; nothing when there is no text.
fn paragraph(out: &mut String, label: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let mut column = if label.is_empty() { 0 } else { INDENT };
    let start = column;
    if !label.is_empty() {
        // A String takes whatever is written to it.
        let _ = write!(out, "{label:<INDENT$}");
    }
    for word in words(text) {
        let length = word.chars().count();
        if column > start && column + 1 + length > WIDTH {
            let _ = write!(out, "\n{:start$}", "");
            column = start;
        } else if column > start {
            out.push(' ');
            column += 1;
        }
        out.push_str(&word);
        column += length;
    }
    out.push('\n');
}

/// The words of `text`; what stands between back-quotes is one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut quoted = false;
    for piece in text.split_whitespace() {
        match words.last_mut().filter(|_| quoted) {
            Some(word) => {
                word.push(' ');
                word.push_str(piece);
            }
            None => words.push(piece.to_owned()),
        }
        quoted ^= piece.matches('`').count() % 2 == 1;
    }
    words
}
