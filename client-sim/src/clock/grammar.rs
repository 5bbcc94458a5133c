//! Reads the compact string of a clock.
//!
//! ```text
//! clock  = ( anchor | preset | term ) { ws term }
//! anchor = "0" | sign duration | "@" rfc3339 | "=" rfc3339
//! preset = "preset:" name
//! term   = "x" decimal | sign decimal "ppm" | "jitter:" duration | "res:" duration
//!        | "local-as-utc:" zone | "utc-as-local:" zone | "smear:" ( "+1" | "-1" )
//!        | "filetime:0x" hex
//! ```

use core::str::FromStr;

use kms_proto::text::TextError;
use kms_proto::time::FileTime;
use kms_proto::time::duration::{self, Nanos};

use crate::clock::jitter::Jitter;
use crate::clock::preset;
use crate::clock::rate::Rate;
use crate::clock::shape::leap::Leap;
use crate::clock::spec::{Anchor, ClockSpec, Effects, Resolution};
use crate::clock::wall_time::WallTime;
use crate::clock::zone::Mislabel;

/// What stands between terms.
const SPACE: [char; 2] = [' ', '\t'];

impl FromStr for ClockSpec {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Draft::read(text).map(Draft::finish)
    }
}

/// The terms met so far.
#[derive(Default)]
struct Draft {
    start: Option<Start>,
    rate: Option<Rate>,
    jitter: Option<Jitter>,
    resolution: Option<Resolution>,
    mislabel: Option<Mislabel>,
    smear: Option<Leap>,
    raw: Option<FileTime>,
}

/// An anchor before its rate is known.
#[derive(Clone, Copy)]
enum Start {
    Offset(Nanos),
    Shows(WallTime),
    Still(WallTime),
}

impl Draft {
    fn read(text: &str) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(TextError::new(1, "a clock is missing (0 is a clock that is right)"));
        }
        if text.starts_with(SPACE) {
            return Err(TextError::new(1, "white space stands between terms only"));
        }
        if text.ends_with(SPACE) {
            let last = text.chars().count();
            return Err(TextError::new(last, "white space stands between terms only"));
        }
        let mut draft = Self::default();
        let mut before = 0;
        for term in text.split(SPACE) {
            if !term.is_empty() {
                draft.add(term, before == 0).map_err(|e| e.after(before))?;
            }
            before += term.chars().count() + 1;
        }
        Ok(draft)
    }

    /// Adds one term; columns are its own.
    fn add(&mut self, term: &str, first: bool) -> Result<(), TextError> {
        let signed = term.starts_with(['+', '-']);
        if let Some(name) = term.strip_prefix("preset:") {
            stands_first(first, "a preset")?;
            let preset = preset::find(name).map_err(|e| e.after("preset:".len()))?;
            *self = Self::read(preset.clock)?;
            Ok(())
        } else if term.starts_with('x') || (signed && term.ends_with("ppm")) {
            let rate = term.parse()?;
            if matches!(self.start, Some(Start::Still(_))) {
                return Err(TextError::new(1, "a frozen clock has no rate"));
            }
            once(&mut self.rate, rate, "the rate (x or ppm)")
        } else if signed || term == "0" {
            self.start(first, Start::Offset(offset(term)?))
        } else if let Some(time) = term.strip_prefix('@') {
            self.start(first, Start::Shows(time.parse().map_err(|e: TextError| e.after(1))?))
        } else if let Some(time) = term.strip_prefix('=') {
            self.start(first, Start::Still(time.parse().map_err(|e: TextError| e.after(1))?))
        } else {
            self.add_named(term)
        }
    }

    /// Adds a term of the form `name:value`.
    fn add_named(&mut self, term: &str) -> Result<(), TextError> {
        let Some((name, value)) = term.split_once(':') else {
            return Err(unknown(term));
        };
        let value_at = |e: TextError| e.after(name.chars().count() + 1);
        match name {
            "jitter" => {
                let size = duration::parse(value).map_err(value_at)?;
                once(&mut self.jitter, Jitter::up_to(size), "the jitter")
            }
            "res" => {
                let grain = duration::parse(value).map_err(value_at)?;
                let Some(resolution) = Resolution::of(grain) else {
                    return Err(value_at(TextError::new(1, "a resolution is more than 0")));
                };
                once(&mut self.resolution, resolution, "the resolution")
            }
            "local-as-utc" => {
                let zone = value.parse().map_err(value_at)?;
                once(&mut self.mislabel, Mislabel::LocalAsUtc(zone), MISLABEL)
            }
            "utc-as-local" => {
                let zone = value.parse().map_err(value_at)?;
                once(&mut self.mislabel, Mislabel::UtcAsLocal(zone), MISLABEL)
            }
            "smear" => once(&mut self.smear, value.parse().map_err(value_at)?, "the smear"),
            "filetime" => {
                once(&mut self.raw, raw(value).map_err(value_at)?, "the value on the wire")
            }
            _ => Err(unknown(term)),
        }
    }

    fn start(&mut self, first: bool, start: Start) -> Result<(), TextError> {
        stands_first(first, "an offset or an instant")?;
        self.start = Some(start);
        Ok(())
    }

    fn finish(self) -> ClockSpec {
        let rate = self.rate.unwrap_or(Rate::TRUE);
        let anchor = match self.start {
            None => Anchor::Offset(Nanos(0), rate),
            Some(Start::Offset(offset)) => Anchor::Offset(offset, rate),
            Some(Start::Shows(time)) => Anchor::Shows(time, rate),
            Some(Start::Still(time)) => Anchor::Still(time),
        };
        let effects = Effects {
            jitter: self.jitter.unwrap_or_default(),
            mislabel: self.mislabel,
            resolution: self.resolution.unwrap_or_default(),
            raw: self.raw,
            ..Effects::default()
        };
        ClockSpec { anchor, effects, smear: self.smear }
    }
}

