//! A journal's file: one host writes it, what a killed one left in it is kept, and a line that does
//! not fit on the disk leaves nothing of itself behind.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The most bytes of a file that are looked at for its last line.
const TAIL: u64 = 1 << 16;

/// A file that lines are written into, one a write.
#[derive(Debug)]
pub struct Kept {
    file: File,
    path: PathBuf,
    /// A file, and no pipe or device.
    regular: bool,
    /// What is to be put aside before the first line.
    left: Option<Left>,
    begun: bool,
    /// Bytes of whole lines.
    written: u64,
    told: bool,
}

/// A journal whose last line is no `shutdown`: its host was killed, or the disk was full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    path: PathBuf,
    /// Where it will be put.
    aside: PathBuf,
    /// Bytes of a last line without its end.
    cut: usize,
}

impl Kept {
    /// Opens `path`; what stands there goes when the first line is written, not before.
    ///
    /// # Errors
    ///
    /// When the file cannot be made or written, or another process writes it.
    pub fn open(path: &Path) -> io::Result<Self> {
        let regular = fs::metadata(path).map_or(true, |there| there.is_file());
        let mut options = File::options();
        options.write(true).read(regular).create(regular).truncate(false);
        let mut file = options.open(path)?;
        let mut left = None;
        if regular {
            lock(&file)?;
            left = unclosed(&mut file)?.map(|cut| Left {
                path: path.to_owned(),
                aside: aside(path),
                cut,
            });
        }
        let path = path.to_owned();
        Ok(Self { file, path, regular, left, begun: false, written: 0, told: false })
    }

    /// What an earlier host left in the file, if it did not close it.
    pub const fn left(&self) -> Option<&Left> {
        self.left.as_ref()
    }

    /// Puts aside what is to be kept, and makes room.
    fn begin(&mut self) -> io::Result<()> {
        if let Some(left) = &self.left {
            fs::rename(&self.path, &left.aside)?;
            self.left = None;
            self.file = File::options().write(true).create_new(true).open(&self.path)?;
            return lock(&self.file);
        }
        if self.regular {
            self.file.set_len(0)?;
            self.file.rewind()?;
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        if !self.begun {
            self.begin()?;
            self.begun = true;
        }
        let written = self.file.write_all(line);
        if written.is_ok() {
            self.written += u64::try_from(line.len()).unwrap_or(0);
        } else if self.regular {
            // What fitted of the line goes: a reader finds whole lines. Where not even that can be
            // done, the line is found cut off.
            let _ = self.file.set_len(self.written);
            let _ = self.file.seek(SeekFrom::Start(self.written));
        }
        written
    }
}

/// One line a call, all of it or nothing.
impl Write for Kept {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self.line(line) {
            Ok(()) => Ok(line.len()),
            Err(error) => {
                if !self.told {
                    self.told = true;
                    let path = self.path.display();
                    // Whoever started the host reads it; when nobody does, it serves on all the same.
                    let _ = writeln!(
                        io::stderr(),
                        "kmslab: --journal: {path}: {error}: what does not fit is lost and \
                         counted, the host serves on"
                    );
                }
                Err(error)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was not closed by who wrote it", self.path.display())?;
        if self.cut > 0 {
            write!(f, " (its last line is cut off after {} bytes)", self.cut)?;
        }
        write!(f, ": it is kept as {}", self.aside.display())
    }
}

/// Takes the file for this process alone; a file system that knows no locks is trusted.
fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(io::Error::new(ErrorKind::WouldBlock, "another process is writing it"))
        }
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// How much there is of a last line without its end, if the last line is no `shutdown`; `None` for
/// a journal that was closed, and for an empty file.
fn unclosed(file: &mut File) -> io::Result<Option<usize>> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    let (text, cut) = match tail.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => (tail.get(..end).unwrap_or_default(), tail.len() - end - 1),
        None => (&[][..], tail.len()),
    };
    let last = text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let closed = serde_json::from_slice::<Value>(last)
        .is_ok_and(|line| line.get("ev").is_some_and(|event| event == "shutdown"));
    Ok((cut > 0 || !closed).then_some(cut))
}

/// The first of `path.1`, `path.2` … that is free.
fn aside(path: &Path) -> PathBuf {
    let numbered = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{number}"));
        PathBuf::from(name)
    };
    (1..u32::MAX).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(u32::MAX))
}
