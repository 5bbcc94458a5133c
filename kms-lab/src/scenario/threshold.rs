//! `[thresholds]`: limits on what a run measures, as k6 writes them.

mod parse;

use kms_proto::time::duration::Nanos;

use crate::scenario::node::decode::hint;
use crate::scenario::node::{Node, Value};
use crate::scenario::reading::Reading;
use crate::scenario::source::At;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// From the first byte sent to the last received, of every exchange.
    Latency,
    /// Exchanges that did not end with `ok`.
    Failed,
    /// Exchanges refused by a host.
    Refused,
    /// All exchanges.
    Exchanges,
}

impl Metric {
    const WORDS: [(&'static str, Self); 4] = [
        ("exchange.latency", Self::Latency),
        ("exchange.failed", Self::Failed),
        ("exchange.refused", Self::Refused),
        ("exchange.count", Self::Exchanges),
    ];

    /// The name in files.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, metric)| *metric == self).map_or("", |(word, _)| word)
    }
}

/// What is computed of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// The value so many per cent do not exceed, above 0 and up to 100.
    Percentile(f64),
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// The mean.
    Mean,
    /// How many.
    Count,
    /// Their share of all, 0 to 1.
    Rate,
}

/// How the two are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// More.
    More,
    /// More or equal.
    MoreOrEqual,
}

impl Relation {
    /// Whether `left` stands so to `right`.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::More => left > right,
            Self::MoreOrEqual => left >= right,
        }
    }
}

/// What it is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// A length of time.
    Length(Nanos),
    /// A number.
    Number(f64),
}

/// One limit: `p(99)<5ms`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// What is computed.
    pub statistic: Statistic,
    /// How it is compared.
    pub relation: Relation,
    /// With what.
    pub limit: Limit,
}

/// A limit on a metric, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricThreshold {
    /// What is measured.
    pub metric: Metric,
    /// The limit.
    pub threshold: Threshold,
    /// The limit as it was written.
    pub text: String,
    /// Where.
    pub written: At,
}

/// Reads the table.
pub fn read(reading: &Reading, node: &Node) -> Vec<MetricThreshold> {
    let mut thresholds = Vec::new();
    let Some(table) = node.table() else { return thresholds };
    for entry in &table.0 {
        let known = Metric::WORDS.iter().find(|(word, _)| *word == entry.key);
        let Some((word, metric)) = known else {
            let names: Vec<&str> = Metric::WORDS.iter().map(|(word, _)| *word).collect();
            let message = format!("{:?} is not measured", entry.key);
            reading.wrong(entry.key_at, message, hint(&entry.key, &names));
            continue;
        };
        if entry.node.list().is_some_and(<[Node]>::is_empty) {
            let message = format!("{word} has no limit");
            reading.wrong(entry.node.at, message, "[\"p(99)<5ms\"], or leave the key out");
        }
        let single = std::slice::from_ref(&entry.node);
        for node in entry.node.list().unwrap_or(single) {
            let Value::Text(text) = &node.value else { continue };
            let Ok(threshold) = text.parse::<Threshold>() else { continue };
            let of_time = matches!(threshold.limit, Limit::Length(_));
            if of_time != (*metric == Metric::Latency) {
                let (wants, help) = if of_time {
                    ("a count or a rate", "count>=1 or rate<=0.05")
                } else {
                    ("a length of time", "p(99)<5ms, max<50ms, min, mean")
                };
                reading.wrong(node.at, format!("{word} is compared as {wants}"), help);
            }
            if *metric == Metric::Exchanges && threshold.statistic == Statistic::Rate {
                let message = format!("{word} counts all exchanges: their share of all is 1");
                reading.wrong(node.at, message, "count>=1");
            }
            let written = node.at;
            thresholds.push(MetricThreshold {
                metric: *metric,
                threshold,
                text: text.clone(),
                written,
            });
        }
    }
    thresholds
}
