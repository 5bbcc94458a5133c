//! Ordinals as files pick them: `2`, `[2, 5]`, `"3.."`, `"3..7"`.

use core::fmt;
use core::str::FromStr;

use serde::Deserialize;

/// Which ordinals, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Raw")]
pub enum Nth {
    /// These.
    Only(Vec<u64>),
    /// From the first to the last, both included; to the end where there is no last.
    Range(u64, Option<u64>),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a number from 1, a list of them, or a range such as \"3..\"")]
enum Raw {
    One(u64),
    Many(Vec<u64>),
    Range(String),
}

impl TryFrom<Raw> for Nth {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        let zero = "ordinals are counted from 1";
        match raw {
            Raw::One(0) => Err(zero.to_owned()),
            Raw::One(ordinal) => Ok(Self::Only(vec![ordinal])),
            Raw::Many(ordinals) if ordinals.contains(&0) => Err(zero.to_owned()),
            Raw::Many(ordinals) if ordinals.is_empty() => {
                Err("an empty list picks none".to_owned())
            }
            Raw::Many(ordinals) => Ok(Self::Only(ordinals)),
            Raw::Range(text) => text.parse(),
        }
    }
}

fn range(text: &str) -> Option<Nth> {
    let (from, to) = text.split_once("..")?;
    let from = from.parse().ok().filter(|from| *from > 0)?;
    match to {
        "" => Some(Nth::Range(from, None)),
        _ => to.parse().ok().filter(|to| *to >= from).map(|to| Nth::Range(from, Some(to))),
    }
}

/// A range.
impl FromStr for Nth {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        range(text).ok_or_else(|| format!("{text:?} is no range, such as \"3..\" or \"3..7\""))
    }
}

impl Nth {
    /// Whether `ordinal` is picked.
    pub fn picks(&self, ordinal: u64) -> bool {
        match self {
            Self::Only(ordinals) => ordinals.contains(&ordinal),
            Self::Range(from, to) => *from <= ordinal && to.is_none_or(|to| ordinal <= to),
        }
    }
}

/// As a file writes it: `2`, `[2, 5]`, `3..`.
impl fmt::Display for Nth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Only(ordinals) => match &ordinals[..] {
                [one] => write!(f, "{one}"),
                many => write!(f, "{many:?}"),
            },
            Self::Range(from, None) => write!(f, "{from}.."),
            Self::Range(from, Some(to)) => write!(f, "{from}..{to}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_lists_and_ranges_pick() {
        fn of(value: serde_json::Value) -> Vec<u64> {
            let nth: Nth = serde_json::from_value(value).unwrap();
            (0..9).filter(|ordinal| nth.picks(*ordinal)).collect()
        }
        assert_eq!(of(json!(2)), [2]);
        assert_eq!(of(json!([2, 5])), [2, 5]);
        assert_eq!(of(json!("7..")), [7, 8]);
        assert_eq!(of(json!("3..4")), [3, 4]);
        for wrong in [json!(0), json!([]), json!("0.."), json!("5..3"), json!(true)] {
            assert!(serde_json::from_value::<Nth>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
