//! How a world ends.

use std::fmt;

use crate::signal::Signal;

/// Why nothing more happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its time is over, as planned.
    Over,
    /// It had more exchanges than the limit.
    Exchanges,
    /// Whoever ran it had waited long enough.
    Wall,
    /// A signal cut it short.
    Cut(Signal),
    /// This computer had not what it needs to go on.
    Starved,
}

impl Ended {
    /// The limit's name in files; `None` where no limit ended it.
    pub const fn limit(self) -> Option<&'static str> {
        match self {
            Self::Over | Self::Cut(_) | Self::Starved => None,
            Self::Exchanges => Some("exchanges"),
            Self::Wall => Some("wall"),
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut(signal) => signal.fmt(f),
            Self::Starved => f.write_str("starved"),
            _ => f.write_str(self.limit().unwrap_or("over")),
        }
    }
}
