//! What is drawn for a fault: under its rule's id, the connection, the turn, and a name.

use kms_proto::draw::Draw;
use kms_proto::time::duration::Nanos;

use crate::fault::about::About;
use crate::fault::kind::data::Dist;

/// The draws of one rule for one exchange. Another rule, or none, changes none of them.
#[derive(Clone, Copy, Debug)]
pub struct Chance<'a> {
    draw: Draw,
    id: &'a str,
    connection: u64,
    message: u64,
}

/// 2³², the grain of probabilities.
const GRAIN: u64 = 1 << 32;

impl<'a> Chance<'a> {
    /// The draws of the rule `id` for the exchange `about` tells of.
    pub const fn new(draw: Draw, id: &'a str, about: &About<'_>) -> Self {
        let connection = match about.key {
            Some(key) => key,
            None => about.connection,
        };
        Self { draw, id, connection, message: about.message }
    }

    /// The draws that are the same all along a connection.
    #[must_use]
    pub const fn of_connection(self) -> Self {
        Self { message: 0, ..self }
    }

    /// The draws that are the same for whatever has this name.
    #[must_use]
    pub const fn of_name(self) -> Self {
        Self { connection: 0, message: 0, ..self }
    }

    /// 128 bits.
    pub fn bits(&self, name: &str) -> u128 {
        self.draw.keyed(self.id, "fault", self.connection, self.message, name)
    }

    /// A number in `0..bound`.
    pub fn below(&self, bound: u64, name: &str) -> u64 {
        self.draw.below(bound, self.id, "fault", (self.connection, self.message), name)
    }

    /// A number from `from` to `to`, both included.
    pub fn between(&self, from: u32, to: u32, name: &str) -> u32 {
        let drawn = self.below(u64::from(to.saturating_sub(from)) + 1, name);
        from.saturating_add(u32::try_from(drawn).unwrap_or(0))
    }

    /// Any 32 bits but 0.
    pub fn number(&self, name: &str) -> u32 {
        self.between(1, u32::MAX, name)
    }

    /// A number from 0 to below 1.
    fn unit(&self, name: &str) -> f64 {
        let drawn = u32::try_from(self.below(GRAIN, name)).unwrap_or(0);
        f64::from(drawn) / 4_294_967_296.0
    }

    /// True with this probability.
    pub fn happens(&self, prob: f64, name: &str) -> bool {
        self.unit(name) < prob
    }

    /// A length distributed so around `median`, never negative, on the wire's grain of 100 ns.
    pub fn length(&self, median: Nanos, dist: Dist, sigma: f64, spread: Nanos) -> Nanos {
        let drawn = match dist {
            Dist::Constant => median,
            Dist::Uniform => {
                let spread = spread.0.max(0);
                let width = u64::try_from(spread.saturating_mul(2)).unwrap_or(0).saturating_add(1);
                let drawn = i64::try_from(self.below(width, "latency")).unwrap_or(0);
                Nanos(median.0.saturating_sub(spread).saturating_add(drawn).max(0))
            }
            Dist::Normal => Nanos(median.0.saturating_add(scaled(spread, self.normal())).max(0)),
            Dist::Lognormal => scaled_to(median, exp(sigma * self.normal())),
        };
        drawn.on_grain()
    }

    /// A number that is normal but for its tails: twelve even ones, added.
    ///
    /// Only operations whose result IEEE 754 fixes to the bit, so that every machine draws alike.
    fn normal(&self) -> f64 {
        let sum: f64 = (0..12).map(|n| self.unit(&format!("latency {n}"))).sum();
        sum - 6.0
    }
}

/// e to the power of `x`, which is 60 either way at most, by such operations too.
fn exp(x: f64) -> f64 {
    let part = x.clamp(-60.0, 60.0) / 1024.0;
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 1..10 {
        term = term * part / f64::from(n);
        sum += term;
    }
    (0..10).fold(sum, |power, _| power * power)
}

fn scaled_to(length: Nanos, factor: f64) -> Nanos {
    Nanos(scaled(length, factor))
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "nanoseconds beyond 2^53 are longer than any wait; a cast from f64 holds at the ends"
)]
fn scaled(length: Nanos, factor: f64) -> i64 {
    (length.0 as f64 * factor) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chance(message: u64) -> Chance<'static> {
        Chance::new(Draw::new(42), "slow", &About { connection: 1, message, ..About::default() })
    }

    #[test]
    fn one_in_ten_happens_within_four_sigma() {
        let hits = (0..100_000).filter(|n| chance(*n).happens(0.1, "prob")).count();
        // σ = √(10⁵ · 0.1 · 0.9) ≈ 94.9.
        assert!(hits.abs_diff(10_000) <= 380, "{hits}");
        assert!(!chance(1).happens(0.0, "prob") && chance(1).happens(1.0, "prob"));
    }

    #[test]
    fn lengths_lie_around_their_median() {
        let median = Nanos(40_000_000);
        let lengths = |dist| {
            let of = |n| chance(n).length(median, dist, 0.5, Nanos(10_000_000));
            let mut lengths: Vec<Nanos> = (0..10_001).map(of).collect();
            lengths.sort();
            lengths
        };
        for dist in [Dist::Constant, Dist::Uniform, Dist::Normal, Dist::Lognormal] {
            let lengths = lengths(dist);
            assert!(lengths[5000].0.abs_diff(median.0) < 1_500_000, "{dist:?} {}", lengths[5000]);
            assert!(Nanos(0) <= lengths[0]);
        }
        assert!((exp(1.0) - core::f64::consts::E).abs() < 1e-9);
    }
}
