//! The entries KMS and the time service leave in the event log, on the machine and on the host.
//!
//! From Microsoft's `TechNet` page "Windows Event Log" (table 11) and KB 974998. Each record knows its
//! fields; [`Event`] is what a log keeps. Since Windows 7 the provider is
//! `Microsoft-Windows-Security-SPP`.

pub mod activation_failed;
pub mod dns_published;
pub mod dns_registration;
pub mod flags;
pub mod request_processed;
pub mod request_sent;
pub mod response_processed;
pub mod time_changed;
pub mod time_service;

use core::fmt;

use serde::{Serialize, Serializer};

use crate::time::FileTime;
use crate::windows::date::EnUs;

/// The provider of every KMS event.
pub const PROVIDER: &str = "Microsoft-Windows-Security-SPP";

/// The log an event is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Log {
    /// `Application`.
    Application,
    /// `System`.
    System,
    /// `Key Management Service`, under "Applications and Services Logs".
    KeyManagementService,
}

impl Log {
    /// The name of the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Application => "Application",
            Self::System => "System",
            Self::KeyManagementService => "Key Management Service",
        }
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Log {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// How grave an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Level {
    /// Something happened.
    Information,
    /// Something may go wrong.
    Warning,
    /// Something went wrong.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Information => "Information",
            Self::Warning => "Warning",
            Self::Error => "Error",
        })
    }
}

/// One entry of an event log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The event id.
    pub id: u16,
    /// The log it stands in.
    pub log: Log,
    /// Who wrote it.
    pub provider: &'static str,
    /// How grave it is.
    pub level: Level,
    /// The clock of the machine that keeps the log, UTC.
    #[serde(serialize_with = "as_text")]
    pub time_created: FileTime,
    /// What happened, one sentence.
    pub message: String,
    /// The fields after `Info:`, separated by commas; empty where the event has none.
    pub info: String,
}

impl Event {
    /// What the log shows under "Description": the message, and the fields after `Info:`.
    pub fn description(&self) -> String {
        if self.info.is_empty() {
            self.message.clone()
        } else {
            format!("{}\nInfo:\n{}", self.message, self.info)
        }
    }

    /// The entry as the Event Viewer copies it, from the log of the machine called `computer`.
    pub fn entry(&self, computer: &str) -> String {
        let (date, description) = (EnUs(self.time_created), self.description());
        format!(
            "Log Name:      {}\n\
             Source:        {}\n\
             Date:          {date}\n\
             Event ID:      {}\n\
             Task Category: None\n\
             Level:         {}\n\
             Keywords:      Classic\n\
             User:          N/A\n\
             Computer:      {computer}\n\
             Description:\n{description}\n",
            self.log, self.provider, self.id, self.level
        )
    }
}

/// RFC 3339, as every moment in this project's JSON.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn as_text<S: Serializer>(time: &FileTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// A text of the peer's in a line of ours: control characters are replaced, so no name can begin a
/// line of its own in a log.
struct OneLine<'a>(&'a dyn fmt::Display);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use core::fmt::Write as _;
        struct Filter<'f, 'g>(&'f mut fmt::Formatter<'g>);
        impl fmt::Write for Filter<'_, '_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                let shown = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
                text.chars().try_for_each(|c| self.0.write_char(shown(c)))
            }
        }
        write!(Filter(f), "{}", self.0)
    }
}
