//! Reads an operation from the keys of its table.

use kms_proto::nearest::nearest;
use kms_proto::text::TextError;
use kms_proto::time::duration::Nanos;
use kms_proto::time::{FileTime, NANOS_PER_TICK};

use crate::clock::fields::{FieldError, Fields, instant_on_grain, required};
use crate::clock::grammar;
use crate::clock::jitter::{Jitter, Spread};
use crate::clock::operation::Operation;
use crate::clock::ppm::Ppm;
use crate::clock::rate::Rate;
use crate::clock::set::SetTo;
use crate::clock::shape::leap::Leap;
use crate::clock::shape::sine::Sine;
use crate::clock::shape::slew::{Pace, Slew, SlewError};
use crate::clock::shape::smear::Curve;
use crate::clock::shape::strobe::Strobe;
use crate::clock::snapshot::Return;
use crate::clock::wall_time::WallTime;
use crate::clock::zone::{Mislabel, Zone};

type Read<T> = Result<T, FieldError>;

impl Operation {
    /// Takes an operation's keys; what is left over is for the caller to take or refuse.
    ///
    /// # Errors
    ///
    /// With the key at fault, when one is missing or cannot be read.
    pub fn from_fields(fields: &mut Fields) -> Read<Self> {
        let name = required("op", fields.text("op")?)?;
        match name.as_str() {
            "check" => Ok(Self::Check),
            "reset" => Ok(Self::Reset),
            "bump" | "step" => Ok(Self::Step(required("by", fields.signed("by")?)?)),
            "set" => set(fields).map(Self::Set),
            "strobe" => strobe(fields).map(Self::Strobe),
            "slew" => slew(fields).map(Self::Slew),
            "rate" => rate(fields).map(Self::Rate),
            "freeze" => Ok(Self::Freeze),
            "resume" => Ok(Self::Resume { sync: sync(fields)? }),
            "pause" => Ok(Self::Pause { length: above_0("for", fields)?, sync: sync(fields)? }),
            "walk" => walk(fields),
            "jitter" => jitter(fields).map(Self::Jitter),
            "sine" => sine(fields).map(Self::Sine),
            "smear" => smear(fields),
            "leap" => {
                let leap = leap("sign", fields)?;
                Ok(Self::Leap { leap, at: fields.instant("at")? })
            }
            "zone" => zone(fields).map(Self::Zone),
            "dst-missed" => Ok(Self::DstMissed(required("zone", fields.parsed::<Zone>("zone")?)?)),
            "snapshot" => Ok(Self::Snapshot { name: named(fields)? }),
            "rollback" => rollback(fields),
            "battery" => battery(fields).map(Self::Battery),
            "raw" => raw(fields).map(Self::Raw),
            "clamp-forward" => Ok(Self::ClampForward(fields.flag("enabled")?.unwrap_or(true))),
            _ => Err(unknown(&name)),
        }
    }
}

fn set(fields: &mut Fields) -> Read<SetTo> {
    let to = required("to", fields.parsed("to")?)?;
    let nanos = match &to {
        SetTo::Offset(offset) => i128::from(offset.0),
        SetTo::Instant(time) => time.unix_nanos(),
        SetTo::Source(_) => 0,
    };
    if nanos % i128::from(NANOS_PER_TICK) != 0 {
        return Err(FieldError::new("to", "is no multiple of 100 ns, the wire's grain"));
    }
    Ok(to)
}

fn strobe(fields: &mut Fields) -> Read<Strobe> {
    let delta = required("delta", fields.signed("delta")?)?;
    let (period, length) = (above_0("period", fields)?, above_0("for", fields)?);
    required("period", Strobe::new(delta, period, length))
}

fn slew(fields: &mut Fields) -> Read<Slew> {
    let by = required("by", fields.signed("by")?)?;
    let (most, over) = (number::<Ppm>("max_ppm", fields)?, fields.length("over")?);
    let (key, pace) = match (most, over) {
        (Some(most), None) => ("max_ppm", Pace::AtMost(most)),
        (None, Some(over)) => ("over", Pace::Over(over)),
        _ => return Err(FieldError::new("", "a slew has either max_ppm or over")),
    };
    Slew::new(by, pace).map_err(|error| {
        let message = match error {
            SlewError::Still => "must be above 0",
            SlewError::Backwards => "too fast: the clock would run back; use a bump to go back",
        };
        FieldError::new(key, message)
    })
}

fn rate(fields: &mut Fields) -> Read<Rate> {
    match (fields.number("x")?, fields.number("ppm")?) {
        (Some(factor), None) => {
            let rate = format!("x{factor}").parse();
            rate.map_err(|e: TextError| FieldError::new("x", e.message))
        }
        (None, Some(ppm)) => {
            let sign = if ppm.starts_with(['+', '-']) { "" } else { "+" };
            let rate = format!("{sign}{ppm}ppm").parse();
            rate.map_err(|e: TextError| FieldError::new("ppm", e.message))
        }
        _ => Err(FieldError::new("", "a rate has either x or ppm")),
    }
}

fn sync(fields: &mut Fields) -> Read<bool> {
    required("sync", fields.flag("sync")?)
}

