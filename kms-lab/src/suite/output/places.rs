//! No two things are written into one file, and none into a file that is read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::stop::Stop;

/// Files by what they are for.
#[derive(Debug, Default)]
pub struct Places {
    taken: BTreeMap<PathBuf, String>,
}

impl Places {
    /// A file that is read, once or several times, and what for.
    pub fn reads(&mut self, path: &Path, what: &str) {
        self.taken.entry(real(path)).or_insert_with(|| what.to_owned());
    }

    /// Takes a file for an option, such as `--journal`.
    ///
    /// # Errors
    ///
    /// When it serves another purpose already.
    pub fn writes(&mut self, path: &Path, option: &str) -> Result<(), Stop> {
        // A pipe or a device takes whatever it is given; stdout is looked after elsewhere.
        let special = fs::metadata(path).is_ok_and(|found| !found.is_file());
        if special || path.as_os_str() == "-" {
            return Ok(());
        }
        match self.taken.insert(real(path), option.to_owned()) {
            None => Ok(()),
            Some(other) => {
                let message = format!("{} is {other} and {option} at once", path.display());
                Err(Stop::usage(message, "a file for each"))
            }
        }
    }
}

/// The file a path leads to, whether it is there yet or not.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).unwrap_or_default();
    path.file_name().map_or_else(|| path.to_owned(), |name| folder.join(name))
}
