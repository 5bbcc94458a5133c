//! A journal's file: a line is written whole or not at all, and the last one says that it was closed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde_json::Value;

use crate::kept::Kept;
use crate::stop::Stop;

/// The most bytes of a file that are looked at for its last line.
const TAIL: u64 = 1 << 16;

/// Lines in a file, one a write.
#[derive(Debug)]
pub struct Lines {
    kept: Kept,
    told: bool,
}

impl Lines {
    /// Opens a journal's file.
    ///
    /// # Errors
    ///
    /// As [`Kept::open`].
    pub fn open(path: &Path) -> Result<Self, Stop> {
        Ok(Self { kept: Kept::open(path, "--journal", unclosed)?, told: false })
    }
}

/// One line a call, all of it or nothing.
impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let Err(unfit) = self.kept.write(line) else { return Ok(line.len()) };
        if !self.told {
            self.told = true;
            let error = &unfit.error;
            self.kept.say(format_args!(
                ": {error}: what does not fit is lost and counted, the host serves on"
            ));
        }
        Err(unfit.error)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A journal whose last line is no `shutdown`: its host was killed, or the disk was full. Says how
/// much there is of a last line without its end.
fn unclosed(file: &mut File) -> io::Result<Option<String>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    let (text, cut) = match tail.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => (tail.get(..end).unwrap_or_default(), tail.len() - end - 1),
        None => (&[][..], tail.len()),
    };
    if cut > 0 {
        return Ok(Some(format!(" (its last line is cut off after {cut} bytes)")));
    }
    let last = text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let closed = serde_json::from_slice::<Value>(last)
        .is_ok_and(|line| line.get("ev").is_some_and(|event| event == "shutdown"));
    Ok((!closed).then(String::new))
}
