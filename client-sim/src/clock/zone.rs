//! Time zones, from the database bundled with chrono-tz: never this machine's.

use core::fmt;
use core::str::FromStr;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};
use kms_proto::nearest::nearest;
use kms_proto::text::TextError;

use crate::clock::wall_time::hours_and_minutes;

/// Nanoseconds in a second.
const SECOND: i128 = 1_000_000_000;

/// How far local time is from UTC: always the same, or as a place of the tz database has it.
///
/// As text an IANA name (`Europe/Berlin`, in its exact case) or `+05:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// The same offset at any time.
    Fixed(FixedOffset),
    /// A place, with its daylight saving and its history.
    Place(Tz),
}

/// An offset from UTC in whole minutes, -23:59 to +23:59, positive to the east.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedOffset {
    minutes: i16,
}

impl Zone {
    /// Local time minus UTC in nanoseconds, at an instant in nanoseconds since the Unix epoch.
    ///
    /// Right-continuous: at the very instant of a change the new offset holds. Before and after
    /// what a calendar holds (262 000 years either way), its first and last offsets hold.
    pub fn offset_at(self, unix_nanos: i128) -> i128 {
        let seconds = match self {
            Self::Fixed(offset) => i128::from(offset.minutes) * 60,
            Self::Place(place) => {
                let end = if unix_nanos.is_negative() {
                    DateTime::<chrono::Utc>::MIN_UTC
                } else {
                    DateTime::<chrono::Utc>::MAX_UTC
                };
                let instant = i64::try_from(unix_nanos.div_euclid(SECOND))
                    .ok()
                    .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
                    .unwrap_or(end);
                let offset = place.offset_from_utc_datetime(&instant.naive_utc()).fix();
                i128::from(offset.local_minus_utc())
            }
        };
        seconds * SECOND
    }
}

impl FromStr for Zone {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text.starts_with(['+', '-']) {
            return fixed(text).map(Self::Fixed);
        }
        text.parse().map(Self::Place).map_err(|_| {
            let hint = match suggestion(text) {
                Some(name) => format!("did you mean {name}?"),
                None => "an IANA name such as Europe/Berlin, or ±hh:mm".to_owned(),
            };
            TextError::new(1, format!("unknown zone '{text}' ({hint})"))
        })
    }
}

fn fixed(text: &str) -> Result<FixedOffset, TextError> {
    let Some((sign, hours, minutes)) = hours_and_minutes(text) else {
        return Err(TextError::new(1, "an offset from UTC is written ±hh:mm"));
    };
    if hours > 23 || minutes > 59 {
        return Err(TextError::new(1, "an offset from UTC goes from -23:59 to +23:59"));
    }
    let minutes = sign * (i64::from(hours) * 60 + i64::from(minutes));
    Ok(FixedOffset { minutes: i16::try_from(minutes).unwrap_or_default() })
}

/// A place whose last part is `text`, or else the name nearest to it.
fn suggestion(text: &str) -> Option<&'static str> {
    let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
    let city = |name: &&str| name.rsplit('/').next().is_some_and(|c| c.eq_ignore_ascii_case(text));
    names().find(city).or_else(|| nearest(text, names()))
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(offset) => {
                let sign = if offset.minutes < 0 { '-' } else { '+' };
                let minutes = offset.minutes.unsigned_abs();
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            Self::Place(place) => f.write_str(place.name()),
        }
    }
}

/// The two ways to mistake local time and UTC for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mislabel {
    /// Local time is written where UTC is meant: the clock is ahead by the zone's offset.
    LocalAsUtc(Zone),
    /// UTC is read as local time: the clock is behind by the zone's offset.
    UtcAsLocal(Zone),
}

impl Mislabel {
    /// What a clock so mistaken shows instead of `unix_nanos`.
    pub fn applied(self, unix_nanos: i128) -> i128 {
        match self {
            Self::LocalAsUtc(zone) => unix_nanos.saturating_add(zone.offset_at(unix_nanos)),
            Self::UtcAsLocal(zone) => unix_nanos.saturating_sub(zone.offset_at(unix_nanos)),
        }
    }
}

impl fmt::Display for Mislabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LocalAsUtc(zone) => write!(f, "local-as-utc:{zone}"),
            Self::UtcAsLocal(zone) => write!(f, "utc-as-local:{zone}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_holds_from_its_very_instant() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let change = 1_772_953_200_i128 * SECOND; // 2026-03-08T07:00:00Z
        assert_eq!(zone.offset_at(change - 1), -18_000 * SECOND);
        assert_eq!(zone.offset_at(change), -14_400 * SECOND);
    }

    #[test]
    fn outside_the_calendar_the_first_and_the_last_offset_hold() {
        let zone: Zone = "America/New_York".parse().unwrap();
        // Local mean time (tz database: -4:56:02) and Eastern Standard Time.
        assert_eq!(zone.offset_at(i128::MIN), -17_762 * SECOND);
        assert_eq!(zone.offset_at(i128::MAX), -18_000 * SECOND);
    }

    #[test]
    fn any_instant_has_an_offset() {
        for text in ["America/New_York", "UTC", "+14:00", "-23:59", "+00:00"] {
            let zone: Zone = text.parse().unwrap();
            assert_eq!(zone.to_string(), text);
            for nanos in [i128::MIN, i128::MAX, i128::from(i64::MIN), 0] {
                assert!(zone.offset_at(nanos).abs() < 86_400 * SECOND);
            }
        }
    }

    #[test]
    fn unknown_zones_are_answered_with_the_nearest() {
        for (text, part) in [
            ("Europe/Berlinn", "did you mean Europe/Berlin?"),
            ("europe/berlin", "did you mean Europe/Berlin?"),
            ("Kolkata", "did you mean Asia/Kolkata?"),
            ("Middle-earth/Hobbiton/Bag_End", "an IANA name such as Europe/Berlin"),
            ("", "an IANA name"),
            ("+5:30", "±hh:mm"),
            ("+24:00", "-23:59 to +23:59"),
        ] {
            let error = text.parse::<Zone>().unwrap_err();
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }
}
