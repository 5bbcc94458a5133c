//! `kms.response`: what the host seals into a granted answer.
//!
//! A bend of the seal that a version has no place for bends nothing, and says so as a near miss.

use kms_proto::kms::pid::Pid;
use serde::Deserialize;

use crate::fault::value::{Dotted, Minutes, Offset};

/// What goes wrong with a granted answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum MessageKind {
    /// It is in another version, outside and inside.
    Version {
        /// The version.
        value: Dotted,
    },
    /// The version under the seal is another one; versions 5 and 6.
    InnerVersion {
        /// The version.
        value: Dotted,
    },
    /// Its MAC is wrong; versions 4 and 6.
    WrongMac {},
    /// Its hash is wrong; versions 5 and 6.
    WrongHash {},
    /// The salt under its hash is another one; versions 5 and 6.
    WrongSalt {},
    /// Its IV is another one in version 5, the request's in version 6.
    WrongIv {},
    /// Its padding is wrong; versions 5 and 6.
    WrongPadding {},
    /// The echo of the request's opened IV is wrong; version 6.
    WrongXoredIvs {},
    /// More bytes are sealed than the fields take.
    Surplus {
        /// How many.
        bytes: u8,
    },
    /// The client's time comes back changed.
    EchoClientTime {
        /// By how much; to one that is drawn where it is not said.
        by: Option<Offset>,
    },
    /// The answer is to another machine.
    WrongCmid {},
    /// The answer before this one comes again.
    Stale {},
    /// An earlier answer comes again.
    Replay {
        /// Which, counted from 1; of those the host granted.
        nth: u64,
    },
    /// The host names itself otherwise.
    HostId {
        /// By this text.
        text: Option<String>,
        /// And says its name takes this many bytes.
        length: Option<u32>,
        /// And does not end it.
        #[serde(default)]
        unterminated: bool,
    },
    /// The count is another one.
    Count {
        /// This.
        n: Option<u32>,
        /// Or one that behaves so.
        how: Option<Counting>,
    },
    /// The intervals are others.
    Interval {
        /// Between attempts; as it is where it is not said.
        activation: Option<Minutes>,
        /// Between renewals; as it is where it is not said.
        renewal: Option<Minutes>,
    },
    /// Count and intervals are drawn from what is legal: 25 to 50 machines.
    #[serde(skip)]
    LegalCount {},
    /// Intervals drawn from what is legal: 15 to 43200 minutes.
    #[serde(skip)]
    LegalInterval {},
}

/// How a count misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counting {
    /// It stays at what it was when the rule first applied.
    Freeze,
    /// It is one less each time.
    Rollback,
    /// It is a thousand more each time.
    Jump,
}

impl MessageKind {
    /// Holds the parameters to what makes sense together.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Count { n: None, how: None } | Self::Count { n: Some(_), how: Some(_) } => {
                Err("count takes n, or how = \"freeze\", \"rollback\" or \"jump\"".to_owned())
            }
            Self::Interval { activation: None, renewal: None } => {
                Err("interval takes activation, renewal, or both".to_owned())
            }
            Self::HostId { text: None, length: None, unterminated: false } => {
                Err("host-id takes text, length, or unterminated = true".to_owned())
            }
            Self::HostId { length: Some(_), unterminated: true, .. } => {
                Err("host-id takes length or unterminated, not both".to_owned())
            }
            Self::HostId { text: Some(text), .. } if Pid::new(text).is_none() => {
                Err("host-id's text has at most 63 UTF-16 units, and no NUL".to_owned())
            }
            Self::Replay { nth: 0 } => Err("answers are counted from 1".to_owned()),
            Self::Surplus { bytes: 0 } => Err("bytes is at least 1".to_owned()),
            _ => Ok(()),
        }
    }
}
