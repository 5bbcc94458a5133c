//! The text of a threshold: `p(99)<5ms`.

use std::fmt;
use std::str::FromStr;

use kms_proto::text::TextError;

use crate::scenario::threshold::{Limit, Relation, Statistic, Threshold};
use crate::scenario::values;

/// Statistics that have a plain word.
const WORDS: [(&str, Statistic); 5] = [
    ("max", Statistic::Max),
    ("min", Statistic::Min),
    ("mean", Statistic::Mean),
    ("count", Statistic::Count),
    ("rate", Statistic::Rate),
];

/// Relations, the longer before those they begin with.
const RELATIONS: [(&str, Relation); 4] = [
    ("<=", Relation::LessOrEqual),
    (">=", Relation::MoreOrEqual),
    ("<", Relation::Less),
    (">", Relation::More),
];

const HINT: &str = "a threshold is written p(99)<5ms, max<50ms, rate<=0.05 or count>=1";

/// The largest count: every whole number up to it is a float of its own.
const MOST: f64 = 9_007_199_254_740_992.0;

/// A statistic, a relation and a limit; blanks may stand around the relation.
impl FromStr for Threshold {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        // The column at which a rest of the text begins.
        let column = |rest: &str| text.chars().count().saturating_sub(rest.chars().count()) + 1;
        let (statistic, rest) = statistic(text)?;
        let rest = rest.trim_start_matches(' ');
        let relation = RELATIONS
            .iter()
            .find_map(|(sign, relation)| Some((*relation, rest.strip_prefix(sign)?)));
        let Some((relation, rest)) = relation else {
            return Err(TextError::new(column(rest), "expected <, <=, > or >= here"));
        };
        let rest = rest.trim_start_matches(' ');
        if rest.is_empty() {
            return Err(TextError::new(column(rest), HINT));
        }
        let before = column(rest) - 1;
        let limit = match statistic {
            Statistic::Count => Limit::Number(count(rest).map_err(|e| e.after(before))?),
            Statistic::Rate => Limit::Number(share(rest).map_err(|e| e.after(before))?),
            _ => Limit::Length(values::length(rest).map_err(|e| e.after(before))?),
        };
        if limit == Limit::Number(0.0) && relation == Relation::Less {
            return Err(TextError::new(before + 1, "nothing is less than 0"));
        }
        Ok(Self { statistic, relation, limit })
    }
}

/// The statistic a text begins with, and the rest.
fn statistic(text: &str) -> Result<(Statistic, &str), TextError> {
    if let Some(inside) = text.strip_prefix("p(") {
        let (per_cent, rest) =
            inside.split_once(')').ok_or_else(|| TextError::new(1, "expected p(99)"))?;
        let value = decimal(per_cent).map_err(|error| error.after(2))?;
        if value > 0.0 && value <= 100.0 {
            return Ok((Statistic::Percentile(value), rest));
        }
        let message = "a percentile is above 0 and at most 100; the smallest of all is min";
        return Err(TextError::new(3, message));
    }
    let word = text.chars().take_while(char::is_ascii_alphabetic).collect::<String>();
    let known = WORDS.iter().find(|(known, _)| *known == word);
    let (word, statistic) = known.ok_or_else(|| TextError::new(1, HINT))?;
    Ok((*statistic, text.strip_prefix(word).unwrap_or_default()))
}

/// A whole number.
fn count(text: &str) -> Result<f64, TextError> {
    match decimal(text)? {
        number if text.contains('.') || number > MOST => {
            Err(TextError::new(1, "a count is a whole number"))
        }
        number => Ok(number),
    }
}

/// A share of all.
fn share(text: &str) -> Result<f64, TextError> {
    match decimal(text)? {
        number if number > 1.0 => Err(TextError::new(1, "a rate is a share of all, 0 to 1")),
        number => Ok(number),
    }
}

