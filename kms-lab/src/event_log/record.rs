//! An entry of a computer's log, with its number there.

use kms_proto::windows::event::{Event, Log};

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number in the computer's log, from 1; those before it may have left.
    pub number: u64,
    /// The computer that keeps it.
    pub computer: String,
    /// What it says.
    pub event: Event,
}

/// The log of a name, in letters of any case; `None` of one that no computer here has.
pub fn log(name: &str) -> Option<Log> {
    let all = [Log::Application, Log::System, Log::KeyManagementService];
    all.into_iter().find(|log| log.name().eq_ignore_ascii_case(name))
}
