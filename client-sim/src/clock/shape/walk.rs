//! A crystal whose frequency wanders.

use kms_proto::draw::Draw;
use kms_proto::time::duration::Nanos;

use crate::clock::normal;
use crate::clock::ppm::Ppm;
use crate::clock::shape::scale::scaled;

/// Cells after which the frequency wanders no more: 194 days of the default grid.
///
/// A bound on the work of a reading far ahead; the frequency stays as it is from there.
pub const MOST_CELLS: u64 = 1 << 24;

/// A random walk of the frequency: it changes at every point of a grid by a normal deviate, and
/// between two points the clock runs evenly.
///
/// Each deviate is keyed by the point's ordinal, so reading more often changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    deviation: Ppm,
    grid: Nanos,
    key: Key,
    known: Point,
}

/// What the deviates of one walk are drawn for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The draws.
    pub draw: Draw,
    /// Whose clock.
    pub actor: Box<str>,
    /// Which of the walks of this clock.
    pub ordinal: u64,
}

/// The walk at one point of its grid. Both numbers count parts of a deviate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Point {
    index: u64,
    /// The frequency in the cell before this point.
    frequency: i128,
    /// The sum of the frequencies of all cells before this point.
    sum: i128,
}

impl Walk {
    /// A walk that changes by `deviation` at each point of a grid. None unless the grid is above 0.
    pub fn new(deviation: Ppm, grid: Nanos, key: Key) -> Option<Self> {
        (grid.0 > 0).then(|| Self { deviation, grid, key, known: Point::default() })
    }

    /// What it adds after `elapsed` nanoseconds.
    pub(super) fn value(&self, elapsed: i128) -> i128 {
        let point = self.point(elapsed);
        let frequency = self.next(point).frequency;
        let grid = i128::from(self.grid.0);
        let into = elapsed.saturating_sub(i128::from(point.index).saturating_mul(grid));
        let cells = point.sum.saturating_mul(grid);
        let parts = cells.saturating_add(frequency.saturating_mul(into));
        scaled(parts, self.deviation.trillionths().into(), normal::UNIT * Ppm::TRILLION)
    }

    /// Remembers the last point before `elapsed`, from which a later one is found sooner.
    pub(super) fn remember(&mut self, elapsed: i128) {
        self.known = self.point(elapsed);
    }

    /// The last point at or before `elapsed`, of those at which the frequency changes.
    fn point(&self, elapsed: i128) -> Point {
        let passed = u64::try_from(elapsed / i128::from(self.grid.0)).unwrap_or(0);
        let wanted = passed.min(MOST_CELLS);
        let start = if wanted < self.known.index { Point::default() } else { self.known };
        (start.index..wanted).fold(start, |point, _| self.next(point))
    }

    /// The point after this one.
    fn next(&self, point: Point) -> Point {
        let Key { draw, actor, ordinal } = &self.key;
        let deviate = if point.index < MOST_CELLS {
            normal::deviate(draw.keyed(actor, "walk", *ordinal, point.index, "frequency"))
        } else {
            0
        };
        let frequency = point.frequency + deviate;
        Point { index: point.index + 1, frequency, sum: point.sum + frequency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::shape::scale::HELD;

    fn walk(deviation: &str, grid: Nanos) -> Walk {
        let key = Key { draw: Draw::new(42), actor: "pc-7".into(), ordinal: 0 };
        Walk::new(deviation.parse().unwrap(), grid, key).unwrap()
    }

    #[test]
    fn it_is_the_same_on_every_machine_for_ever() {
        let walk = walk("10", Nanos::seconds(1));
        let second = 1_000_000_000;
        let found: Vec<i128> = (0..=8).map(|n| walk.value(n * second)).collect();
        assert_eq!(found, GOLDEN);
    }

    // From an independent implementation of SipHash-1-3 and of the walk.
    const GOLDEN: [i128; 9] = [0, 6_230, 8_006, 23_784, 25_136, 43_445, 60_687, 62_676, 64_564];

    #[test]
    fn between_two_points_it_runs_evenly() {
        let walk = walk("1000000", Nanos(1_000));
        for cell in 0..20 {
            let (start, end) = (walk.value(cell * 1_000), walk.value((cell + 1) * 1_000));
            let middle = walk.value(cell * 1_000 + 500);
            assert!((2 * middle - start - end).abs() <= 2, "{cell}: {start} {middle} {end}");
        }
    }

    #[test]
    fn remembering_changes_nothing() {
        let plain = walk("50", Nanos(10));
        let mut often = plain.clone();
        for elapsed in [5, 100, 3, 1_000, 1_009, 995, 20_000] {
            often.remember(elapsed);
            for at in [0, 1, 7, 99, 1_000, 1_005, 19_999, 20_000, 30_001] {
                assert_eq!(often.value(at), plain.value(at), "{elapsed} {at}");
            }
        }
    }

    #[test]
    fn far_ahead_it_wanders_no_more_and_ends_held() {
        let mut walk = walk("1", Nanos(1_000));
        walk.known = Point { index: MOST_CELLS, frequency: 2_000_000 * normal::UNIT, sum: 0 };
        let far = i128::from(MOST_CELLS) * 1_000;
        for cells in [0, 1, 1_000_000] {
            assert_eq!(walk.value(far + cells * 1_000), cells * 2_000, "{cells}");
        }
        walk.deviation = "999999999".parse().unwrap();
        walk.known.sum = -i128::MAX;
        assert_eq!(walk.value(far), -HELD);
    }
}
