//! How lines end.

use std::borrow::Cow;

use crate::lab::locate::variable;
use crate::stop::Stop;

/// The variable that says how lines end: `crlf`, as on Windows, or `lf`.
pub const EOL: &str = "KMSLAB_EOL";

/// The end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Carriage return and line feed.
    Windows,
    /// Line feed.
    Unix,
}

impl Ends {
    /// As the variable says; as on Windows where it is not set.
    ///
    /// # Errors
    ///
    /// When it says something else.
    pub fn from_environment() -> Result<Self, Stop> {
        match variable(EOL).as_deref() {
            None | Some("crlf") => Ok(Self::Windows),
            Some("lf") => Ok(Self::Unix),
            Some(other) => {
                Err(Stop::usage(format!("{EOL} is {other:?}"), "KMSLAB_EOL=lf, or KMSLAB_EOL=crlf"))
            }
        }
    }

    /// A text whose lines end so.
    pub fn apply(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Windows => text.replace('\n', "\r\n").into(),
            Self::Unix => text.into(),
        }
    }
}
