//! Why a lab's file is of no use, in words and by exit code.

use std::path::Path;

use rusqlite::{Error, ErrorCode};

use crate::exit::Exit;
use crate::stop::Stop;

/// What is wrong with a lab's file.
#[derive(Debug)]
pub enum Trouble {
    /// There is no such file.
    Missing,
    /// There is one, and it was not to be there.
    Exists,
    /// It is a file of something else.
    Foreign,
    /// It is a lab of another form than this program writes.
    Form {
        /// The form's number.
        form: i64,
        /// The version that made it, where it says.
        made_by: Option<String>,
    },
    /// A part of it that must be there is not, or is not what it must be.
    Damaged(String),
    /// SQLite says so.
    Sqlite(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Trouble {
    /// One line of what is wrong with the file at `path`, and what to do.
    pub fn stop(self, path: &Path) -> Stop {
        let file = path.display();
        let new = "kmslab lab new, or KMSLAB_LAB=FILE for another";
        let (exit, message, remedy) = match self {
            Self::Missing => (Exit::Invalid, format!("there is no lab {file}"), new),
            Self::Exists => (
                Exit::CannotStart,
                format!("there is a lab {file} already"),
                "kmslab lab new --force to replace it, kmslab lab reset to begin anew",
            ),
            Self::Foreign => {
                (Exit::Invalid, format!("{file} is no lab of kmslab; it is left alone"), new)
            }
            Self::Form { form, made_by } => {
                let by = made_by.map(|by| format!(", made by kmslab {by}")).unwrap_or_default();
                let own = env!("CARGO_PKG_VERSION");
                let message =
                    format!("{file} is a lab of form {form}{by}; kmslab {own} reads form 1");
                (Exit::Invalid, message, "the version that made it, or kmslab lab new")
            }
            Self::Damaged(what) => (
                Exit::Invalid,
                format!("the lab {file} is damaged: {what}"),
                "a copy of it, or remove it and kmslab lab new; KMSLAB_LAB=FILE for another",
            ),
            Self::Sqlite(error) => return of_sqlite(&error, path),
        };
        Stop::new(exit, message, remedy)
    }
}

fn of_sqlite(error: &Error, path: &Path) -> Stop {
    let file = path.display();
    let code = error.sqlite_error_code();
    let (exit, message, remedy) = match code {
        Some(ErrorCode::NotADatabase) => return Trouble::Foreign.stop(path),
        Some(ErrorCode::DatabaseCorrupt) => {
            return Trouble::Damaged("SQLite cannot read it".to_owned()).stop(path);
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            Exit::CannotStart,
            format!("the lab {file} is busy: another command did not end in time"),
            "again, or KMSLAB_WAIT=5m to wait longer",
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => (
            Exit::CannotStart,
            format!("the lab {file} cannot be written, so nothing was done"),
            "a file and a folder that can be written; kmslab lab show and events only read",
        ),
        Some(ErrorCode::DiskFull) => (
            Exit::CannotStart,
            format!("there is no room to write the lab {file}, so nothing was done"),
            "some room on its disk",
        ),
        Some(ErrorCode::CannotOpen) => {
            (Exit::CannotStart, format!("the lab {file} cannot be opened"), "a folder to write in")
        }
        Some(ErrorCode::SystemIoFailure) => (
            Exit::CannotStart,
            format!("the lab {file} could not be read or written, so nothing was done: {error}"),
            "another disk",
        ),
        // A table that is missing, a value of another type.
        _ => return Trouble::Damaged(error.to_string()).stop(path),
    };
    Stop::new(exit, message, remedy)
}
