//! A length of time as ISO 8601 writes it.

use std::fmt;

use kms_proto::time::duration::Nanos;

/// `PT10M0.000012S`: hours, minutes and seconds; a day is 24 hours of them.
#[derive(Clone, Copy, Debug)]
pub struct Period(pub Nanos);

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.0.unsigned_abs();
        let sign = if self.0.0 < 0 { "-" } else { "" };
        let (seconds, fraction) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{sign}PT")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if fraction == 0 {
            return write!(f, "{seconds}S");
        }
        let decimals = format!("{fraction:09}");
        write!(f, "{seconds}.{}S", decimals.trim_end_matches('0'))
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        for (nanos, text) in [
            (0, "PT0S"),
            (600_000_012_000, "PT10M0.000012S"),
            (90_000_000_000_000, "PT25H0S"),
            (-1_500_000_000, "-PT1.5S"),
        ] {
            assert_eq!(Period(Nanos(nanos)).to_string(), text);
        }
    }
}
