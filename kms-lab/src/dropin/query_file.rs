//! The file of a structured query that `wevtutil qe FILE /sq:true` names: its text takes its place.

use std::path::Path;

use crate::event_log::wevtutil::asked::query_file;
use crate::prompt::reply::Reply;

/// The words of a `wevtutil` command line, with the query in the place of its file.
///
/// A simulated computer has no files; this one's are meant.
///
/// # Errors
///
/// What `wevtutil` prints where the file is not there.
pub fn with_query(words: &[String]) -> Result<Vec<String>, Reply> {
    let mut words = words.to_vec();
    let args = words.get(1..).unwrap_or_default();
    let Some(word) = query_file(args).and_then(|place| words.get_mut(place + 1)) else {
        return Ok(words);
    };
    let bytes = std::fs::read(Path::new(word)).map_err(|_| not_found())?;
    *word = text(&bytes).ok_or_else(not_found)?;
    Ok(words)
}

fn not_found() -> Reply {
    let text = "Failed to read events. The system cannot find the file specified.\n";
    Reply::failed(text, FILE_NOT_FOUND)
}

/// `ERROR_FILE_NOT_FOUND` (winerror.h).
const FILE_NOT_FOUND: u32 = 2;

/// Editors of Windows write UTF-8 or, with a mark before it, UTF-16.
fn text(bytes: &[u8]) -> Option<String> {
    let units = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units = bytes.as_chunks::<2>().0.iter().map(|pair| read(*pair));
        String::from_utf16(&units.collect::<Vec<_>>()).ok()
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}
