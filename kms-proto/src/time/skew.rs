//! How far a machine's clock is from the host's.

use core::fmt;

use serde::Serialize;

use crate::time::duration::{self, NANOS_PER_TICK};

/// Client time minus host time, signed, in ticks of 100 ns: that direction everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skew {
    /// The difference; wide enough for any two `u64` readings.
    pub ticks: i128,
}

impl Skew {
    /// The skew in nanoseconds.
    pub fn nanos(self) -> i128 {
        self.ticks * i128::from(NANOS_PER_TICK)
    }
}

/// With its sign: `+4h59m59.999988s`, `-4h100ns`, `0`.
impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        duration::write_signed(f, self.nanos())
    }
}

impl Serialize for Skew {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_carry_the_sign() {
        assert_eq!(Skew { ticks: 0 }.to_string(), "0");
        assert_eq!(Skew { ticks: -(4 * 3600 * 10_000_000 + 1) }.to_string(), "-4h100ns");
        assert_eq!(Skew { ticks: 179_999_999_880 }.to_string(), "+4h59m59.999988s");
    }
}
