//! How a world ends.

use std::fmt;

/// Why nothing more happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its time is over, as planned.
    Over,
    /// It had more exchanges than the limit.
    Exchanges,
    /// Whoever ran it had waited long enough.
    Wall,
}

impl Ended {
    /// The limit's name in files; `None` of a world that ended as planned.
    pub const fn limit(self) -> Option<&'static str> {
        match self {
            Self::Over => None,
            Self::Exchanges => Some("exchanges"),
            Self::Wall => Some("wall"),
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.limit().unwrap_or("over"))
    }
}
