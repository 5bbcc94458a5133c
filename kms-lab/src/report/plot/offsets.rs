//! The vertical axis: offsets from true time.
//!
//! Clocks may be wrong by milliseconds and by years in one picture. Where they are, the axis is
//! symmetric-logarithmic: straight through zero up to a knee, logarithmic beyond it either way.

use kms_proto::time::{NANOS_PER_TICK, Skew};

use crate::report::units::float;

/// Offsets that far apart share a straight axis.
const STRAIGHT_SPAN: i128 = 200;

/// Candidates for a logarithmic axis, in nanoseconds: powers of ten below a minute, then the units
/// people know.
const STEPS: [i128; 18] = [
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    10_000_000_000,
    60_000_000_000,
    600_000_000_000,
    HOUR,
    4 * HOUR,
    DAY,
    10 * DAY,
    YEAR,
    10 * YEAR,
    100 * YEAR,
];

/// Steps of a straight axis, in nanoseconds, that read well.
const ROUND: [i128; 21] = [
    1_000_000_000,
    2_000_000_000,
    5_000_000_000,
    10_000_000_000,
    15_000_000_000,
    30_000_000_000,
    60_000_000_000,
    120_000_000_000,
    300_000_000_000,
    600_000_000_000,
    900_000_000_000,
    1_800_000_000_000,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
];

const HOUR: i128 = 3_600_000_000_000;

const DAY: i128 = 24 * HOUR;

/// A year of these labels, which need no leap day.
const YEAR: i128 = 365 * DAY;

/// What is this much smaller than the largest offset is drawn as none.
const DEPTH: i128 = 1_000_000_000;

/// What stays free above and below.
const MARGIN: f64 = 0.05;

/// How offsets become heights between 0 (lowest) and 1 (highest).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offsets {
    low: i128,
    high: i128,
    /// Up to where the axis is straight, in nanoseconds; `None` where it is straight all the way.
    knee: Option<f64>,
}

impl Offsets {
    /// An axis that holds these offsets: what is far from zero at the most, for each thing drawn.
    pub fn holding(extremes: &[(i128, i128)]) -> Self {
        let low = extremes.iter().map(|(low, _)| *low).min().unwrap_or(0).min(0);
        let high = extremes.iter().map(|(_, high)| *high).max().unwrap_or(0).max(0);
        let furthest = |(low, high): &(i128, i128)| low.abs().max(high.abs());
        let largest = low.abs().max(high);
        let smallest = extremes.iter().map(furthest).filter(|far| *far > 0).min().unwrap_or(0);
        let smallest = smallest.max(i128::from(NANOS_PER_TICK)).max(largest / DEPTH);
        let knee = (largest / smallest > STRAIGHT_SPAN).then(|| float(smallest) / 3.0);
        let (low, high) = if low == high { (-1_000_000_000, 1_000_000_000) } else { (low, high) };
        Self { low, high, knee }
    }

    /// Whether equal distances are equal offsets.
    pub fn is_straight(&self) -> bool {
        self.knee.is_none()
    }

    /// Where an offset lies: 0 at the foot, 1 at the top; a margin on both sides.
    pub fn height(&self, offset: i128) -> f64 {
        let (low, high) = (self.bent(self.low), self.bent(self.high));
        MARGIN + (self.bent(offset) - low) / (high - low) * (1.0 - 2.0 * MARGIN)
    }

    /// The offset that lies at a height, in nanoseconds.
    pub fn at(&self, height: f64) -> f64 {
        let (low, high) = (self.bent(self.low), self.bent(self.high));
        let bent = low + (height - MARGIN) / (1.0 - 2.0 * MARGIN) * (high - low);
        match self.knee {
            None => bent,
            Some(knee) => (bent.abs().exp_m1() * knee).copysign(bent),
        }
    }

    fn bent(&self, offset: i128) -> f64 {
        let value = float(offset);
        match self.knee {
            None => value,
            Some(knee) => (value.abs() / knee).ln_1p().copysign(value),
        }
    }

