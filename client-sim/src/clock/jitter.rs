//! Noise on every reading.

use kms_proto::draw::Draw;
use kms_proto::time::NANOS_PER_TICK;
use kms_proto::time::duration::Nanos;

use crate::clock::normal;

/// How much readings are off, each by itself, and how that is spread.
///
/// By default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Jitter {
    size: Nanos,
    spread: Spread,
}

/// How noise is spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spread {
    /// Evenly, up to the size either way.
    #[default]
    Uniform,
    /// Normally, the size being the standard deviation; never more than six of them.
    Normal,
}

impl Jitter {
    /// A jitter of up to `size`; a negative one counts as 0.
    pub fn up_to(size: Nanos) -> Self {
        Self::new(size, Spread::Uniform)
    }

    /// A jitter of this size; a negative one counts as 0.
    pub fn new(size: Nanos, spread: Spread) -> Self {
        Self { size: Nanos(size.0.max(0)), spread }
    }

    /// The most a reading is off, or its standard deviation.
    pub const fn size(self) -> Nanos {
        self.size
    }

    /// How it is spread.
    pub const fn spread(self) -> Spread {
        self.spread
    }

    /// How far an actor's n-th reading is off, in nanoseconds: whole ticks, if the size is.
    pub(super) fn drawn(self, draw: Draw, actor: &str, n: u64) -> i128 {
        let Nanos(size) = self.size;
        let grain = if size % NANOS_PER_TICK == 0 { NANOS_PER_TICK } else { 1 };
        let most = (size / grain).unsigned_abs();
        if most == 0 {
            return 0;
        }
        let grains = match self.spread {
            Spread::Uniform => {
                let drawn = draw.below(most * 2 + 1, actor, "clock", (0, n), "jitter");
                i128::from(drawn) - i128::from(most)
            }
            Spread::Normal => {
                let deviate = normal::deviate(draw.keyed(actor, "clock", 0, n, "jitter"));
                i128::from(most) * deviate / normal::UNIT
            }
        };
        grains * i128::from(grain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_noise_is_on_the_grain_within_six_deviations_and_both_ways() {
        let jitter = Jitter::new(Nanos(1_000), Spread::Normal);
        let drawn: Vec<i128> = (0..2_000).map(|n| jitter.drawn(Draw::new(1), "pc-7", n)).collect();
        assert!(drawn.iter().all(|nanos| nanos.abs() < 6_000 && nanos % 100 == 0));
        let beyond = |bound: i128| drawn.iter().filter(|nanos| nanos.abs() > bound).count();
        assert!((500..=800).contains(&beyond(1_000)), "{}", beyond(1_000));
        assert!(drawn.iter().any(|nanos| *nanos < -2_000) && drawn.iter().any(|n| *n > 2_000));
    }

    #[test]
    fn the_largest_sizes_are_drawn_too() {
        for spread in [Spread::Uniform, Spread::Normal] {
            for size in [i64::MAX, i64::MAX - 7, i64::MIN, 1, 0] {
                let drawn = Jitter::new(Nanos(size), spread).drawn(Draw::new(1), "pc-7", 0);
                assert!(drawn.abs() <= 6 * i128::from(size.max(0)));
            }
        }
    }
}
