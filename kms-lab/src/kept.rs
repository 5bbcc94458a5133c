//! A file that one process writes: it is emptied only once there is something to write, what a
//! killed process left in it is kept, and what does not fit on the disk leaves nothing of itself
//! behind.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use tokio::net::unix::pipe;

use crate::exit::Exit;
use crate::stop::Stop;

/// Opened for writing, a pipe without a reader: its number on Linux and the BSDs.
const ENXIO: i32 = 6;

/// Looks at the end of a file that is not empty: `None` where who wrote it had closed it, otherwise
/// what is to be said of its last part, which may be nothing.
pub type Unclosed = fn(&mut File) -> io::Result<Option<String>>;

/// A file that is written in parts, each of them whole or not at all.
#[derive(Debug)]
pub struct Kept {
    file: File,
    path: PathBuf,
    option: &'static str,
    /// A file, and no pipe or device.
    regular: bool,
    /// What stands in it is to be put aside before the first part; with what is said of its end.
    left: Option<String>,
    /// What stood there is put aside; the file that takes its place is still to be made.
    moved: bool,
    begun: bool,
    /// Bytes of whole parts.
    written: u64,
}

/// A part could not be written.
#[derive(Debug)]
pub struct Unfit {
    /// Why.
    pub error: io::Error,
    /// Nothing of it stands in the file.
    pub gone: bool,
}

impl Kept {
    /// Opens `path` for an option; what stands there goes when the first part is written, not before.
    /// Within a runtime, because of pipes.
    ///
    /// # Errors
    ///
    /// When the file cannot be made or written, another process writes it, or it is a pipe that
    /// nobody reads.
    pub fn open(path: &Path, option: &'static str, unclosed: Unclosed) -> Result<Self, Stop> {
        // A link, /dev/stdout for one, stays where it is: what it leads to is put aside.
        let led = fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink());
        let real = led.then(|| fs::canonicalize(path).ok()).flatten();
        let path = real.as_deref().unwrap_or(path);
        let opened = open(path, unclosed).map_err(|error| cannot(option, path, &error));
        let (file, regular, left) = opened?;
        let path = path.to_owned();
        Ok(Self { file, path, option, regular, left, moved: false, begun: false, written: 0 })
    }

    /// Puts aside what is to be kept, says so, and makes room; a second time it does nothing.
    ///
    /// # Errors
    ///
    /// When the file cannot be renamed, made anew or emptied.
    pub fn begin(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        if let Some(end) = &self.left {
            let aside = aside(&self.path);
            fs::rename(&self.path, &aside)?;
            let aside = aside.display();
            self.say(format_args!(" was not closed by who wrote it{end}: it is kept as {aside}"));
            self.left = None;
            self.moved = true;
        }
        if self.moved {
            // Where this fails, what has taken the place since is somebody else's.
            self.file = File::options().write(true).create_new(true).open(&self.path)?;
            lock(&self.file)?;
        } else if self.regular {
            self.file.set_len(0)?;
            self.file.rewind()?;
        }
        self.begun = true;
        Ok(())
    }

    /// Writes a part, all of it or nothing.
    ///
    /// # Errors
    ///
    /// When it does not fit, or cannot be written for another reason.
    pub fn write(&mut self, part: &[u8]) -> Result<(), Unfit> {
        self.begin().map_err(|error| Unfit { error, gone: true })?;
        if let Err(error) = self.file.write_all(part) {
            // What fitted of it goes: a reader finds whole parts. Where not even that can be done,
            // the last one is found cut off.
            let gone = self.regular
                && self.file.set_len(self.written).is_ok()
                && self.file.seek(SeekFrom::Start(self.written)).is_ok();
            return Err(Unfit { error, gone });
        }
        self.written += u64::try_from(part.len()).unwrap_or(0);
        Ok(())
    }

    /// Tells whoever started the process of the file; where nobody reads it, nothing is lost.
    pub fn say(&self, what: fmt::Arguments<'_>) {
        let (option, path) = (self.option, self.path.display());
        let _ = writeln!(io::stderr(), "kmslab: {option}: {path}{what}");
    }

    /// Nothing can be begun, for this reason.
    pub fn cannot(&self, error: &io::Error) -> Stop {
        cannot(self.option, &self.path, error)
    }
}

fn cannot(option: &str, path: &Path, error: &io::Error) -> Stop {
    let remedy = match error.kind() {
        ErrorKind::WouldBlock => "another file, or stop the process that writes this one",
        ErrorKind::NotConnected => "start what reads it first",
        _ => "a file in a folder that exists, on a disk with room",
    };
    let message = format!("{option}: cannot write {}: {error}", path.display());
    Stop::new(Exit::CannotStart, message, remedy)
}

/// The file, whether it is one, and what is said of an end that nobody closed.
fn open(path: &Path, unclosed: Unclosed) -> io::Result<(File, bool, Option<String>)> {
    let kind = fs::metadata(path).map(|there| there.file_type()).ok();
    if kind.is_some_and(|kind| kind.is_fifo()) {
        return Ok((open_pipe(path)?, false, None));
    }
    let regular = kind.is_none_or(|kind| kind.is_file());
    let mut options = File::options();
    options.write(true).read(regular).create(regular).truncate(false);
    let mut file = options.open(path)?;
    let mut left = None;
    if regular {
        lock(&file)?;
        if file.metadata()?.len() > 0 {
            left = unclosed(&mut file)?;
        }
    }
    Ok((file, regular, left))
}

/// Opens a pipe that somebody reads: to wait for a reader would be to wait for ever.
fn open_pipe(path: &Path) -> io::Result<File> {
    let opened = pipe::OpenOptions::new().open_sender(path).map_err(|error| {
        if error.raw_os_error() == Some(ENXIO) {
            io::Error::new(ErrorKind::NotConnected, "nobody reads this pipe")
        } else {
            error
        }
    });
    opened?.into_blocking_fd().map(File::from)
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

/// The first of `path.1`, `path.2` … that is free.
fn aside(path: &Path) -> PathBuf {
    let numbered = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{number}"));
        PathBuf::from(name)
    };
    (1..u32::MAX).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(u32::MAX))
}
