//! `[thresholds]`: limits on what a run measures, as k6 writes them.

use std::fmt;
use std::str::FromStr;

use kms_proto::text::TextError;
use kms_proto::time::duration::Nanos;

use crate::scenario::node::decode::hint;
use crate::scenario::node::{Node, Value};
use crate::scenario::reading::Reading;
use crate::scenario::source::At;
use crate::scenario::values;

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
    /// The value so many per cent do not exceed, 0 to 100.
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

impl FromStr for Threshold {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let hint = "a threshold is written p(99)<5ms, max<50ms, rate<=0.05 or count>=1";
        let wrong = |part: &str| {
            let before = text.chars().count().saturating_sub(part.chars().count());
            TextError::new(before.saturating_add(1), hint)
        };
        let at = text.find(['<', '>']).ok_or_else(|| TextError::new(1, hint))?;
        let (left, rest) = text.split_at_checked(at).unwrap_or((text, ""));
        let (relation, right) = match rest.split_at_checked(2) {
            Some(("<=", right)) => (Relation::LessOrEqual, right),
            Some((">=", right)) => (Relation::MoreOrEqual, right),
            _ if rest.starts_with('<') => (Relation::Less, rest.trim_start_matches('<')),
            _ => (Relation::More, rest.trim_start_matches('>')),
        };
        let statistic = match left.trim() {
            "max" => Statistic::Max,
            "min" => Statistic::Min,
            "mean" => Statistic::Mean,
            "count" => Statistic::Count,
            "rate" => Statistic::Rate,
            other => {
                let inside = other.strip_prefix("p(").and_then(|rest| rest.strip_suffix(')'));
                let per_cent = inside.and_then(plain).filter(|p| (0.0..=100.0).contains(p));
                Statistic::Percentile(per_cent.ok_or_else(|| TextError::new(1, hint))?)
            }
        };
        let right = right.trim_start();
        let measures_time = !matches!(statistic, Statistic::Count | Statistic::Rate);
        let limit = if measures_time {
            let column = wrong(right).column.saturating_sub(1);
            Limit::Length(values::length(right).map_err(|error| error.after(column))?)
        } else {
            Limit::Number(plain(right).ok_or_else(|| wrong(right))?)
        };
        Ok(Self { statistic, relation, limit })
    }
}

/// A decimal number without sign or exponent.
fn plain(text: &str) -> Option<f64> {
    let digits = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    text.parse().ok().filter(|_| digits)
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.statistic {
            Statistic::Percentile(per_cent) => write!(f, "p({per_cent})")?,
            Statistic::Max => f.write_str("max")?,
            Statistic::Min => f.write_str("min")?,
            Statistic::Mean => f.write_str("mean")?,
            Statistic::Count => f.write_str("count")?,
            Statistic::Rate => f.write_str("rate")?,
        }
        f.write_str(match self.relation {
            Relation::Less => "<",
            Relation::LessOrEqual => "<=",
            Relation::More => ">",
            Relation::MoreOrEqual => ">=",
        })?;
        match self.limit {
            Limit::Length(length) => length.fmt(f),
            Limit::Number(number) => number.fmt(f),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_read_back() {
        for text in ["p(99)<5ms", "p(99.9)<=1s", "max<50ms", "rate<=0.05", "count>=3", "min>1us"] {
            assert_eq!(text.parse::<Threshold>().unwrap().to_string(), text);
        }
        for (text, column) in
            [("", 1), ("p(101)<1s", 1), ("max<5", 6), ("rate<x", 6), ("p(99)<1q", 8), ("max=1s", 1)]
        {
            assert_eq!(text.parse::<Threshold>().unwrap_err().column, column, "{text}");
        }
    }
}
