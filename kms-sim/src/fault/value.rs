//! Values as files write them: lengths of time, sizes, codes, each with its unit.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use kms_proto::kms::catalogue;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::version::Version;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::time::duration::{self, NANOS_PER_TICK, Nanos};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::refusal::Refusal;

/// A length of time on the grain of the wire: `"1h30m"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(pub Nanos);

impl FromStr for Length {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let length = duration::parse(text).map_err(|error| format!("{text:?}: {error}"))?;
        if length.0 % NANOS_PER_TICK == 0 {
            return Ok(Self(length));
        }
        Err(format!("{text:?} is finer than the wire's 100 ns"))
    }
}

/// A length of time with its direction: `"+1h"`, `"-100ns"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offset(pub Nanos);

impl FromStr for Offset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (sign, length) = match text.split_at_checked(1) {
            Some(("+", rest)) => (1, rest),
            Some(("-", rest)) => (-1, rest),
            _ => return Err(format!("{text:?}: an offset begins with + or -, such as \"+1h\"")),
        };
        let Length(Nanos(nanos)) = length.parse()?;
        Ok(Self(Nanos(nanos.saturating_mul(sign))))
    }
}

/// A number of bytes: `"100B"`, `"4KiB"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub usize);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, unit) = text.split_at_checked(end).unwrap_or((text, ""));
        let scale = match unit {
            "B" => 1,
            "kB" => 1000,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "" => return Err(format!("{text:?}: a size needs a unit (B, kB, KiB, MiB)")),
            _ => return Err(format!("{text:?}: unknown unit {unit:?} (one of B, kB, KiB, MiB)")),
        };
        let size = digits.parse::<usize>().ok().and_then(|count| count.checked_mul(scale));
        size.map(Self).ok_or_else(|| format!("{text:?} is no size, such as \"100B\""))
    }
}

/// Minutes, as KMS counts its intervals: `"2h"`, or `"max"` for all 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minutes(pub u32);

impl FromStr for Minutes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "max" {
            return Ok(Self(u32::MAX));
        }
        let Length(Nanos(nanos)) = text.parse()?;
        u32::try_from(nanos / 60_000_000_000)
            .map(Self)
            .map_err(|_| format!("{text:?}: more minutes than 32 bits hold; \"max\" is the most"))
    }
}

/// The status of a fault: `"0x1c010014"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub FaultStatus);

impl FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("0x").filter(|digits| !digits.starts_with('+'));
        digits
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .map(|status| Self(FaultStatus(status)))
            .ok_or_else(|| format!("{text:?} is no status, such as \"0x1c010014\""))
    }
}

/// What a refusal says: any HRESULT but zero, as a number or by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub Refusal);

impl FromStr for Code {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let code = catalogue::parse(text).map_err(|error| format!("{text:?}: {error}"))?;
        let zero = || "zero is success: a host is told to refuse with a code that is not zero";
        Refusal::new(code).map(Self).ok_or_else(|| zero().to_owned())
    }
}

/// What travelled: `"ok"`, or a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome(pub HResult);

impl FromStr for Outcome {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "ok" {
            return Ok(Self(HResult::OK));
        }
        catalogue::parse(text).map(Self).map_err(|error| format!("{text:?}: {error}"))
    }
}

/// Two numbers with a point between: `"5.0"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dotted {
    /// Before the point.
    pub major: u16,
    /// Behind it.
    pub minor: u16,
}

impl FromStr for Dotted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text
            .split_once('.')
            .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
        let (major, minor) =
            numbers.ok_or_else(|| format!("{text:?} is no version, such as \"5.1\""))?;
        Ok(Self { major, minor })
    }
}

impl From<Dotted> for Version {
    fn from(Dotted { major, minor }: Dotted) -> Self {
        Self { major, minor }
    }
}

/// Reads a value that files write as a string.
struct Text<T> {
    what: &'static str,
    value: PhantomData<T>,
}

impl<T: FromStr<Err = String>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Says of each type how a file writes it.
macro_rules! text {
    ($($type:ty: $what:literal,)*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text { what: $what, value: PhantomData })
            }
        }
    )*};
}

text! {
    Length: "a length of time as a string, such as \"1h30m\"",
    Offset: "an offset as a string, such as \"+1h\"",
    Size: "a size as a string, such as \"100B\"",
    Minutes: "a length of time as a string, such as \"2h\", or \"max\"",
    Status: "a status as a string, such as \"0x1c010014\"",
    Code: "a code as a string, such as \"0xC004F06C\"",
    Outcome: "\"ok\", or a code as a string, such as \"0xC004F06C\"",
    Dotted: "a version as a string, such as \"5.1\"",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_with_their_units() {
        assert_eq!("4KiB".parse(), Ok(Size(4096)));
        assert_eq!("-1h".parse(), Ok(Offset(Nanos::hours(-1))));
        assert_eq!("2h".parse(), Ok(Minutes(120)));
        assert_eq!("SL_E_VL_INVALID_TIMESTAMP".parse(), Ok(Code(Refusal::INVALID_TIMESTAMP)));
        assert_eq!("5.1".parse(), Ok(Dotted { major: 5, minor: 1 }));
    }

    #[test]
    fn wrong_values_say_what_would_be_right() {
        assert!("50ns".parse::<Length>().unwrap_err().contains("100 ns"));
        assert!("+150ns".parse::<Offset>().unwrap_err().contains("100 ns"));
        assert!("100".parse::<Size>().unwrap_err().contains("needs a unit"));
        assert!("99999999999999999999MiB".parse::<Size>().is_err());
        assert!("1h".parse::<Offset>().unwrap_err().contains("begins with + or -"));
        assert!("0".parse::<Code>().unwrap_err().contains("zero is success"));
        assert!("0x+1".parse::<Status>().is_err());
    }
}
