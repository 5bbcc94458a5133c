//! Queries of event logs: the part of `XPath` 1.0 that Windows takes and scripts use.
//!
//! `*[System[(EventID=12288 or EventID=12289) and TimeCreated[timediff(@SystemTime) <= 3600000]]]`
//! (learn.microsoft.com, "Consuming Events", "XPath 1.0 limitations"): paths, predicates, `and`,
//! `or`, comparisons with texts and numbers, `timediff`, `band`, `position`.

mod parse;

use client_sim::clock::wall_time::WallTime;
use kms_proto::time::FileTime;

use crate::event_log::element::Element;
use crate::event_log::record::Record;
use crate::event_log::xml;

/// A query that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    of: Test,
}

/// What is asked of an element.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    Both(Box<Test>, Box<Test>),
    Either(Box<Test>, Box<Test>),
    /// Something is at this path.
    Is(Path),
    /// Something at this path compares so.
    Compares(Path, Relation, Literal),
    /// Milliseconds since the moment at this path.
    Ago(Path, Relation, f64),
    /// Some of these bits are set in the number at this path.
    Bits(Path, u64),
}

/// Steps down from an element.
#[derive(Clone, Debug, Default, PartialEq)]
struct Path {
    steps: Vec<Step>,
    /// The attribute at its end.
    attribute: Option<String>,
}

/// A child, and what holds of it.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    /// `None` is any.
    name: Option<String>,
    /// Which of those of that name, from 1; all where `None`.
    place: Option<usize>,
    tests: Vec<Test>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Clone, Debug, PartialEq)]
enum Literal {
    Number(f64),
    Text(String),
}

impl Query {
    /// Reads a query; `None` of one that is none, or asks what no log here answers.
    pub fn parse(text: &str) -> Option<Self> {
        parse::query(text).map(|of| Self { of })
    }

    /// Whether an entry answers it, the computer's clock reading `now`.
    pub fn holds(&self, record: &Record, now: FileTime) -> bool {
        self.of.holds(&Element::new("").with([xml::tree(record)]), now)
    }
}

impl Test {
    fn holds(&self, of: &Element, now: FileTime) -> bool {
        match self {
            Self::Both(a, b) => a.holds(of, now) && b.holds(of, now),
            Self::Either(a, b) => a.holds(of, now) || b.holds(of, now),
            Self::Is(path) => path.any(of, now, &|_| true),
            Self::Compares(path, relation, literal) => {
                path.any(of, now, &|value| literal.compare(value, *relation))
            }
            Self::Ago(path, relation, milliseconds) => path.any(of, now, &|value| {
                let ago =
                    nanos_of(&now.to_string()).zip(nanos_of(value)).map(|(now, then)| now - then);
                ago.is_some_and(|nanos| relation.holds(float(nanos) / 1e6, *milliseconds))
            }),
            Self::Bits(path, bits) => {
                path.any(of, now, &|value| integer(value).is_some_and(|number| number & bits != 0))
            }
        }
    }
}

impl Path {
    /// Whether `fits` holds of the text of anything at this path.
    fn any(&self, of: &Element, now: FileTime, fits: &dyn Fn(&str) -> bool) -> bool {
        self.any_from(&self.steps, of, now, fits)
    }

    fn any_from(
        &self,
        steps: &[Step],
        of: &Element,
        now: FileTime,
        fits: &dyn Fn(&str) -> bool,
    ) -> bool {
        let Some((step, rest)) = steps.split_first() else {
            return match &self.attribute {
                None => fits(&of.text),
                Some(name) => of.attributes.iter().any(|(own, value)| own == name && fits(value)),
            };
        };
        let named = |child: &&Element| step.name.as_deref().is_none_or(|name| name == child.name);
        (1..).zip(of.children.iter().filter(named)).any(|(place, child)| {
            step.place.is_none_or(|only| only == place)
                && step.tests.iter().all(|test| test.holds(child, now))
                && self.any_from(rest, child, now, fits)
        })
    }
}

impl Literal {
    fn compare(&self, value: &str, relation: Relation) -> bool {
        match self {
            Self::Number(number) => value_of(value).is_some_and(|v| relation.holds(v, *number)),
            Self::Text(text) => match (nanos_of(value), nanos_of(text)) {
                (Some(value), Some(text)) => relation.holds(value, text),
                _ => match (value_of(value), value_of(text)) {
                    (Some(value), Some(text)) => relation.holds(value, text),
                    _ => relation.holds(value, text.as_str()),
                },
            },
        }
    }
}