/// Digits, and after a point more digits; no sign, no exponent.
fn decimal(text: &str) -> Result<f64, TextError> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let wrong = || TextError::new(1, "expected a number such as 99 or 99.9");
    if !digits(whole) || !fraction.is_none_or(digits) {
        return Err(wrong());
    }
    text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(wrong)
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.statistic {
            Statistic::Percentile(per_cent) => write!(f, "p({per_cent})")?,
            other => {
                let word = WORDS.iter().find(|(_, statistic)| *statistic == other);
                f.write_str(word.map_or("", |(word, _)| word))?;
            }
        }
        let sign = RELATIONS.iter().find(|(_, relation)| *relation == self.relation);
        f.write_str(sign.map_or("", |(sign, _)| sign))?;
        match self.limit {
            Limit::Length(length) => length.fmt(f),
            Limit::Number(number) => number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use kms_proto::time::duration::Nanos;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn thresholds_are_read_back() {
        for text in [
            "p(99)<5ms",
            "p(99.9)<=1s",
            "p(0.001)>1us",
            "p(100)<1h",
            "max<50ms",
            "mean<0",
            "rate<=0.05",
            "rate>=1",
            "rate<=0",
            "count>=3",
            "min>1us",
        ] {
            assert_eq!(text.parse::<Threshold>().unwrap().to_string(), text);
        }
        let spaced: Threshold = "p(95) <= 5ms".parse().unwrap();
        assert_eq!(spaced.to_string(), "p(95)<=5ms");
    }

    #[test]
    fn wrong_ones_name_the_column_and_say_why() {
        for (text, column, says) in [
            ("", 1, "a threshold is written"),
            ("p(95)<<1ms", 7, "expected a number"),
            ("p(95)<>1ms", 7, "expected a number"),
            ("p(95)<==1ms", 8, "expected a number"),
            ("p(95)", 6, "expected <"),
            ("p(95)=1ms", 6, "expected <"),
            ("p(95)<", 7, "a threshold is written"),
            ("p(0)<1ms", 3, "above 0"),
            ("p(100.5)<1ms", 3, "at most 100"),
            ("p()<1ms", 3, "a number"),
            ("p(9.)<1ms", 3, "a number"),
            ("p(.9)<1ms", 3, "a number"),
            ("p(1e1)<1ms", 3, "a number"),
            ("p(-5)<1ms", 3, "a number"),
            ("p( 5)<1ms", 3, "a number"),
            ("p(95<1ms", 1, "p(99)"),
            ("P(95)<1ms", 1, "a threshold is written"),
            ("maximum<1ms", 1, "a threshold is written"),
            ("max<5", 6, "unit"),
            ("max<-5ms", 5, "sign"),
            ("max<5ms ", 8, ""),
            (" max<5ms", 1, "a threshold is written"),
            ("max<50ns", 5, "100 ns"),
            ("p(99)<1q", 8, "unit"),
            ("rate<x", 6, "a number"),
            ("rate<1.5", 6, "0 to 1"),
            ("rate<5%", 6, "a number"),
            ("count>=1.5", 8, "whole"),
            ("count<0", 7, "less than 0"),
        ] {
            let error = text.parse::<Threshold>().unwrap_err();
            assert_eq!(error.column, column, "{text}: {error}");
            assert!(error.message.contains(says), "{text}: {error}");
        }
    }

    fn threshold() -> impl Strategy<Value = Threshold> {
        let relation = prop::sample::select(RELATIONS.map(|(_, relation)| relation).to_vec());
        let of_time = prop_oneof![
            (1_u32..=100_000).prop_map(|n| Statistic::Percentile(f64::from(n) / 1000.0)),
            Just(Statistic::Max),
            Just(Statistic::Min),
            Just(Statistic::Mean),
        ];
        let length = (0_i64..i64::MAX / 100).prop_map(|ticks| Limit::Length(Nanos(ticks * 100)));
        let share = (1_u32..=1000).prop_map(|n| Limit::Number(f64::from(n) / 1000.0));
        let count = any::<u32>().prop_map(|n| Limit::Number(f64::from(n) + 1.0));
        let of = prop_oneof![
            (of_time, length),
            share.prop_map(|limit| (Statistic::Rate, limit)),
            count.prop_map(|limit| (Statistic::Count, limit)),
        ];
        (relation, of).prop_map(|(relation, (statistic, limit))| Threshold {
            statistic,
            relation,
            limit,
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(threshold in threshold()) {
            prop_assert_eq!(threshold.to_string().parse(), Ok(threshold));
        }

        /// One character more, less or another: refused, or something else that is read back.
        #[test]
        fn nothing_is_read_past(threshold in threshold(), at in 0_usize..20, put in "[ -~é]{0,2}") {
            let mut chars: Vec<char> = threshold.to_string().chars().collect();
            let at = at % chars.len();
            chars.splice(at..=at, put.chars());
            let text: String = chars.into_iter().collect();
            if let Ok(read) = text.parse::<Threshold>() {
                let number = |text: &str| text.replace([' ', '0', '.'], "");
                let again = read.to_string();
                prop_assert_eq!(again.parse::<Threshold>(), Ok(read));
                // Lengths may be written in several ways; everything before them in one.
                let sign = text.find(['<', '>']).unwrap();
                let before = number(text.get(..=sign).unwrap());
                prop_assert!(number(&again).starts_with(&before), "{text} {again}");
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,24}") {
            if let Err(error) = text.parse::<Threshold>() {
                prop_assert!((1..=text.chars().count() + 1).contains(&error.column));
            }
        }
    }
}
