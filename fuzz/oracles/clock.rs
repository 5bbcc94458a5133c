//! Texts people type: clocks, lengths, windows. What is read is written so that it is read again,
//! what is refused names a column of the text, and any clock that can be described can be read.

use core::fmt::{Debug, Display};
use core::str::FromStr;

use client_sim::clock::Clock;
use client_sim::clock::rate::Rate;
use client_sim::clock::reading::Reading;
use client_sim::clock::set::SetTo;
use client_sim::clock::spec::ClockSpec;
use client_sim::clock::wall_time::WallTime;
use client_sim::clock::zone::Zone;
use kms_proto::draw::Draw;
use kms_proto::text::{Hex, TextError, from_hex};
use kms_proto::time::duration::{self, Nanos};
use kms_proto::time::window::{Compare, Window};
use kms_proto::time::{FileTime, Moment};

/// 2026-01-01T00:00:00Z.
const START: Moment = Moment(1_767_225_600_000_000_000);

/// An hour.
const HOUR: i64 = 3_600_000_000_000;

/// Moments at which clocks begin and are read, the first and the last there are among them.
const MOMENTS: [Moment; 7] = [
    Moment(i64::MIN),
    Moment(-1),
    Moment(0),
    START,
    Moment(START.0 + 1),
    Moment(START.0 + 2 * HOUR),
    Moment(i64::MAX),
];

/// The first line is a clock; each line after it sets it, or with `step:` makes it jump.
pub fn check(bytes: &[u8]) {
    let text = core::str::from_utf8(bytes).unwrap_or_else(|error| {
        bytes.get(..error.valid_up_to()).and_then(|b| core::str::from_utf8(b).ok()).unwrap_or("")
    });
    let (first, operations) = text.split_once('\n').unwrap_or((text, ""));
    for line in [text, first] {
        again::<Rate>(line);
        again::<SetTo>(line);
        again::<WallTime>(line);
        again::<Zone>(line);
        again::<Window>(line);
        again::<Compare>(line);
        length(line);
        hex(line);
    }
    if let Some(spec) = again::<ClockSpec>(first) {
        for start in MOMENTS {
            read(spec, start);
        }
        operate(Clock::new(spec, START, Draw::new(7), "pc-7"), operations);
    }
}

/// What `text` says, once it is shown that it says the same when it is written again.
fn again<T>(text: &str) -> Option<T>
where
    T: FromStr<Err = TextError> + Display + PartialEq + Debug,
{
    match text.parse::<T>() {
        Ok(value) => {
            let written = value.to_string();
            let read = written.parse::<T>();
            assert_eq!(read.as_ref(), Ok(&value), "{text:?} is written {written:?}");
            assert_eq!(read.map(|value| value.to_string()), Ok(written));
            Some(value)
        }
        Err(error) => {
            within(text, &error);
            None
        }
    }
}

/// An error names a column of the text, or the one after it, and says why.
fn within(text: &str, error: &TextError) {
    let columns = 1..=text.chars().count() + 1;
    assert!(columns.contains(&error.column), "{text:?}: {error}");
    assert!(!error.message.is_empty());
}

fn length(text: &str) {
    match duration::parse(text) {
        Ok(length) => {
            assert!(length.0 >= 0);
            assert_eq!(duration::parse(&length.to_string()), Ok(length), "{text:?}");
        }
        Err(error) => within(text, &error),
    }
}

fn hex(text: &str) {
    match from_hex(text) {
        Ok(bytes) => {
            assert!(bytes.len() * 2 <= text.len());
            assert_eq!(from_hex(&Hex(&bytes).to_string()), Ok(bytes));
        }
        Err(error) => within(text, &error),
    }
}

/// A clock that starts at `start` is read at any moment, before it too.
fn read(spec: ClockSpec, start: Moment) {
    let mut clock = Clock::new(spec, start, Draw::new(7), "pc-7");
    let effects = spec.effects();
    let steady = effects.jitter.size() == Nanos(0) && effects.mislabel.is_none();
    let mut last = FileTime(0);
    for (count, at) in (0..).zip(MOMENTS) {
        assert_eq!(clock.readings(), count);
        let peeked = clock.peek(at);
        let reading = clock.read(at);
        assert_eq!(peeked, reading, "looking is not reading");
        lawful(&reading, at);
        assert_eq!(reading.filetime, effects.raw.unwrap_or(reading.wall));
        assert!(!steady || last <= reading.wall, "a rate is never below 0");
        last = reading.wall;
    }
    assert!(spec.warnings().iter().all(|warning| !warning.is_empty()));
}

fn lawful(reading: &Reading, at: Moment) {
    assert!(reading.wall <= FileTime::MAX_READING, "{reading:?}");
    assert_eq!(reading.injected, reading.filetime.skew_from(at.filetime()));
    assert!(!format!("{} {}", reading.filetime, reading.injected).is_empty());
}

/// Sets the clock and makes it jump, an hour between.
fn operate(mut clock: Clock, operations: &str) {
    let mut at = START;
    for line in operations.split('\n').take(64) {
        at = at.plus(Nanos(HOUR));
        if let Some(by) = line.strip_prefix("step:") {
            if let Some(SetTo::Offset(by)) = again::<SetTo>(by) {
                clock.step(at, by);
            }
        } else if let Some(to) = again::<SetTo>(line) {
            clock.set(at, &to);
            shows(&clock, at, &to);
        }
        let reading = clock.read(at);
        lawful(&reading, at);
    }
}

/// A clock that was just set reads what it was set to, but for its jitter and its grain.
fn shows(clock: &Clock, at: Moment, to: &SetTo) {
    let nanos = match to {
        SetTo::Offset(offset) => i128::from(at.0) + i128::from(offset.0),
        SetTo::Instant(time) => time.unix_nanos(),
        SetTo::Source(_) => return,
    };
    let effects = clock.spec().effects();
    let off = i128::from(effects.jitter.size().0);
    let least = FileTime::from_unix_nanos(effects.resolution.floor(nanos - off));
    let most = FileTime::from_unix_nanos(effects.resolution.floor(nanos + off));
    let reading = clock.peek(at);
    assert!((least..=most).contains(&reading.wall), "{to} reads {reading:?}");
    assert_eq!(reading.filetime, reading.wall, "a set clock keeps no raw value");
}
