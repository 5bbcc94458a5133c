//! A leap second, as a clock without leap seconds in its count makes it.

use core::fmt;
use core::str::FromStr;

use kms_proto::text::TextError;

/// Nanoseconds in a second.
const SECOND: i128 = 1_000_000_000;

/// Whether a second is put in or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leap {
    /// 23:59:59 comes twice: the clock goes back a second. `+1`.
    Repeated,
    /// 23:59:59 does not come: the clock goes on a second. `-1`.
    Skipped,
}

impl Leap {
    /// How far the clock is moved once it is over, in nanoseconds.
    pub(super) const fn moves(self) -> i128 {
        match self {
            Self::Repeated => -SECOND,
            Self::Skipped => SECOND,
        }
    }
}

/// `+1` or `-1`.
impl FromStr for Leap {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "+1" => Ok(Self::Repeated),
            "-1" => Ok(Self::Skipped),
            _ => Err(TextError::new(1, "+1 (a second comes twice) or -1 (a second is left out)")),
        }
    }
}

impl fmt::Display for Leap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Repeated => "+1",
            Self::Skipped => "-1",
        })
    }
}

/// A leap second made at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeapSecond(pub Leap);

impl LeapSecond {
    /// What it adds once it was made.
    pub(super) const fn value(self) -> i128 {
        self.0.moves()
    }
}