const MISLABEL: &str = "the zone mistake (local-as-utc or utc-as-local)";

/// Reads an offset from true time: `0`, or a length with its sign.
pub(super) fn offset(text: &str) -> Result<Nanos, TextError> {
    if text == "0" {
        return Ok(Nanos(0));
    }
    let (negative, length) = match text.strip_prefix('-') {
        Some(length) => (true, length),
        None => match text.strip_prefix('+') {
            Some(length) => (false, length),
            None => return Err(unknown(text)),
        },
    };
    let Nanos(length) = duration::parse(length).map_err(|e| e.after(1))?;
    Ok(Nanos(if negative { -length } else { length }))
}

/// Reads the value of `filetime:`.
pub(super) fn raw(text: &str) -> Result<FileTime, TextError> {
    let Some(digits) = text.strip_prefix("0x") else {
        return Err(TextError::new(1, "a raw FILETIME is written 0x and hexadecimal digits"));
    };
    if digits.is_empty() {
        return Err(TextError::new(3, "hexadecimal digits must follow 0x"));
    }
    if let Some((index, c)) = digits.chars().enumerate().find(|(_, c)| !c.is_ascii_hexdigit()) {
        return Err(TextError::new(3 + index, format!("{c:?} is no hexadecimal digit")));
    }
    u64::from_str_radix(digits, 16)
        .map(FileTime)
        .map_err(|_| TextError::new(3, "more than 64 bits"))
}

fn stands_first(first: bool, what: &str) -> Result<(), TextError> {
    if first { Ok(()) } else { Err(TextError::new(1, format!("{what} stands first, and once"))) }
}

fn once<T>(place: &mut Option<T>, value: T, what: &str) -> Result<(), TextError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(TextError::new(1, format!("{what} is given twice"))),
    }
}

fn unknown(term: &str) -> TextError {
    let hint = if term.starts_with(|c: char| c.is_ascii_digit()) {
        "an offset needs a sign"
    } else {
        "one of +4h @time =time preset: x2 +5ppm jitter: res: local-as-utc: utc-as-local: smear: \
         filetime:"
    };
    TextError::new(1, format!("unknown term '{term}' ({hint})"))
}
