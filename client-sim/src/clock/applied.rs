//! What an operation on a clock came to.

use core::fmt;

use kms_proto::time::Moment;

use crate::clock::reading::Reading;

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The moment at which it took place: the one asked for, or the last operation's if that was
    /// later.
    pub at: Moment,
    /// What the next reading would have been without it. No reading was taken.
    pub before: Reading,
    /// What it is now.
    pub after: Reading,
    /// What is left to those who run the machine.
    pub asks: Option<Ask>,
    /// Why it did not do what it says.
    pub note: Option<Note>,
}

/// What an operation asks of the machine whose clock this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Do nothing until this moment.
    Pause(Moment),
    /// Save your state under this name.
    Save(Box<str>),
    /// Return to the state saved under this name.
    Restore(Box<str>),
}

/// Why an operation did nothing, or nothing yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The clock stands already.
    Stands,
    /// The clock does not stand.
    Runs,
    /// Nothing was saved under this name.
    NoSnapshot(Box<str>),
    /// No time source of this name is known.
    NoSource(Box<str>),
    /// The zone's offset does not change within 400 days.
    NoChange,
    /// It takes effect when the machine next starts.
    AtBounce,
    /// It has no length, or is over already.
    Empty,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stands => f.write_str("the clock stands already"),
            Self::Runs => f.write_str("the clock does not stand, so it cannot resume"),
            Self::NoSnapshot(name) => write!(f, "there is no snapshot '{name}'"),
            Self::NoSource(name) => write!(f, "there is no time source '{name}'"),
            Self::NoChange => {
                f.write_str("the zone's offset does not change within 400 days: nothing to miss")
            }
            Self::AtBounce => f.write_str("takes effect when the machine next starts"),
            Self::Empty => f.write_str("it has no length, or is over already"),
        }
    }
}
