//! A length of time on the wire: 32 bits, half of them fraction.

use core::fmt;

use crate::time::duration::Nanos;

/// A length in units of 2⁻¹⁶ s, 0 to 18 h 12 min (RFC 5905 §6): a root delay or dispersion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Short(pub u32);

impl Short {
    /// A length, rounded up to a unit, and held at the ends.
    pub fn of(length: Nanos) -> Self {
        let units = (i128::from(length.0.max(0)) << 16) + 999_999_999;
        Self(u32::try_from(units / 1_000_000_000).unwrap_or(u32::MAX))
    }

    /// The length in nanoseconds, floored.
    pub fn nanos(self) -> Nanos {
        let nanos = (u64::from(self.0) * 1_000_000_000) >> 16;
        Nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.nanos().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_never_shorter_on_the_wire() {
        for (nanos, units) in [(-1, 0), (0, 0), (1, 1), (15_259, 2), (1_000_000_000, 65_536)] {
            assert_eq!(Short::of(Nanos(nanos)).0, units, "{nanos}");
        }
        assert_eq!(Short::of(Nanos(i64::MAX)).0, u32::MAX);
        assert_eq!(Short(65_536).nanos(), Nanos::seconds(1));
        assert_eq!(Short(u32::MAX).nanos(), Nanos(65_535_999_984_741));
        assert_eq!(Short(98_304).to_string(), "1.5s");
    }
}
