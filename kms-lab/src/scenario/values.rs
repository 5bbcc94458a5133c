//! The texts of a scenario and what they mean. Lengths keep to the grain of the world, 100 ns.

use client_sim::clock::set::SetTo;
use client_sim::clock::spec::ClockSpec;
use client_sim::clock::wall_time::WallTime;
use kms_proto::kms::catalogue;
use kms_proto::kms::hresult::HResult;
use kms_proto::text::TextError;
use kms_proto::time::duration::{self, Nanos};
use kms_proto::time::{FileTime, Moment, NANOS_PER_TICK};

const GRAIN: &str = "the world moves in steps of 100 ns: write a multiple of it";

/// A length of time without a sign.
///
/// # Errors
///
/// When it cannot be read or is no multiple of 100 ns.
pub fn length(text: &str) -> Result<Nanos, TextError> {
    if text.starts_with(['+', '-']) {
        return Err(TextError::new(1, "a length has no sign here"));
    }
    on_grain(duration::parse(text)?)
}

/// A length of time above 0.
///
/// # Errors
///
/// When it is none.
pub fn positive(text: &str) -> Result<Nanos, TextError> {
    match length(text)? {
        Nanos(0) => Err(TextError::new(1, "a length above 0 is needed here")),
        length => Ok(length),
    }
}

/// A length of time in whole minutes, as intervals travel.
///
/// # Errors
///
/// When it is none, or is more than 32 bits of minutes.
pub fn minutes(text: &str) -> Result<u32, TextError> {
    const MINUTE: i64 = Nanos::minutes(1).0;
    let Nanos(nanos) = duration::parse(text)?;
    if nanos % MINUTE != 0 {
        return Err(TextError::new(1, "intervals travel in whole minutes"));
    }
    u32::try_from(nanos / MINUTE).map_err(|_| TextError::new(1, "too long an interval"))
}

/// A length of time with its sign, or `0`.
///
/// # Errors
///
/// When it cannot be read or is no multiple of 100 ns.
pub fn offset(text: &str) -> Result<Nanos, TextError> {
    if text == "0" {
        return Ok(Nanos(0));
    }
    let hint = "an offset has a sign, + for ahead and - for behind";
    let (sign, rest) = match text.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(TextError::new(1, hint)),
    };
    let Nanos(nanos) = duration::parse(rest).and_then(on_grain).map_err(|e| e.after(1))?;
    Ok(Nanos(nanos.saturating_mul(sign)))
}

/// A clock string whose every length keeps to the grain.
///
/// # Errors
///
/// When it cannot be read, or one of its lengths is no multiple of 100 ns.
pub fn clock(text: &str) -> Result<ClockSpec, TextError> {
    let spec: ClockSpec = text.parse()?;
    if spec.warnings().is_empty() { Ok(spec) } else { Err(TextError::new(1, GRAIN)) }
}

/// True time at the start: RFC 3339 with an offset from UTC, in the years 1678 to 2261.
///
/// # Errors
///
/// When it is none, or is no multiple of 100 ns.
pub fn instant(text: &str) -> Result<Moment, TextError> {
    let time: WallTime = text.parse()?;
    let Ok(nanos) = i64::try_from(time.unix_nanos()) else {
        return Err(TextError::new(1, "true time lies in the years 1678 to 2261"));
    };
    on_grain(Nanos(nanos)).map(|Nanos(nanos)| Moment(nanos))
}

/// A result: `ok`, a code as Windows writes it, or a symbol.
///
/// # Errors
///
/// When it is none, with the nearest known.
pub fn result(text: &str) -> Result<HResult, TextError> {
    if text == "ok" { Ok(HResult::OK) } else { catalogue::parse(text) }
}

/// What a clock is set to.
///
/// # Errors
///
/// When it cannot be read or is no multiple of 100 ns.
pub fn set_to(text: &str) -> Result<SetTo, TextError> {
    let to: SetTo = text.parse()?;
    if let SetTo::Instant(time) = &to
        && time.unix_nanos() < FileTime(0).unix_nanos()
    {
        return Err(TextError::new(1, "no clock of Windows shows a date before 1601"));
    }
    let nanos = match &to {
        SetTo::Offset(offset) => offset.0.into(),
        SetTo::Instant(time) => time.unix_nanos(),
        SetTo::Source(_) => 0,
    };
    let fits = nanos % i128::from(NANOS_PER_TICK) == 0;
    if fits { Ok(to) } else { Err(TextError::new(1, GRAIN)) }
}

fn on_grain(length: Nanos) -> Result<Nanos, TextError> {
    if length.0 % NANOS_PER_TICK == 0 { Ok(length) } else { Err(TextError::new(1, GRAIN)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_finer_than_the_grain_are_refused() {
        assert_eq!(length("100ns"), Ok(Nanos(100)));
        assert_eq!(offset("-4h100ns"), Ok(Nanos(-14_400_000_000_100)));
        for text in ["99ns", "1s50ns", "0.05us"] {
            assert!(length(text).unwrap_err().message.contains("100 ns"), "{text}");
        }
        assert!(offset("+1ns").unwrap_err().message.contains("100 ns"));
        assert!(clock("+4h1ns").unwrap_err().message.contains("100 ns"));
        assert!(instant("2026-01-01T00:00:00.000000001Z").is_err());
    }

    #[test]
    fn signs_stand_where_they_mean_something() {
        assert_eq!(offset("4h").unwrap_err().column, 1);
        assert_eq!(offset("+4H").unwrap_err().column, 3);
        assert_eq!(offset("").unwrap_err().column, 1);
        assert_eq!(length("+4h").unwrap_err().column, 1);
        assert_eq!(positive("0").unwrap_err().column, 1);
        assert_eq!(offset("0"), Ok(Nanos(0)));
    }
}
