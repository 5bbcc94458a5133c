//! The signals that ask the program to end.

use std::fmt;

use serde::Serialize;

use crate::exit::Exit;

/// A signal that asks for an orderly end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Signal {
    /// From the keyboard.
    #[serde(rename = "SIGINT")]
    Interrupt,
    /// From another program.
    #[serde(rename = "SIGTERM")]
    Terminate,
}

impl Signal {
    /// What a program ended by it exits with: 128 and the signal's number, as shells have it.
    pub const fn exit(self) -> Exit {
        match self {
            Self::Interrupt => Exit::Interrupted,
            Self::Terminate => Exit::Terminated,
        }
    }
}

/// `SIGINT` or `SIGTERM`.
impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}
