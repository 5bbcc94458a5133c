//! Limits on what was measured, in the world's own time.

use kms_proto::time::duration::Nanos;

use crate::report::trouble::{Breach, Miss, Trouble};
use crate::scenario::threshold::{Limit, Metric, MetricThreshold, Statistic};
use crate::world::engine::World;
use crate::world::judge::Judge;

impl Judge<'_> {
    /// Holds every threshold.
    pub(super) fn thresholds(&mut self, world: &World) {
        for limit in &self.scenario.thresholds {
            let Some((measured, text)) = measure(world, limit) else {
                let subject = format!("{} {}", limit.metric.word(), limit.text);
                self.troubles.push(Trouble::Missed(Miss {
                    place: Some(self.place(limit.written)),
                    statement: format!("[thresholds] {subject}"),
                    subject,
                    message: "nothing was measured: nobody asked a host".to_owned(),
                }));
                continue;
            };
            let wanted = match limit.threshold.limit {
                Limit::Length(length) => whole(length.0),
                Limit::Number(number) => number,
            };
            if !limit.threshold.relation.holds(measured, wanted) {
                self.troubles.push(Trouble::Over(Breach {
                    place: Some(self.place(limit.written)),
                    measure: limit.metric.word().to_owned(),
                    threshold: limit.text.clone(),
                    measured: text,
                }));
            }
        }
    }
}

/// What a threshold is about, as a number to compare and as a text; `None` of nothing.
fn measure(world: &World, limit: &MetricThreshold) -> Option<(f64, String)> {
    let tries = &world.history.tries;
    let exchanges = &world.history.exchanges;
    let refused = exchanges.iter().filter(|e| !e.exchange.result().is_ok()).count();
    let failed = tries.iter().filter(|tried| !tried.outcome.code.is_ok()).count();
    let (part, all) = match limit.metric {
        Metric::Latency => {
            let mut lengths: Vec<i64> =
                tries.iter().map(|tried| tried.ended.0.saturating_sub(tried.began.0)).collect();
            lengths.sort_unstable();
            let length = statistic(&lengths, limit.threshold.statistic)?;
            return Some((whole(length), Nanos(length).to_string()));
        }
        Metric::Failed => (failed, tries.len()),
        Metric::Refused => (refused, exchanges.len()),
        Metric::Exchanges => (exchanges.len(), exchanges.len()),
    };
    let (part, all) = (count(part), count(all));
    let value = match limit.threshold.statistic {
        Statistic::Rate if all > 0.0 => part / all,
        Statistic::Rate => return None,
        _ => part,
    };
    Some((value, value.to_string()))
}

/// A statistic of sorted lengths; `None` of none.
fn statistic(sorted: &[i64], statistic: Statistic) -> Option<i64> {
    let last = sorted.len().saturating_sub(1);
    let place = match statistic {
        Statistic::Min => 0,
        Statistic::Max | Statistic::Count | Statistic::Rate => last,
        Statistic::Mean => {
            let sum: i128 = sorted.iter().map(|length| i128::from(*length)).sum();
            let mean = sum.checked_div(i128::try_from(sorted.len()).ok()?)?;
            return i64::try_from(mean).ok();
        }
        // The nearest rank: the smallest length that this many per cent do not exceed.
        Statistic::Percentile(per_cent) => (0..=last)
            .find(|place| count(place + 1) * 100.0 >= per_cent * count(sorted.len()))
            .unwrap_or(last),
    };
    sorted.get(place).copied()
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "counts and lengths beyond 2^53 are more than a run ever has"
)]
fn count(number: usize) -> f64 {
    number as f64
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "counts and lengths beyond 2^53 are more than a run ever has"
)]
fn whole(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let lengths: Vec<i64> = (1..=100).collect();
        for (per_cent, length) in [(0.0, 1), (50.0, 50), (99.0, 99), (99.9, 100), (100.0, 100)] {
            assert_eq!(
                statistic(&lengths, Statistic::Percentile(per_cent)),
                Some(length),
                "{per_cent}"
            );
        }
        assert_eq!(statistic(&lengths, Statistic::Mean), Some(50));
        for of_nothing in [Statistic::Max, Statistic::Mean, Statistic::Percentile(50.0)] {
            assert_eq!(statistic(&[], of_nothing), None);
        }
    }
}
