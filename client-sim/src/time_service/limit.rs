//! The largest correction the service makes.

use core::fmt;
use core::str::FromStr;

use kms_proto::text::TextError;
use kms_proto::time::duration::{self, Nanos};

/// `MaxPosPhaseCorrection` or `MaxNegPhaseCorrection`: seconds, edge included.
///
/// As text `any`, or a length of whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub u32);

impl Limit {
    /// Any correction is made: what a domain member has.
    pub const ANY: Self = Self(u32::MAX);
    /// 15 hours: what a stand-alone computer has.
    pub const STAND_ALONE: Self = Self(54_000);
    /// 48 hours: what a domain controller has.
    pub const DOMAIN_CONTROLLER: Self = Self(172_800);

    /// Whether a correction by this much is made.
    pub fn allows(self, correction: Nanos) -> bool {
        let most = u64::from(self.0).saturating_mul(1_000_000_000);
        self == Self::ANY || correction.0.unsigned_abs() <= most
    }
}

impl FromStr for Limit {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text == "any" {
            return Ok(Self::ANY);
        }
        let length = duration::parse(text)?;
        let seconds = u32::try_from(length.0 / 1_000_000_000).ok();
        match seconds {
            Some(seconds) if length.0 % 1_000_000_000 == 0 && seconds < u32::MAX => {
                Ok(Self(seconds))
            }
            _ => Err(TextError::new(1, "a limit is a whole number of seconds, or any")),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ANY { f.write_str("any") } else { Nanos::seconds(self.0.into()).fmt(f) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_is_inside() {
        let limit = Limit::STAND_ALONE;
        for (nanos, allowed) in
            [(54_000_000_000_000, true), (54_000_000_000_001, false), (-54_000_000_000_000, true)]
        {
            assert_eq!(limit.allows(Nanos(nanos)), allowed, "{nanos}");
        }
        assert!(Limit::ANY.allows(Nanos(i64::MIN)));
        assert!(!Limit(0).allows(Nanos(1)));
    }

    #[test]
    fn texts_are_read_back() {
        for text in ["any", "15h", "2d", "0"] {
            assert_eq!(text.parse::<Limit>().unwrap().to_string(), text);
        }
        assert!("1ms".parse::<Limit>().is_err() && "200y".parse::<Limit>().is_err());
    }
}