impl Relation {
    fn holds<T: PartialOrd + Copy>(self, a: T, b: T) -> bool {
        match self {
            Self::Is => a == b,
            Self::IsNot => a != b,
            Self::Less => a < b,
            Self::AtMost => a <= b,
            Self::More => a > b,
            Self::AtLeast => a >= b,
        }
    }
}

fn nanos_of(text: &str) -> Option<i128> {
    text.parse::<WallTime>().ok().map(WallTime::unix_nanos)
}

fn value_of(text: &str) -> Option<f64> {
    integer(text).map(|number| float(number.into())).or_else(|| text.parse().ok())
}

fn integer(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "XPath's numbers are doubles; std has no conversion"
)]
fn float(number: i128) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use kms_proto::windows::event::{Event, Level, Log, PROVIDER};
    use proptest::prelude::*;

    use super::*;

    fn record() -> Record {
        let event = Event {
            id: 12288,
            log: Log::Application,
            provider: PROVIDER,
            level: Level::Information,
            time_created: "2026-01-05T09:00:00Z".parse::<WallTime>().unwrap().moment().filetime(),
            message: "Sent.".to_owned(),
            info: "0xC004F06C, 0x00000000".to_owned(),
        };
        Record { number: 7, computer: "MEMBER".to_owned(), event }
    }

    #[test]
    fn queries_as_scripts_write_them() {
        let now = "2026-01-05T10:00:00Z".parse::<WallTime>().unwrap().moment().filetime();
        for (query, holds) in [
            ("*", true),
            ("Event", true),
            ("*[System[(EventID=12288)]]", true),
            ("*[System[EventID=12289]]", false),
            ("*[System[(EventID=12288 or EventID=12289) and (Level=4 or Level=0)]]", true),
            ("*[System[EventID >= 12288 and EventID <= 12290]]", true),
            ("Event/System[EventID=12288]", true),
            ("Event[System/EventID=12288]", true),
            ("*[System/Channel='Application']", true),
            ("*[System[Provider[@Name='Microsoft-Windows-Security-SPP']]]", true),
            ("*[System[Provider[@Name='Else' or @Name=\"Microsoft-Windows-Security-SPP\"]]]", true),
            ("*[System[Provider/@EventSourceName='Software Protection Platform Service']]", true),
            ("*[System[TimeCreated[timediff(@SystemTime) <= 3600000]]]", true),
            ("*[System[TimeCreated[timediff(@SystemTime) < 3600000]]]", false),
            ("*[System[TimeCreated[@SystemTime>='2026-01-05T09:00:00.000Z']]]", true),
            ("*[System[TimeCreated[@SystemTime>'2026-01-05T09:00:00.0000000Z']]]", false),
            ("*[System[EventRecordID>6]]", true),
            ("*[System[band(Keywords,36028797018963968)]]", true),
            ("*[System[band(Keywords,1)]]", false),
            ("*[EventData[Data='0xC004F06C, 0x00000000']]", true),
            ("*[EventData/*]", true),
            ("*[UserData]", false),
            ("*[EventData/Data[1]='0xC004F06C, 0x00000000']", true),
            ("*[EventData[Data[position() = 1]]]", true),
            ("*[EventData/Data[2]]", false),
            ("*[EventData/Data[1][2]]", false),
            ("*[System[EventID=12288]] and *[EventData[Data='0xC004F06C, 0x00000000']]", true),
            ("*[System[EventID=1]] or (*[System[EventID=12288]] and Event)", true),
            ("*[System[EventID=1]] or *[System[EventID=2]]", false),
            ("*[System[EventID!=1][Computer='MEMBER']]", true),
        ] {
            let read = Query::parse(query).unwrap_or_else(|| panic!("{query}"));
            assert_eq!(read.holds(&record(), now), holds, "{query}");
        }
        let wrong =
            ["", "[", "*[", "*[System[EventID=]]", "System", "*[System] x", "*[(System]", "* and"];
        for query in
            wrong.into_iter().chain(["*[timediff(@a) <= 'x']", "//Event", "*=1", "* or System"])
        {
            assert_eq!(Query::parse(query), None, "{query}");
        }
        assert_eq!(Query::parse(&format!("*{}", "[*".repeat(100_000))), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not_and_nothing_else(
            text in r#"(\*|\[|\]|\(|\)|@|/|=|<|and |or |System|EventID|'|"|[0-9]|x|timediff\(|band\(|position\(\)){0,24}"#
        ) {
            if let Some(query) = Query::parse(&text) {
                let _ = query.holds(&record(), FileTime(0));
            }
        }
    }
}
