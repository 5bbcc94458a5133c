//! The horizontal axis: true time since the start.

use kms_proto::time::duration::Nanos;

use crate::report::units::float;

const SECOND: i64 = 1_000_000_000;

const HOUR: i64 = 3600 * SECOND;

const DAY: i64 = 24 * HOUR;

/// Distances between marks that read well, above a second.
const ROUND: [i64; 24] = [
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    60 * SECOND,
    120 * SECOND,
    300 * SECOND,
    600 * SECOND,
    900 * SECOND,
    1800 * SECOND,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
];

/// Marks at the most.
const MOST: i64 = 12;

/// How moments become places between 0 (the start) and 1 (the end).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    length: i64,
}

impl Times {
    /// An axis of this length; of a second where nothing lasted.
    pub fn lasting(length: Nanos) -> Self {
        Self { length: if length.0 > 0 { length.0 } else { SECOND } }
    }

    /// Where a moment lies.
    pub fn place(&self, at: Nanos) -> f64 {
        float(at.0.into()) / float(self.length.into())
    }

    /// Moments to mark.
    pub fn ticks(&self) -> Vec<Nanos> {
        let step = below_a_second()
            .chain(ROUND)
            .find(|step| self.length / step <= MOST)
            .unwrap_or_else(|| (self.length / MOST / (365 * DAY) + 1) * 365 * DAY);
        (0..=self.length / step).map(|times| Nanos(times * step)).collect()
    }
}

/// 100 ns, 200 ns, 500 ns, 1 us … 500 ms.
fn below_a_second() -> impl Iterator<Item = i64> {
    (2..9).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i64.pow(power)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_few() {
        for (length, first, count) in [
            (Nanos::hours(48), Nanos::hours(6), 9),
            (Nanos::minutes(1), Nanos::seconds(5), 13),
            (Nanos::hours(180 * 24), Nanos::hours(14 * 24), 13),
            (Nanos(1500), Nanos(200), 8),
            (Nanos(0), Nanos(100_000_000), 11),
        ] {
            let ticks = Times::lasting(length).ticks();
            assert_eq!((ticks[0], ticks[1], ticks.len()), (Nanos(0), first, count), "{length}");
        }
        assert!(Times::lasting(Nanos(i64::MAX)).ticks().len() <= 14);
    }
}
