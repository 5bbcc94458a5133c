//! Values left to draw from the seed: `{ draw = "1h..5h" }`.

use core::fmt;
use core::str::FromStr;

use kms_proto::draw::Draw;
use kms_proto::text::TextError;
use kms_proto::time::NANOS_PER_TICK;
use kms_proto::time::duration::{self, Nanos};
use serde_json::{Map, Value};

use crate::clock::fields::FieldError;

/// Two lengths or two numbers, both ends inside.
///
/// As text `1h..5h`, `-5h..+5h`, `100..500`, `0.1..0.5`. Lengths are drawn on the wire's grain,
/// numbers with the decimals of the end that has more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    low: i64,
    /// INVARIANT: not below `low`.
    high: i64,
    unit: Unit,
}

/// What a range counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// Ticks of 100 ns; written with a sign if an end was.
    Ticks { signed: bool },
    /// Numbers with so many decimals.
    Decimals(usize),
}

/// Which value of a range is taken.
#[derive(Clone, Copy, Debug)]
pub enum Pick<'a> {
    /// The first.
    First,
    /// The last.
    Last,
    /// The one drawn for these words.
    Drawn {
        /// The draws.
        draw: Draw,
        /// Whose value it is.
        actor: &'a str,
        /// Which of the actor's, such as the ordinal of its event.
        ordinal: u64,
    },
}

impl Range {
    /// The value that is taken for a key, as a file would have it.
    pub fn value(&self, pick: Pick<'_>, key: &str) -> String {
        let count = match pick {
            Pick::First => self.low,
            Pick::Last => self.high,
            Pick::Drawn { draw, actor, ordinal } => {
                let width = self.high.abs_diff(self.low).saturating_add(1);
                let drawn = draw.below(width, actor, "range", (0, ordinal), key);
                self.low.saturating_add_unsigned(drawn)
            }
        };
        Counted { count, unit: self.unit }.to_string()
    }
}

/// A count in its unit.
struct Counted {
    count: i64,
    unit: Unit,
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::Ticks { signed } => {
                let sign = if signed && self.count >= 0 { "+" } else { "" };
                write!(f, "{sign}{}", Nanos(self.count * NANOS_PER_TICK))
            }
            Unit::Decimals(0) => self.count.fmt(f),
            Unit::Decimals(decimals) => {
                let sign = if self.count < 0 { "-" } else { "" };
                let digits = format!("{:0width$}", self.count.unsigned_abs(), width = decimals + 1);
                let (whole, fraction) =
                    digits.split_at_checked(digits.len() - decimals).unwrap_or_default();
                write!(f, "{sign}{whole}.{fraction}")
            }
        }
    }
}

impl FromStr for Range {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let Some((left, right)) = text.split_once("..") else {
            return Err(TextError::new(1, "a range is written 1h..5h or 100..500"));
        };
        let at_right = |e: TextError| e.after(left.chars().count() + 2);
        let (low, high, unit) = if is_number(left) && is_number(right) {
            let decimals = decimals(left).max(decimals(right));
            let low = number(left, decimals)?;
            (low, number(right, decimals).map_err(at_right)?, Unit::Decimals(decimals))
        } else {
            let signed = [left, right].iter().any(|end| end.starts_with(['+', '-']));
            (ticks(left)?, ticks(right).map_err(at_right)?, Unit::Ticks { signed })
        };
        if low > high {
            return Err(TextError::new(1, "a range goes from the lower end to the higher"));
        }
        Ok(Self { low, high, unit })
    }
}

/// Whether a text is digits, with a sign and a point perhaps.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

/// A number in units of its last decimal.
fn number(text: &str, decimals: usize) -> Result<i64, TextError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fits = decimals <= 9 && fraction.chars().all(|c| c.is_ascii_digit());
    let padded = format!("{whole}{fraction:0<decimals$}");
    let parsed = if fits { padded.parse().ok() } else { None };
    parsed.ok_or_else(|| TextError::new(1, format!("'{text}' is no number of at most 9 decimals")))
}

/// A length with a sign or without, in ticks.
fn ticks(text: &str) -> Result<i64, TextError> {
    let (sign, length, before) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(length), _) => (-1, length, 1),
        (None, Some(length)) => (1, length, 1),
        (None, None) => (1, text, 0),
    };
    let Nanos(length) = duration::parse(length).map_err(|e| e.after(before))?;
    if length % NANOS_PER_TICK != 0 {
        return Err(TextError::new(before + 1, "no multiple of 100 ns, the wire's grain"));
    }
    Ok(sign * length / NANOS_PER_TICK)
}

/// A table in which every `{ draw = … }` has given way to a value, in tables within it, too.
///
/// # Errors
///
/// When a range cannot be read, with its key.
pub fn resolved(map: Map<String, Value>, pick: Pick<'_>) -> Result<Map<String, Value>, FieldError> {
    within(map, pick, "")
}

fn within(
    map: Map<String, Value>,
    pick: Pick<'_>,
    path: &str,
) -> Result<Map<String, Value>, FieldError> {
    let one = |(key, value): (String, Value)| {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let value = match value {
            Value::Object(table) => match only_draw(&table) {
                Some(text) => {
                    let range: Range = text.parse().map_err(|e| FieldError::text(&path, e))?;
                    Value::String(range.value(pick, &path))
                }
                None => Value::Object(within(table, pick, &path)?),
            },
            other => other,
        };
        Ok((key, value))
    };
    map.into_iter().map(one).collect()
}

/// The text of a table that says nothing but `draw`.
fn only_draw(table: &Map<String, Value>) -> Option<&str> {
    let text = table.get("draw").and_then(Value::as_str);
    text.filter(|_| table.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_inside_and_values_are_written_as_their_ends_are() {
        for (text, first, last) in [
            ("1h..5h", "1h", "5h"),
            ("-30m..+1h", "-30m", "+1h"),
            ("0..+100ns", "+0", "+100ns"),
            ("100..500", "100", "500"),
            ("-1..0.25", "-1.00", "0.25"),
            ("0..0", "0", "0"),
            ("0.0..0.0", "0.0", "0.0"),
            ("0.5..2.5", "0.5", "2.5"),
        ] {
            let range: Range = text.parse().unwrap();
            assert_eq!(range.value(Pick::First, "by"), first);
            assert_eq!(range.value(Pick::Last, "by"), last);
        }
    }

    #[test]
    fn values_are_drawn_by_their_words_and_reach_both_ends() {
        let range: Range = "1..4".parse().unwrap();
        let drawn = |ordinal, key| {
            range.value(Pick::Drawn { draw: Draw::new(42), actor: "pc-7", ordinal }, key)
        };
        let all: std::collections::BTreeSet<String> = (0..64).map(|n| drawn(n, "by")).collect();
        assert_eq!(all.into_iter().collect::<Vec<_>>(), ["1", "2", "3", "4"]);
        assert_eq!(drawn(3, "by"), drawn(3, "by"));
        assert!((0..64).any(|n| drawn(n, "by") != drawn(n, "for")));
    }

    #[test]
    fn wrong_ranges_name_the_column() {
        for (text, column) in [
            ("1h", 1),
            ("5h..1h", 1),
            ("1h..5H", 6),
            ("30m..5H", 7),
            ("1..5h", 2),
            ("1ns..5h", 1),
            ("-1x..5h", 3),
            ("1.2.3..4", 1),
            ("99999999999999999999..4", 1),
            ("0.0000000001..4", 1),
        ] {
            assert_eq!(text.parse::<Range>().unwrap_err().column, column, "{text}");
        }
    }
}
