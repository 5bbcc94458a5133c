//! How far a client's clock may be from the host's.

use core::fmt;
use core::str::FromStr;

use serde::Serialize;

use crate::text::TextError;
use crate::time::duration::{self, NANOS_PER_TICK, Nanos};
use crate::time::filetime::FileTime;
use crate::time::skew::Skew;

/// The skews a host accepts; both edges are inside.
///
/// Documented by Microsoft in KB 974998: the error may occur when the difference is "more than
/// 4 hours". As text one length (`4h`), two (`-30m..+4h`), or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Accepted when `-behind <= skew <= ahead`.
    Within {
        /// How far the client may be behind the host; never negative.
        behind: Nanos,
        /// How far the client may be ahead of the host; never negative.
        ahead: Nanos,
    },
    /// Every skew is accepted.
    Off,
}

impl Window {
    /// The same length either way; a negative one counts as 0.
    pub fn either_way(length: Nanos) -> Self {
        let length = Nanos(length.0.max(0));
        Self::Within { behind: length, ahead: length }
    }

    /// Whether a skew lies inside.
    pub fn holds(self, skew: Skew) -> bool {
        match self {
            Self::Off => true,
            Self::Within { behind, ahead } => {
                let nanos = skew.nanos();
                -i128::from(behind.0) <= nanos && nanos <= i128::from(ahead.0)
            }
        }
    }
}

/// 4 hours either way.
impl Default for Window {
    fn default() -> Self {
        Self::either_way(Nanos::hours(4))
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Within { behind, ahead } if behind == ahead => ahead.fmt(f),
            Self::Within { behind, ahead } => write!(f, "-{behind}..+{ahead}"),
        }
    }
}

impl Serialize for Window {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Window {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let Some((left, right)) = text.split_once("..") else {
            if text.starts_with(['+', '-']) {
                let hint = "one length has no sign: 4h; two have one each: -30m..+4h";
                return Err(TextError::new(1, hint));
            }
            return length(text).map(Self::either_way);
        };
        let Some(behind) = left.strip_prefix('-') else {
            return Err(TextError::new(1, "the first of two lengths is how far behind: -30m..+4h"));
        };
        let before = left.chars().count() + 2;
        let Some(ahead) = right.strip_prefix('+') else {
            let hint = "the second of two lengths is how far ahead: -30m..+4h";
            return Err(TextError::new(before + 1, hint));
        };
        Ok(Self::Within {
            behind: length(behind).map_err(|e| e.after(1))?,
            ahead: length(ahead).map_err(|e| e.after(before + 1))?,
        })
    }
}

/// A length on the grain of the wire.
fn length(text: &str) -> Result<Nanos, TextError> {
    let length = duration::parse(text)?;
    if length.0 % NANOS_PER_TICK == 0 {
        Ok(length)
    } else {
        Err(TextError::new(1, "a window is a whole number of 100 ns ticks"))
    }
}

/// On which grain the two readings are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Compare {
    /// Ticks of 100 ns, as the wire carries them.
    #[default]
    Filetime,
    /// Both readings cut to whole seconds first, as some hosts do.
    Seconds,
}

impl Compare {
    /// The skew on this grain.
    pub fn skew(self, client: FileTime, host: FileTime) -> Skew {
        match self {
            Self::Filetime => client.skew_from(host),
            Self::Seconds => client.whole_second().skew_from(host.whole_second()),
        }
    }
}

impl FromStr for Compare {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "filetime" => Ok(Self::Filetime),
            "seconds" => Ok(Self::Seconds),
            _ => Err(TextError::new(1, "one of filetime, seconds")),
        }
    }
}

impl fmt::Display for Compare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Filetime => "filetime",
            Self::Seconds => "seconds",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grains_are_read_as_they_are_written_and_compare_what_they_say() {
        let (client, host) = (FileTime(20_000_000), FileTime(9_999_999));
        for (text, ticks) in [("filetime", 10_000_001), ("seconds", 20_000_000)] {
            let compare: Compare = text.parse().unwrap();
            assert_eq!(
                (compare.to_string(), compare.skew(client, host).ticks),
                (text.into(), ticks)
            );
        }
        assert!("hours".parse::<Compare>().is_err());
    }

    #[test]
    fn both_edges_are_inside_and_one_tick_more_is_not() {
        let window: Window = "-30m..+4h".parse().unwrap();
        let (m30, h4) = (18_000_000_000_i128, 144_000_000_000_i128);
        for (ticks, inside) in [(h4, true), (h4 + 1, false), (-m30, true), (-m30 - 1, false)] {
            assert_eq!(window.holds(Skew { ticks }), inside, "{ticks}");
        }
        assert!(Window::Off.holds(Skew { ticks: i128::from(u64::MAX) }));
    }

    #[test]
    fn texts_are_read_back_and_wrong_ones_name_the_column() {
        for text in ["4h", "0", "-30m..+4h", "off", "-0..+1h"] {
            assert_eq!(text.parse::<Window>().unwrap().to_string(), text);
        }
        for (text, column) in [
            ("+4h", 1),
            ("4h..+4h", 1),
            ("-1h..4h", 6),
            ("-1h..+4H", 8),
            ("-1x..+4h", 3),
            ("1ns", 1),
        ] {
            assert_eq!(text.parse::<Window>().unwrap_err().column, column, "{text}");
        }
    }
}