    /// Offsets to mark, from low to high, at least `gap` of the height apart; zero is one.
    pub fn ticks(&self, gap: f64) -> Vec<i128> {
        let mut ticks = vec![0];
        for sign in [1, -1] {
            let mut last = self.height(0);
            for step in self.steps(gap) {
                let offset = sign * step;
                let height = self.height(offset);
                if (0.0..=1.0).contains(&height) && (height - last).abs() >= gap {
                    ticks.push(offset);
                    last = height;
                }
            }
        }
        ticks.sort_unstable();
        ticks
    }

    /// Distances from zero that may be marked, ascending.
    fn steps(&self, gap: f64) -> Vec<i128> {
        if self.knee.is_some() {
            return STEPS.to_vec();
        }
        let per_nano = (self.height(self.high) - self.height(self.low)).abs()
            / float((self.high - self.low).max(1));
        let step = below_a_second()
            .chain(ROUND)
            .chain(above_a_fortnight())
            .find(|step| float(*step) * per_nano >= gap)
            .unwrap_or(DAY);
        (1..=40).map(|times| step * times).collect()
    }
}

/// 100 ns, 200 ns, 500 ns, 1 us … 500 ms.
fn below_a_second() -> impl Iterator<Item = i128> {
    (2..9).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i128.pow(power)))
}

/// 20 d, 50 d, 100 d …
fn above_a_fortnight() -> impl Iterator<Item = i128> {
    (1..8).flat_map(|power| [2, 5, 10].map(|digit| digit * DAY * 10_i128.pow(power)))
}

/// A true minus sign, as wide as the plus.
const MINUS: char = '\u{2212}';

/// An offset with its sign: `+5h`, `−10m`, `+1y`, `0`.
pub fn label(offset: i128) -> String {
    if offset != 0 && offset % YEAR == 0 {
        let sign = if offset > 0 { '+' } else { MINUS };
        return format!("{sign}{}y", (offset / YEAR).abs());
    }
    Skew { ticks: offset / i128::from(NANOS_PER_TICK) }.to_string().replace('-', &MINUS.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_offsets_are_straight_and_distant_ones_are_not() {
        let near = Offsets::holding(&[(0, 5 * HOUR), (-4 * HOUR, 4 * HOUR)]);
        assert!(near.is_straight());
        let middle = f64::midpoint(near.height(-4 * HOUR), near.height(5 * HOUR));
        assert!((near.height(HOUR / 2) - middle).abs() < 1e-9);
        let far = Offsets::holding(&[(0, 365 * DAY), (-1_000_000, 1_000_000)]);
        assert!(!far.is_straight());
        let ticks: Vec<String> = far.ticks(0.08).into_iter().map(label).collect();
        assert!(ticks.contains(&"+1y".to_owned()) && ticks.contains(&"0".to_owned()), "{ticks:?}");
    }

    #[test]
    fn ticks_keep_apart_and_inside() {
        for extreme in [100, 50_000, 3_000_000_000, 5 * HOUR, 40 * DAY, 200_000 * DAY] {
            for extremes in [vec![(-extreme, extreme)], vec![(-extreme, 0), (-200, 200)]] {
                let axis = Offsets::holding(&extremes);
                let ticks = axis.ticks(0.06);
                assert!((3..=17).contains(&ticks.len()), "{extreme}: {ticks:?}");
                for pair in ticks.windows(2) {
                    assert!(axis.height(pair[1]) - axis.height(pair[0]) >= 0.06, "{ticks:?}");
                }
            }
        }
    }

    #[test]
    fn heights_lead_back_to_offsets() {
        for extremes in [vec![(-4 * HOUR, 5 * HOUR)], vec![(-YEAR, 0), (-1_000_000, 1_000_000)]] {
            let axis = Offsets::holding(&extremes);
            for offset in [-YEAR, -HOUR, -1_000_000, 0, 1_000_000, 5 * HOUR] {
                let back = axis.at(axis.height(offset));
                assert!((back - float(offset)).abs() <= float(offset).abs() * 1e-9 + 1.0);
            }
        }
    }

    #[test]
    fn no_offset_at_all_is_drawn_in_the_middle() {
        let axis = Offsets::holding(&[]);
        assert!((axis.height(0) - 0.5).abs() < 1e-9);
    }
}