fn walk(fields: &mut Fields) -> Read<Operation> {
    let deviation = required("sd_ppm", number("sd_ppm", fields)?)?;
    let grid = length_or("grid", Nanos::seconds(1), fields)?;
    Ok(Operation::Walk { deviation, grid })
}

fn jitter(fields: &mut Fields) -> Read<Jitter> {
    let size = required("size", fields.length("size")?)?;
    let spreads = [("uniform", Spread::Uniform), ("normal", Spread::Normal)];
    Ok(Jitter::new(size, one_of("dist", &spreads, fields)?.unwrap_or_default()))
}

fn sine(fields: &mut Fields) -> Read<Sine> {
    let amplitude = required("amplitude", fields.signed("amplitude")?)?;
    let period = above_0("period", fields)?;
    let phase = fields.signed("phase")?.unwrap_or_default();
    required("period", Sine::new(amplitude, period, phase))
}

fn smear(fields: &mut Fields) -> Read<Operation> {
    let curves = [("linear", Curve::Linear), ("cosine", Curve::Cosine)];
    Ok(Operation::Smear {
        leap: leap("leap", fields)?,
        centre: fields.instant("centre")?,
        over: length_or("over", Nanos::hours(24), fields)?,
        curve: one_of("shape", &curves, fields)?.unwrap_or_default(),
    })
}

/// `+1` or `-1`, also as a number.
fn leap(key: &'static str, fields: &mut Fields) -> Read<Leap> {
    let text = required(key, fields.number(key)?)?;
    let text = if text == "1" { "+1" } else { &text };
    text.parse().map_err(|e| FieldError::text(key, e))
}

/// A zone mistaken one way or the other, or `off`.
fn zone(fields: &mut Fields) -> Read<Option<Mislabel>> {
    let mislabel: fn(Zone) -> Mislabel;
    let (key, text) = match (fields.text("local-as-utc")?, fields.text("utc-as-local")?) {
        (Some(text), None) => {
            mislabel = Mislabel::LocalAsUtc;
            ("local-as-utc", text)
        }
        (None, Some(text)) => {
            mislabel = Mislabel::UtcAsLocal;
            ("utc-as-local", text)
        }
        _ => return Err(FieldError::new("", "a zone has either local-as-utc or utc-as-local")),
    };
    if text == "off" {
        return Ok(None);
    }
    text.parse().map(mislabel).map(Some).map_err(|e| FieldError::text(key, e))
}

fn named(fields: &mut Fields) -> Read<Box<str>> {
    required("name", fields.text("name")?).map(String::into_boxed_str)
}

fn rollback(fields: &mut Fields) -> Read<Operation> {
    let clocks = [("saved", Return::Saved), ("host", Return::Host)];
    Ok(Operation::Rollback {
        name: named(fields)?,
        clock: required("clock", one_of("clock", &clocks, fields)?)?,
        state: required("state", fields.flag("state")?)?,
    })
}

/// A year whose begin boards fall back to, or an instant.
fn battery(fields: &mut Fields) -> Read<WallTime> {
    let text = required("to", fields.number("to")?)?;
    let text = match text.as_str() {
        "1970" | "1980" | "2000" => format!("{text}-01-01T00:00:00Z"),
        _ => text,
    };
    let time = text.parse().map_err(|error: TextError| {
        let message = format!("{} (or one of 1970, 1980, 2000)", error.message);
        FieldError::text("to", TextError { message, ..error })
    })?;
    instant_on_grain("to", time)
}

fn raw(fields: &mut Fields) -> Read<Option<FileTime>> {
    let text = required("filetime", fields.text("filetime")?)?;
    if text == "off" {
        return Ok(None);
    }
    grammar::raw(&text).map(Some).map_err(|e| FieldError::text("filetime", e))
}

/// A number, written as one or as a text.
fn number<T>(key: &'static str, fields: &mut Fields) -> Read<Option<T>>
where
    T: core::str::FromStr<Err = TextError>,
{
    let text = fields.number(key)?;
    text.map(|text| text.parse().map_err(|e| FieldError::text(key, e))).transpose()
}

fn above_0(key: &'static str, fields: &mut Fields) -> Read<Nanos> {
    let length = required(key, fields.length(key)?)?;
    if length.0 > 0 { Ok(length) } else { Err(FieldError::new(key, "must be above 0")) }
}

fn length_or(key: &'static str, default: Nanos, fields: &mut Fields) -> Read<Nanos> {
    if fields.look(key).is_some() {
        return above_0(key, fields);
    }
    // Known all the same, for who misspells it.
    fields.value(key);
    Ok(default)
}

/// The word under a key, if it is there.
fn one_of<T: Copy>(key: &'static str, words: &[(&str, T)], fields: &mut Fields) -> Read<Option<T>> {
    let Some(text) = fields.text(key)? else { return Ok(None) };
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(Some(*value));
    }
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    Err(FieldError::new(key, format!("'{text}' is none of {}", known.join(", "))))
}

fn unknown(name: &str) -> FieldError {
    let hint = match nearest(name, Operation::NAMES) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("one of {}", Operation::NAMES.join(", ")),
    };
    FieldError::new("op", format!("unknown operation '{name}' ({hint})"))
}
